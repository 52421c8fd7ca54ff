import type { PublishedRecipe } from '../../shared/domain/published-recipes.ts';
import { table } from './output.ts';

/** The published recipes as text: what each is for, where it comes from, and what the source does otherwise. */
export function showRecipes(recipes: Readonly<Record<string, PublishedRecipe>>): string {
  const rows = Object.entries(recipes).map(([id, { title, purpose, source }]) => [
    id,
    purpose,
    title,
    `${source.authors} ${source.year}, ${source.reference}, ${source.section}`,
  ]);
  const notes = Object.entries(recipes).flatMap(([id, { differences }]) =>
    differences === '' ? [] : [`${id}: ${differences}`],
  );
  return [table([['recipe', 'for', 'title', 'source'], ...rows]), '', ...notes].join('\n');
}
