/** What training at every freeze depth would cost here, and whether it fits. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { parseBackbone } from '../../../shared/domain/backbone-ref.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { cachedRows, isDrawnAnew } from '../../../shared/planning/cached-rows.ts';
import { judgeRoom, type MachineRoom } from '../../../shared/planning/room.ts';
import { type StageCost, stageCost } from '../../../shared/planning/stage-costs.ts';
import {
  type DepthSeconds,
  depthSeconds,
  type MachineTimings,
  type PhotoCounts,
} from '../../../shared/planning/timings.ts';
import { timingsIdentity } from '../../engine/calibrating/identity.ts';
import { readTimings } from '../../engine/calibrating/remember.ts';
import type { CalibrateResult, JobImage } from '../../engine/protocol/messages.ts';
import { listClasses } from '../../store/classes.ts';
import { assignSides } from '../../store/sides.ts';
import { backboneHash } from '../backbone-hash.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { chooseSelection } from '../fit-dataset.ts';
import { measureRoom } from '../machine-room.ts';
import { jobFolders, labelledImages, type Session } from '../session.ts';
import { listBackbones } from './backbones.ts';

const DECODED_PHOTOS = 32; // enough to time decoding
const LEAST_CLASSES = 2; // a project that has fewer yet is planned as if it had these

/** On the softmax alone all strengths and folds are tried together, in about the time of one more training. */
const SOFTMAX_TRAININGS = 2;

export async function planTraining(
  session: Session,
  input: CommandInput<'runs.plan'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.plan'>> {
  const { backbone, recipe } = input;
  const { database, folder, folders } = session.project;
  assignSides(database);
  const images = labelledImages(session, ['train', 'val']);
  const train = images.filter(({ side }) => side === 'train').length;
  const network = withClasses(findNetwork(backbone), Math.max(LEAST_CLASSES, listClasses(database).length));
  const room = await measureRoom({ project: folder, features: folders.features });
  const weights = await weightsOf(backbone);
  const timings = input.measure
    ? await calibrate(session, { backbone, images }, context)
    : await knownTimings(session, { backbone, weights }, context);
  if (timings !== null) timingsOf(session).set(backbone, timings);
  const { batchSize, epochs } = recipe;
  const photos = { cached: images.length, train };
  const folds = foldsOf(
    images,
    listClasses(database).map(({ name }) => name as string),
  );
  const selection = folds > 1 ? ('cross-validation' as const) : ('validation' as const);
  const counts = { train, val: images.length - train, selection, augmentation: input.augmentation };
  const rowsAt = (stage: string): number => cachedRows(stage, counts);
  const costs = network.stages.map(({ id }) => stageCost(network, id, { photos: rowsAt(id), views: 1, recipe }));
  const trainingsAt = (stage: string): number => (stage === network.stages.at(-1)?.id ? SOFTMAX_TRAININGS : folds);
  const seconds = timings === null ? null : depthSeconds(network, timings, { photos, batchSize });
  const drawn = (stage: string): number =>
    isDrawnAnew(stage, input.augmentation) ? (timings?.decodeSeconds ?? 0) * train : 0;
  return {
    backbone,
    weights,
    photos: { train, val: images.length - train },
    epochs,
    batchSize,
    ...room,
    measured: timings === null ? null : { device: timings.device, isRemembered: timings.isRemembered },
    depths: costs.map((cost) => {
      const epochCount = epochs * trainingsAt(cost.stage);
      const timed = seconds?.get(cost.stage);
      const own = timed && withViews(timed, { rows: rowsAt(cost.stage), photos, drawnSeconds: drawn(cost.stage) });
      return plannedDepth(cost, { room, batchSize, epochCount, seconds: own });
    }),
  };
}

const timed = new WeakMap<Session, Map<string, CalibrateResult>>();

/** By backbone, what was timed or remembered while this project has been open. */
function timingsOf(session: Session): Map<string, CalibrateResult> {
  const known = timed.get(session) ?? new Map<string, CalibrateResult>();
  timed.set(session, known);
  return known;
}

type Timed = { readonly backbone: string; readonly weights: 'shipped' | 'missing' };

/** Those of this session, else those that an earlier one has left in the project; null where there are none. */
async function knownTimings(session: Session, { backbone, weights }: Timed, context: CommandContext) {
  const known = timingsOf(session).get(backbone);
  if (known !== undefined) return { ...known, isRemembered: true };
  const hash = weights === 'shipped' ? await backboneHash(backbone) : null;
  const place = { folder: session.project.folders.features, identity: timingsIdentity(backbone, hash) };
  const kept = await readTimings(place, (text) => context.onEvent({ kind: 'note', text }));
  return kept === null ? null : { kind: 'calibrate' as const, ...kept, isRemembered: true };
}

async function weightsOf(backbone: string): Promise<'shipped' | 'missing'> {
  if (parseBackbone(backbone).weights !== null) return 'shipped'; // backboneHash refuses those that are not
  return (await listBackbones()).some(({ id, weights }) => id === backbone && weights === 'shipped')
    ? 'shipped'
    : 'missing';
}

/** Whole trainings' worth of a run where more than the softmax trains: each fold on the others' photos, and the refit. */
function foldsOf(images: readonly JobImage[], classes: readonly string[]): number {
  try {
    const selection = chooseSelection(images, classes);
    return selection.kind === 'cross-validation' ? selection.folds : 1;
  } catch (error) {
    if (error instanceof AppError && error.code === 'DATASET_UNFIT') return 1; // too few photos yet to say
    throw error;
  }
}

/** The frozen part takes as much longer as it has rows to compute; photos that are drawn in each epoch are decoded in each. */
function withViews(
  { frozen, epoch }: DepthSeconds,
  of: { readonly rows: number; readonly photos: PhotoCounts; readonly drawnSeconds: number },
): DepthSeconds {
  const { rows, photos, drawnSeconds } = of;
  return { frozen: photos.cached === 0 ? frozen : (frozen * rows) / photos.cached, epoch: epoch + drawnSeconds };
}

type Depth = {
  readonly room: MachineRoom;
  readonly batchSize: number;
  readonly epochCount: number; // of all trainings of a run together
  readonly seconds: DepthSeconds | undefined;
};

function plannedDepth(cost: StageCost, { room, batchSize, epochCount, seconds }: Depth) {
  const verdict = judgeRoom(cost, room, batchSize);
  const { stage, title, trainableParameters, frozenMultiplications, trainedMultiplications } = cost;
  return {
    ...{ stage, title, trainableParameters, frozenMultiplications, trainedMultiplications },
    cacheBytes: cost.cacheBytes,
    peakMemoryBytes: cost.peakMemoryBytes,
    frozenSeconds: seconds?.frozen ?? null,
    epochSeconds: seconds?.epoch ?? null,
    totalSeconds: seconds === undefined ? null : seconds.frozen + epochCount * seconds.epoch,
    verdict: verdict.kind,
    advice: verdict.kind === 'fits' ? null : verdict.advice,
  };
}

async function calibrate(
  session: Session,
  { backbone, images }: { readonly backbone: string; readonly images: readonly JobImage[] },
  context: CommandContext,
): Promise<CalibrateResult & MachineTimings> {
  const job = {
    kind: 'calibrate' as const,
    jobId: `calibrate ${backbone}`,
    ...jobFolders(session),
    backbone,
    images: images.slice(0, DECODED_PHOTOS),
  };
  const result = await session.engine.run(job, context);
  return expectResult(result, 'calibrate');
}
