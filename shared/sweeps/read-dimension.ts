/** What people type for a setting that is searched for: '0.001, 0.01', or a range: '1e-4..1e-1:log', '8..64'. */
import { Recipe } from '../domain/recipe.ts';
import type { Dimension, DimensionName, Setting } from '../domain/sweep.ts';

/** Settings that the recipe takes as integers only. */
const wholeNumbers: ReadonlySet<string> = new Set(
  Recipe.keyof().options.filter(
    (name) => !Recipe.shape[name].safeParse(1.5).success && Recipe.shape[name].safeParse(1).success,
  ),
);

/** Null: a range whose ends are no numbers. Whether the values suit the setting is checked by SweepSpec. */
export function readDimension(name: DimensionName, text: string): Dimension | null {
  const range = /^([^.,]+(?:\.\d+)?(?:e[-+]?\d+)?)\.\.([^:]+?)(:log)?$/i.exec(text.trim());
  if (range === null) return { kind: 'choices', name, values: text.split(',').map((value) => settingOf(value.trim())) };
  const [low, high] = [Number(range[1]), Number(range[2])];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  return { kind: 'range', name, low, high, scale: range[3] ? 'log' : 'linear', whole: wholeNumbers.has(name) };
}

function settingOf(text: string): Setting {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : text;
}
