import { Button, NumberInput, Select, Switch } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { publishedRecipeOf, publishedRecipes } from '../../../shared/domain/published-recipes.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import { recipeOfRegime } from '../../../shared/planning/recipe-of-regime.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import { draftStore, regimeOfStop } from './draft.ts';
import { RateFinder } from './RateFinder.tsx';
import { type RecipeField, recipeGroups } from './recipe-fields.ts';
import styles from './train.module.css';
import type { TrainPlan } from './use-train-plan.ts';

type RecipePanelProps = { readonly plan: TrainPlan };

/** How it learns: a line, and on demand every setting. */
export function RecipePanel({ plan }: RecipePanelProps) {
  const t = useText('train');
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { recipe, isRecipeOwn } = plan.draft;
  const summary = t('recipeSummary', {
    optimizer: t(`choices.${recipe.optimizer}`),
    rate: format.number(recipe.learningRate),
    epochs: format.count(recipe.epochs),
    batch: format.count(recipe.batchSize),
  });
  return (
    <Panel>
      <button type="button" className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
        <span className={styles.foldTitle}>{t('recipe')}</span>
        <span className={styles.foldSummary}>{isRecipeOwn ? `${summary} · ${t('recipeOwn')}` : summary}</span>
      </button>
      {isOpen && (
        <>
          <PublishedPicker plan={plan} />
          {recipeGroups.map(({ id, fields }) => (
            <fieldset key={id} className={styles.fieldGroup}>
              <legend>{t(`groups.${id}`)}</legend>
              <div className={styles.fields}>
                {fields.map((field) => (
                  <Field key={field.key} field={field} recipe={recipe} />
                ))}
              </div>
            </fieldset>
          ))}
          <RateFinder plan={plan} />
        </>
      )}
    </Panel>
  );
}

function setRecipe(change: Partial<Recipe>): void {
  draftStore.setState(({ recipe }) => {
    const changed = Recipe.safeParse({ ...recipe, ...change });
    return changed.success ? { recipe: changed.data, isRecipeOwn: true } : {};
  });
}

function PublishedPicker({ plan }: RecipePanelProps) {
  const t = useText('train');
  const { stop, stageIds, draft } = plan;
  const chosen = Object.entries(publishedRecipes).find(([, { recipe }]) => recipe === draft.recipe)?.[0] ?? null;
  const source = chosen === null ? null : publishedRecipes[chosen]!.source;
  const followDepth = (): void => {
    const recipe = recipeOfRegime(regimeOfStop(stop, stageIds.length - 1), Recipe.parse({}));
    draftStore.setState({ recipe, isRecipeOwn: false });
  };
  return (
    <div className={styles.fields}>
      <Select
        label={t('published')}
        placeholder={t('publishedNone')}
        description={source === null ? undefined : t('publishedSource', { ...source, year: String(source.year) })}
        data={recipeChoices(draft.backbone, [t('publishedOwn'), t('publishedOthers')])}
        value={chosen}
        clearable
        onChange={(id) =>
          id === null ? followDepth() : draftStore.setState({ recipe: publishedRecipes[id]!.recipe, isRecipeOwn: true })
        }
      />
      {draft.isRecipeOwn && (
        <Button variant="default" onClick={followDepth}>
          {t('recipeFollow')}
        </Button>
      )}
    </div>
  );
}

/** That of the chosen network first, in a group of its own. */
function recipeChoices(backbone: string, [own, others]: readonly [string, string]) {
  const ofNetwork = publishedRecipeOf(backbone);
  const items = Object.entries(publishedRecipes).map(([value, { title }]) => ({ value, label: title }));
  const isOwn = ({ value }: { readonly value: string }): boolean => value === ofNetwork;
  return [
    { group: own, items: items.filter(isOwn) },
    { group: others, items: items.filter((item) => !isOwn(item)) },
  ];
}

type FieldProps = { readonly field: RecipeField; readonly recipe: Recipe };

function Field({ field, recipe }: FieldProps) {
  const t = useText('train');
  const label = t(`fields.${field.key}`);
  switch (field.kind) {
    case 'switch':
      return (
        <Switch
          label={label}
          checked={recipe[field.key]}
          onChange={(event) => setRecipe({ [field.key]: event.currentTarget.checked })}
        />
      );
    case 'choice':
      return (
        <Select
          label={label}
          allowDeselect={false}
          data={field.choices.map((value) => ({ value, label: t(`choices.${value}`) }))}
          value={recipe[field.key]}
          onChange={(value) => setRecipe({ [field.key]: value })}
        />
      );
    default:
      return <NumberField field={field} recipe={recipe} />;
  }
}

type NumberFieldProps = { readonly field: Extract<RecipeField, { kind: 'number' }>; readonly recipe: Recipe };

function NumberField({ field: { key, min, max, step, emptyValue }, recipe }: NumberFieldProps) {
  const t = useText('train');
  const shown = recipe[key];
  const empty = emptyValue === 'auto' ? t('fields.weightDecayAuto') : t('off');
  return (
    <NumberInput
      label={t(`fields.${key}`)}
      value={typeof shown === 'number' ? shown : ''}
      min={min}
      max={max}
      step={step}
      {...(emptyValue === undefined ? {} : { placeholder: empty })}
      onChange={(value) => {
        if (typeof value === 'number') setRecipe({ [key]: value });
        else if (value === '' && emptyValue !== undefined) setRecipe({ [key]: emptyValue });
      }}
    />
  );
}
