/** All that changes while a training runs; what is written down in a snapshot and taken up again from it. */
import type { EpochReport } from '../../../shared/domain/run.ts';
import { type ResumableRandom, resumableRandom } from '../../../shared/math/random.ts';
import type { NamedTensor, Weights } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { createModel, type Model } from '../tensorflow/interpreter.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { type Average, createAverage } from './averaging.ts';
import { balancedClassWeights } from './class-weights.ts';
import { createOptimizer, type Optimizer, optimizerSettings, type Parameters } from './optimizers.ts';
import { parameterGroups } from './parameter-groups.ts';
import type { TrainRequest } from './request.ts';
import { type ScopedOps, scopedOps } from './scoped-ops.ts';
import { type EarlyEnd, joinParts, type Snapshot, tensorsOfPart } from './snapshot.ts';
import { createStartShare, type StartShare } from './start-share.ts';

export type TrainingState = {
  readonly ops: ScopedOps;
  readonly model: () => Model; // another one from each epoch on in which more trains
  readonly optimizer: Optimizer;
  readonly average: Average | null;
  readonly startShare: StartShare | null; // null: none of it is kept
  readonly rateFactor: ((name: string) => number) | null; // null: one rate for all
  readonly classWeights: Float32Array | null; // [K]
  readonly random: {
    readonly order: ResumableRandom;
    readonly dropout: ResumableRandom;
    readonly mixup: ResumableRandom;
  };
  readonly epochs: EpochReport[]; // finished ones
  epoch: number;
  step: number; // of this epoch
  orderState: number; // of the stream of orders before this epoch's shuffle
  lossSum: number; // of this epoch, nats
  correct: number;
  rowsLeftOut: number; // of this epoch: their files could not be read
  learningRate: number;
  rowsPerPass: number; // at most; several passes are accumulated to one step
  recomputes: boolean;
  end: EarlyEnd | null; // wished and decided
  best: { readonly epoch: number; readonly weights: Weights } | null;
  readonly globalStep: () => number; // of the optimizer, over all epochs
  readonly startEpoch: (epoch: number) => Promise<void>;
  readonly elapsedMs: () => number; // of this training, also before it was resumed
  readonly msSinceCheckpoint: () => number;
  readonly noteCheckpoint: () => void;
  readonly close: () => void;
};

/** Streams of their own: how many numbers one takes never shifts the others. */
const DROPOUT_STREAM = 0x5bd1e995;
const MIXUP_STREAM = 0x27d4eb2f;

/** A training at its start, or where its snapshot was taken. The caller closes it. */
export function openTraining(tensorOps: TensorOps, request: TrainRequest): TrainingState {
  const { network, recipe, resumeFrom, now = () => performance.now() } = request;
  const ops = scopedOps(tensorOps);
  const groups = parameterGroups(network, recipe);
  const modelAt = (epoch: number, weights: Weights): Model => {
    const trainable = (name: string): boolean => groups.isTrainable(name, epoch) && (request.trainable?.(name) ?? true);
    return createModel(ops, network, { weights, trainable });
  };
  const position = resumeFrom?.position;
  const weights = resumeFrom ? tensorsOfPart(resumeFrom.tensors, 'model') : request.weights;
  const held = { model: modelAt(position?.epoch ?? 0, weights) };
  const parameters: Parameters = {
    parameter: (name) => held.model.parameter(name),
    replace: (name, tensor) => held.model.replace(name, tensor),
  };
  const optimizer = createOptimizer(ops, parameters, optimizerSettings(recipe));
  const average = openAverage(ops, parameters, request);
  const startShare = openStartShare(ops, parameters, request);
  const stepsPerEpoch = Math.ceil(request.data.count / (recipe.batchSize * recipe.accumulate));
  const random = openStreams(request);
  const openedMs = now();
  let checkpointMs = openedMs;
  const state: TrainingState = {
    ...{ ops, optimizer, average, startShare, random },
    model: () => held.model,
    rateFactor: groups.hasOneRate ? null : groups.rateFactor,
    classWeights: classWeightsOf(request, held.model.classCount),
    ...startingPoint(request),
    orderState: random.order.state(),
    globalStep: () => state.epoch * stepsPerEpoch + state.step,
    startEpoch: async (epoch) => {
      Object.assign(state, {
        epoch,
        step: 0,
        lossSum: 0,
        correct: 0,
        rowsLeftOut: 0,
        orderState: random.order.state(),
      });
      if (groups.thawEpochs.includes(epoch)) held.model = await rebuilt(held.model, (own) => modelAt(epoch, own));
    },
    elapsedMs: () => (position?.elapsedMs ?? 0) + now() - openedMs,
    msSinceCheckpoint: () => now() - checkpointMs,
    noteCheckpoint: () => {
      checkpointMs = now();
    },
    close: () => {
      average?.close();
      startShare?.close();
      optimizer.close();
      held.model.close();
    },
  };
  if (resumeFrom) takeUp(state, resumeFrom);
  return state;
}

