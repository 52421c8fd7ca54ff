/** All that the Train view shows about the chosen depth, from the contract. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { type Rung as LadderRung, recommendRegime } from '../../../shared/planning/regimes.ts';
import { useCommand, useJobs } from '../../lib/client/hooks.ts';
import { isTraining } from '../../lib/client/jobs-store.ts';
import { useStageTitle } from '../../lib/stage-title.ts';
import { type DepthSummary, summariseDepth } from './depth-summary.ts';
import { draftStore, regimeOfStop, type TrainDraft, withDepth } from './draft.ts';
import { type NetworkBlock, networkBlocks } from './network-blocks.ts';
import type { ProbeNote, Rung } from './ProbeLadder.tsx';

const LEAST_CLASSES = 2; // a project with fewer is drawn as if it had these
const PROBE_SEED = 0;

export type Advice = ReturnType<typeof recommendRegime>;

export type TrainPlan = {
  readonly draft: TrainDraft;
  readonly blocks: readonly NetworkBlock[];
  readonly stageIds: readonly string[];
  readonly stop: number;
  readonly freeze: string;
  readonly summary: DepthSummary;
  readonly plan: ReturnType<typeof useCommand<'runs.plan'>>['data'];
  readonly rungs: readonly Rung[] | null;
  readonly ladder: readonly LadderRung[] | null; // the same, for advice
  readonly device: Readonly<Record<string, unknown>> | null; // what computed the last figures; null: not known yet
  readonly probeNote: ProbeNote; // where there are no rungs: why
  readonly advice: Advice | null; // null: no class has a photo yet
  readonly recommendedStop: number | null;
  readonly photosPerClass: readonly number[];
  readonly isTrainable: boolean | null; // null: not known yet
  readonly problems: readonly string[];
  readonly moveTo: (stop: number) => void;
};

export function useTrainPlan(): TrainPlan {
  const draft = useStore(draftStore);
  const { data: summary } = useCommand('project.summary', {});
  const { data: health } = useCommand('library.health', {});
  const classCount = Math.max(LEAST_CLASSES, summary?.classes.length ?? 0);
  const network = useMemo(() => withClasses(findNetwork(draft.backbone), classCount), [draft.backbone, classCount]);
  const stageTitle = useStageTitle();
  const drawn = useMemo(() => networkBlocks(network), [network]);
  const blocks = drawn.map((block) => ({ ...block, title: stageTitle(block.title) }));
  const stageIds = useMemo(() => network.stages.map(({ id }) => id), [network]);
  const { data: backbones } = useCommand('backbones.list', {});
  const hasWeights =
    backbones?.backbones.some(({ id, weights }) => id === draft.backbone && weights !== 'missing') === true;
  const isTrainable = health?.trainable ?? null;
  const isBusy = useJobs().some((job) => job.state === 'running' && isTraining(job));
  const probe = useCommand(
    'library.probe',
    { backbone: draft.backbone, seed: PROBE_SEED },
    { isEnabled: isTrainable === true && hasWeights && !isBusy }, // the engine does one job at a time
  );
  const isReadOnly = useCommand('project.info', {}).data?.readOnly === true; // nothing can be probed or trained
  const hasFailed = probe.error !== null && !probe.isFetching;
  const probeNote = noteOf({ isTrainable, isBusy, isReadOnly, hasFailed, hasWeights: backbones && hasWeights });
  const plan = useCommand(
    'runs.plan',
    { backbone: draft.backbone, recipe: draft.recipe, measure: false },
    { keepsPrevious: true },
  );
  const photosPerClass = useMemo(() => (summary?.classes ?? []).map(({ train, val }) => train + val), [summary]);
  const advice = useMemo(() => {
    if (photosPerClass.length < LEAST_CLASSES) return null;
    return recommendRegime({ network, photosPerClass, ladder: probe.data?.rungs ?? null });
  }, [network, photosPerClass, probe.data]);
  const recommendedStop = advice === null ? null : stageIds.indexOf(advice.frozenThrough);
  const wished = draft.freeze ?? advice?.frozenThrough ?? stageIds.at(-1)!;
  const stop = Math.max(0, stageIds.indexOf(wished));
  const depths = plan.data?.backbone === draft.backbone ? plan.data.depths : [];
  return {
    draft,
    blocks,
    stageIds,
    stop,
    freeze: stageIds[stop]!,
    summary: summariseDepth(blocks, stop, depths),
    plan: plan.data,
    rungs: probe.data?.rungs.map((rung) => ({ ...rung, title: stageTitle(rung.title) })) ?? null,
    ladder: probe.data?.rungs ?? null,
    device: plan.data?.measured?.device ?? probe.data?.device ?? null,
    probeNote,
    advice,
    recommendedStop,
    photosPerClass,
    isTrainable,
    problems: health?.problems ?? [],
    moveTo: (next) => {
      const stage = stageIds[next];
      if (stage === undefined) return;
      draftStore.setState((state) => withDepth(state, stage, regimeOfStop(next, stageIds.length - 1)));
    },
  };
}

type ProbeGrounds = {
  readonly isTrainable: boolean | null;
  readonly isBusy: boolean;
  readonly isReadOnly: boolean;
  readonly hasFailed: boolean;
  readonly hasWeights: boolean | undefined; // undefined: not known yet
};

function noteOf({ isTrainable, isBusy, isReadOnly, hasFailed, hasWeights }: ProbeGrounds): ProbeNote {
  if (isTrainable === false) return 'notProbed';
  if (hasWeights === false) return 'probeNoWeights';
  if (hasFailed) return isReadOnly ? 'notProbed' : 'probeFailed';
  return isBusy ? 'probeLater' : 'probing';
}
