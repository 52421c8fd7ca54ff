/** The probe ladder of the project's photos, computed once and stored with them. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { recommendRegime } from '../../../shared/planning/regimes.ts';
import type { JobImage, ProbeResult } from '../../engine/protocol/messages.ts';
import { listClasses } from '../../store/classes.ts';
import { findProbe, type ProbeKey, type StoredProbe, upsertProbe } from '../../store/probes.ts';
import { assignSides, datasetHash, splitHash } from '../../store/sides.ts';
import { backboneHash } from '../backbone-hash.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { chooseSelection, requireFitDataset } from '../fit-dataset.ts';
import { jobFolders, labelledImages, type Session } from '../session.ts';

const MOST_PHOTOS = 3000; // more would make the ladder slower, not truer: its interval is then within 2 points

/** Answers from the store while photos, labels, sides and weights are the same. Test photos are never part of it. */
export async function probeLibrary(
  session: Session,
  input: CommandInput<'library.probe'>,
  context: CommandContext,
): Promise<CommandOutput<'library.probe'>> {
  const { database } = session.project;
  const network = findNetwork(input.backbone);
  assignSides(database);
  const classes = listClasses(database).map(({ name }) => name as string);
  const labelled = labelledImages(session, ['train', 'val']);
  requireFitDataset(classes, labelled);
  const hashes = { datasetHash: datasetHash(database), splitHash: splitHash(database) };
  const key: ProbeKey = { ...hashes, backbone: input.backbone, weightsSha256: await backboneHash(input.backbone) };
  const stored = findProbe(database, key);
  const probe = stored ?? (await compute(session, { input, classes, labelled, key }, context));
  const titles = new Map(network.stages.map(({ id, title }) => [id, title]));
  const advice = recommendRegime({
    network: withClasses(network, classes.length),
    photosPerClass: classes.map((_, label) => labelled.filter((image) => image.label === label).length),
    ladder: probe.rungs,
  });
  return {
    backbone: input.backbone,
    rungs: probe.rungs.map((rung) => ({
      ...rung,
      title: titles.get(rung.stage) ?? rung.stage,
      accuracy: rung.correct / rung.total,
      interval: wilsonInterval(rung.correct, rung.total),
    })),
    isStored: stored !== null,
    device: probe.device,
    featuriseMs: probe.featuriseMs,
    probeMs: probe.probeMs,
    leftOut: labelled.length - (probe.rungs[0]?.total ?? 0),
    advice,
  };
}

type Probing = {
  readonly input: CommandInput<'library.probe'>;
  readonly classes: string[];
  readonly labelled: readonly JobImage[];
  readonly key: ProbeKey;
};

async function compute(
  session: Session,
  { input, classes, labelled, key }: Probing,
  context: CommandContext,
): Promise<StoredProbe> {
  const images = shareOfEachClass(labelled, classes.length);
  const result = await session.engine.run(
    {
      kind: 'probe',
      jobId: `probe ${input.backbone}`,
      ...jobFolders(session),
      backbone: input.backbone,
      classes,
      images,
      folds: foldCount(images, classes),
      seed: input.seed,
    },
    context,
  );
  const answer = expectResult(result, 'probe');
  const { rungs, device, featuriseMs, probeMs } = answer;
  tellSkipped(answer, context);
  const probe = { rungs, device, featuriseMs, probeMs };
  upsertProbe(session.project.database, key, { ...probe, probedAt: session.clock() });
  return probe;
}

export function tellSkipped({ skipped }: Pick<ProbeResult, 'skipped'>, context: CommandContext): void {
  for (const { imageId, failure } of skipped)
    context.onEvent({ kind: 'note', text: `Left out ${imageId.slice(0, 12)}: ${failure.message}` });
}

/** As many of each class as fit; they come in the order of their hashes, so the first ones are a random sample. */
function shareOfEachClass(images: readonly JobImage[], classCount: number): JobImage[] {
  if (images.length <= MOST_PHOTOS) return [...images];
  const most = Math.ceil(MOST_PHOTOS / classCount);
  const taken = new Map<number | null, number>();
  return images.filter(({ label }) => {
    const count = (taken.get(label) ?? 0) + 1;
    taken.set(label, count);
    return count <= most;
  });
}

/** Cross-validation always, also where training would use a validation side: every photo says something. */
export function foldCount(images: readonly JobImage[], classes: readonly string[]): number {
  const pooled = images.map((image) => ({ ...image, side: 'train' as const }));
  const selection = chooseSelection(pooled, classes);
  return selection.kind === 'cross-validation' ? selection.folds : 2;
}