/** What more trains from an epoch on is asked of a new model. */
async function rebuilt(model: Model, make: (weights: Weights) => Model): Promise<Model> {
  const weights = await model.readWeights();
  model.close();
  return make(weights);
}

function openStreams({ seed, resumeFrom }: TrainRequest): TrainingState['random'] {
  const streams = resumeFrom?.position.streams;
  return {
    order: resumableRandom(streams?.order ?? seed),
    dropout: resumableRandom(streams?.dropout ?? seed ^ DROPOUT_STREAM),
    mixup: resumableRandom(streams?.mixup ?? seed ^ MIXUP_STREAM),
  };
}

function openAverage(ops: TensorOps, parameters: Parameters, request: TrainRequest): Average | null {
  const { averaging } = request.recipe;
  if (averaging === null) return null;
  return createAverage(ops, parameters, { names: namesThatMove(request), decay: averaging, hasWarmUp: true });
}

function openStartShare(ops: TensorOps, parameters: Parameters, request: TrainRequest): StartShare | null {
  const { startShare } = request.recipe;
  if (startShare === 0) return null;
  return createStartShare(ops, parameters, { names: namesThatMove(request), share: startShare });
}

/** The parameters that ever train, and the running statistics beside them. */
function namesThatMove({ recipe, network, trainable = () => true }: TrainRequest): readonly string[] {
  const groups = parameterGroups(network, recipe);
  return listParameters(network)
    .map(({ name }) => name)
    .filter((name) => trainable(name) && groups.isTrainable(name, Number.POSITIVE_INFINITY));
}

function classWeightsOf({ recipe, classWeights, data }: TrainRequest, classCount: number): Float32Array | null {
  if (classWeights !== undefined) return classWeights;
  return recipe.classWeighting === 'balanced' ? balancedClassWeights(data.labels, classCount) : null;
}

function startingPoint({ recipe, resumeFrom, finish }: TrainRequest) {
  const position = resumeFrom?.position;
  return {
    epochs: [...(position?.history ?? [])],
    epoch: position?.epoch ?? 0,
    step: position?.step ?? 0,
    lossSum: position?.lossSum ?? 0,
    correct: position?.correct ?? 0,
    rowsLeftOut: position?.rowsLeftOut ?? 0,
    learningRate: position?.learningRate ?? 0,
    rowsPerPass: position?.rowsPerPass ?? recipe.batchSize,
    recomputes: position?.recomputes ?? false,
    end: finish?.known ?? null,
    best: bestOf(resumeFrom),
  };
}

function takeUp(state: TrainingState, { tensors, position }: Snapshot): void {
  state.optimizer.restore(tensorsOfPart(tensors, 'optimizer'), position.optimizerCounters);
  state.average?.restore(tensorsOfPart(tensors, 'average'), position.averageCounters);
  state.startShare?.restore(tensorsOfPart(tensors, 'start'));
}

/**
 * Runs `work` while the model holds the weights by which it is judged: their average, where there is one, and between it
 * and the start, where the recipe keeps a share of that.
 */
export async function whileJudged<T>({ average, startShare }: TrainingState, work: () => Promise<T>): Promise<T> {
  average?.exchange();
  try {
    startShare?.exchange();
    try {
      return await work();
    } finally {
      startShare?.exchange();
    }
  } finally {
    average?.exchange();
  }
}

function bestOf(snapshot: Snapshot | undefined): TrainingState['best'] {
  const epoch = snapshot?.position.bestEpoch ?? null;
  return snapshot === undefined || epoch === null ? null : { epoch, weights: tensorsOfPart(snapshot.tensors, 'best') };
}

/** Everything of this moment, copied; taken between two steps. */
export async function takeSnapshot(state: TrainingState): Promise<Snapshot> {
  const { ops, optimizer, average, startShare, random, best } = state;
  const tensors = joinParts({
    model: await state.model().readWeights(),
    optimizer: await readAll(ops, optimizer.state()),
    ...(average && { average: await readAll(ops, average.state()) }),
    ...(startShare && { start: await readAll(ops, startShare.state()) }),
    ...(best && { best: best.weights }),
  });
  const { epoch, step, lossSum, correct, rowsLeftOut, learningRate, rowsPerPass, recomputes, epochs, orderState } =
    state;
  const position = {
    ...{ epoch, step, lossSum, correct, rowsLeftOut, learningRate, rowsPerPass, recomputes },
    streams: { order: orderState, dropout: random.dropout.state(), mixup: random.mixup.state() },
    optimizerCounters: optimizer.counters(),
    averageCounters: average?.counters() ?? {},
    history: [...epochs],
    bestEpoch: best?.epoch ?? null,
    elapsedMs: state.elapsedMs(),
  };
  return { tensors, position };
}

async function readAll(ops: TensorOps, tensors: ReadonlyMap<string, Tensor>): Promise<Weights> {
  const read = new Map<string, NamedTensor>();
  for (const [name, tensor] of tensors)
    read.set(name, { shape: tensor.shape, values: (await ops.read(tensor)).slice() });
  return read;
}
