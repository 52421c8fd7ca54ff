import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { publishedRecipes } from '../../../shared/domain/published-recipes.ts';
import { Regime } from '../../../shared/domain/regime.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { useCommand } from '../../lib/client/hooks.ts';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { type SweepDraft, sweepDraft } from './draft.ts';
import styles from './sweeps.module.css';
import { useDimensionTexts } from './use-dimension-texts.ts';

type WhatIsTrainedProps = { readonly draft: SweepDraft };

/** Networks, depths, recipe, seeds: several of one are tried each. */
export function WhatIsTrained({ draft }: WhatIsTrainedProps) {
  const t = useText('sweeps');
  const train = useText('train');
  const { textOfValue } = useDimensionTexts();
  const { data } = useCommand('backbones.list', {});
  const { backbones, depths } = draft;
  const [only] = backbones;
  const stages =
    backbones.length === 1
      ? findNetwork(only!)
          .stages.slice(1, -1)
          .map(({ id }) => id)
      : [];
  const known = ['all', ...stages.toReversed(), 'none'];
  const setBackbones = (next: string[]): void => {
    const usable = depths.filter((depth) => depth === 'all' || depth === 'none'); // stages have other names elsewhere
    sweepDraft.setState({ backbones: next, depths: usable.length === 0 ? ['all'] : usable });
  };
  return (
    <div className={styles.fields}>
      <MultiSelect
        label={t('networks')}
        className={styles.wide}
        searchable
        data={(data?.backbones ?? []).map(({ id, weights }) => ({
          value: id,
          label: weights === 'missing' ? train('noWeights', { network: backboneTitle(id) }) : backboneTitle(id),
        }))}
        value={[...backbones]}
        onChange={setBackbones}
      />
      <MultiSelect
        label={t('depths')}
        description={t('depthsHint')}
        className={styles.wide}
        data={known.map((value) => ({ value, label: textOfValue('freeze', value, only ?? '') }))}
        value={[...depths]}
        onChange={(next) => sweepDraft.setState({ depths: next })}
      />
      <Recipes draft={draft} />
      <NumberInput
        label={train('fields.epochs')}
        placeholder={t('asRecipe')}
        min={1}
        max={500}
        allowDecimal={false}
        value={draft.epochs ?? ''}
        onChange={(value) => sweepDraft.setState({ epochs: typeof value === 'number' ? value : null })}
      />
      <TextInput
        label={t('seeds')}
        description={t('seedsHint')}
        value={draft.seeds}
        onChange={(event) => sweepDraft.setState({ seeds: event.currentTarget.value })}
      />
    </div>
  );
}

function Recipes({ draft }: WhatIsTrainedProps) {
  const t = useText('sweeps');
  const train = useText('train');
  const regimes = Regime.options.map((value) => ({ value, label: train(`regimeTitles.${value}`) }));
  const published = Object.entries(publishedRecipes).map(([value, { title }]) => ({ value, label: title }));
  return (
    <Select
      label={t('recipe')}
      description={t('recipeHint')}
      allowDeselect={false}
      data={[
        { group: t('recipesByDepth'), items: regimes },
        { group: train('published'), items: published },
      ]}
      value={draft.recipe}
      onChange={(recipe) => recipe !== null && sweepDraft.setState({ recipe })}
    />
  );
}
