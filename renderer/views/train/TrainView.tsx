import { Select } from '@mantine/core';
import { useEffect } from 'react';
import { useCommand } from '../../lib/client/hooks.ts';
import { backboneTitle } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { goTo, type ViewProps } from '../../lib/router.ts';
import { Panel } from '../../parts/Panel.tsx';
import { ViewHeader } from '../../parts/ViewHeader.tsx';
import { AugmentationPanel } from './AugmentationPanel.tsx';
import { DepthCosts } from './DepthCosts.tsx';
import { DiagramButton } from './DiagramButton.tsx';
import { draftStore } from './draft.ts';
import { FreezeSlider } from './FreezeSlider.tsx';
import { RecipePanel } from './RecipePanel.tsx';
import { RegimePresets } from './RegimePresets.tsx';
import { TrainBar } from './TrainBar.tsx';
import styles from './train.module.css';
import { useTrainPlan } from './use-train-plan.ts';

/** How much of which network learns, how, and on what it costs here. */
export function TrainView({ route }: ViewProps) {
  const t = useText('train');
  useAskedBackbone(route.rest[0]);
  const plan = useTrainPlan();
  const { draft, advice, stop, recommendedStop } = plan;
  useFollowAdvice(plan.draft.freeze, recommendedStop, plan.moveTo);
  return (
    <div className={styles.view}>
      <ViewHeader title={t('title')} detail={t('detail')}>
        <BackbonePicker />
      </ViewHeader>
      <div className={styles.page}>
        <div className={styles.column}>
          <Panel title={t('freezeDepth')}>
            <FreezeSlider
              key={draft.backbone}
              blocks={plan.blocks}
              stop={stop}
              recommended={recommendedStop}
              rungs={plan.rungs}
              probeNote={plan.probeNote}
              onChange={plan.moveTo}
            />
            <DepthCosts plan={plan} />
            <DiagramButton backbone={draft.backbone} freeze={plan.freeze} />
          </Panel>
          <RecipePanel plan={plan} />
          <AugmentationPanel plan={plan} />
        </div>
        <Panel title={t('regimes')}>
          {advice === null ? <p className={styles.note}>{t('noClasses')}</p> : <RegimePresets plan={plan} />}
        </Panel>
      </div>
      <TrainBar plan={plan} />
    </div>
  );
}

/** '#/train/resnet18@0123456789abcdef' chooses a network and its weights, once; then the picker does. */
function useAskedBackbone(backbone: string | undefined): void {
  const { data } = useCommand('backbones.list', {});
  const isKnown = data?.backbones.some(({ id }) => id === backbone) === true;
  useEffect(() => {
    if (backbone === undefined || !isKnown) return;
    draftStore.setState({ backbone, freeze: null });
    goTo('train');
  }, [backbone, isKnown]);
}

/** Until the slider is moved, the depth and its recipe are those that the advice names. */
function useFollowAdvice(freeze: string | null, recommended: number | null, moveTo: (stop: number) => void): void {
  const wanted = freeze === null ? recommended : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new recommendation moves the slider
  useEffect(() => {
    if (wanted === null) return;
    moveTo(wanted);
    draftStore.setState({ freeze: null }); // it goes on following
  }, [wanted]);
}

function BackbonePicker() {
  const t = useText('train');
  const { data } = useCommand('backbones.list', {});
  const { backbone } = draftStore.getState();
  const backbones = data?.backbones ?? [{ id: backbone, weights: null }]; // as wide as it will be
  const options = backbones.map(({ id, weights }) => ({
    value: id,
    label: weights === 'missing' ? t('noWeights', { network: backboneTitle(id) }) : backboneTitle(id),
  }));
  return <BackboneSelect options={options} />;
}

type BackboneSelectProps = { readonly options: readonly { readonly value: string; readonly label: string }[] };

function BackboneSelect({ options }: BackboneSelectProps) {
  const t = useText('train');
  const { backbone } = draftStore.getState();
  return (
    <Select
      aria-label={t('backbone')}
      data={[...options]}
      value={backbone}
      allowDeselect={false}
      w={280}
      searchable
      onChange={(next) => {
        if (next !== null) draftStore.setState({ backbone: next, freeze: null });
      }}
    />
  );
}
