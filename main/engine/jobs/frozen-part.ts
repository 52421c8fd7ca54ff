/** What a job computes with: the network cut in two, the frozen part opened in its executor, and its cache key. */
import { cpus } from 'node:os';
import { AppError } from '../../../shared/contract/errors.ts';
import { isFromScratch } from '../../../shared/domain/backbone-ref.ts';
import type { Network, Shape, Weights } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { decoderVersion } from '../../imaging/decode.ts';
import { canonicalJson, type JsonValue } from '../../kernel/canonical-json.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { chooseExecutor } from '../executors/choose.ts';
import type { ExecutorCandidate } from '../executors/executor.ts';
import { keepExecutor, takeKeptExecutor } from '../executors/kept-executor.ts';
import { findNvidiaGpus } from '../executors/nvidia.ts';
import { onnxCandidates } from '../executors/onnx.ts';
import { tensorFlowCandidates } from '../executors/tensorflow.ts';
import { FEATURE_FORMAT_VERSION, type FeatureKeyParts } from '../features/key.ts';
import { poolStages } from '../probing/pooled-ladder.ts';
import type { JobContext } from '../protocol/control.ts';
import { chooseFromScratch, loadChosenWeights } from '../weights/chosen-weights.ts';
import { loadOrDrawWeights, type UsableWeights } from '../weights/drawn-weights.ts';
import { areKept } from '../weights/verified-file.ts';

export type DrawnBy = { readonly augmentation: JsonValue; readonly seed: number };

export type FrozenPart = {
  readonly network: Network; // whole, with as many outputs as there are classes
  readonly suffix: Network;
  readonly weights: Weights; // of the backbone, its own classifier included
  readonly rowShape: Shape;
  readonly threads: number;
  readonly executor: string;
  readonly run: (input: Float32Array, batch: number) => Promise<Float32Array>;
  /** `drawn`: what an augmented view is drawn by; `view` is then its number. */
  readonly keyOfView: (view: JsonValue, drawn?: DrawnBy) => FeatureKeyParts;
  readonly close: () => Promise<void>;
};

export type FrozenPartRequest = {
  readonly backbonesFolder: string;
  readonly backbone: string;
  readonly frozenThrough: string;
  readonly classCount: number;
  readonly featuresFolder: string; // where the choice of the executor is remembered
  readonly context: Pick<JobContext, 'send' | 'breathe'>;
  readonly seed?: number; // of weights that learn from scratch; 0 unless told
  readonly weightsFor?: 'answers' | 'timing'; // timing: random weights do where there are none; answers unless told
  readonly pooled?: boolean; // a row is then the pooled output of every stage up to the cut (see poolStages)
};

/** All that may run the frozen part here: where speeds are equal, the one that comes first. */
export function frozenPartCandidates(): ExecutorCandidate[] {
  return [...onnxCandidates(process.platform), ...tensorFlowCandidates()];
}

/** Where nothing is computed the rows of every network with the same preprocessing are the same. */
const photosThemselves = { networkId: 'photos', weightsSha256: '0'.repeat(64) };

function cutShape(prefix: Network, node: string): Shape | undefined {
  return node === 'input' ? prefix.inputShape : inferShapes(prefix).get(node);
}

async function loadWeights(request: FrozenPartRequest): Promise<UsableWeights> {
  const { backbonesFolder, backbone, weightsFor, seed = 0 } = request;
  if (weightsFor === 'timing') return loadOrDrawWeights(backbonesFolder, backbone);
  const { weights, sha256, completeThrough } = isFromScratch(backbone)
    ? chooseFromScratch(backbone, seed)
    : await loadChosenWeights(backbonesFolder, backbone);
  requireComplete(request, completeThrough);
  return { weights, weightsSha256: sha256, isDrawn: false };
}

/** Nothing random may be frozen. Throws WEIGHTS_MISMATCH. */
function requireComplete({ backbone, frozenThrough }: FrozenPartRequest, completeThrough: string | null): void {
  const stages = findNetwork(backbone).stages.map(({ id }) => id);
  if (completeThrough === null || stages.indexOf(frozenThrough) <= stages.indexOf(completeThrough)) return;
  if (isFromScratch(backbone))
    throw new AppError(
      'WEIGHTS_MISMATCH',
      `${backbone}: it learns from scratch, so nothing of it can be frozen. Freeze nothing (--freeze none), or choose pretrained weights.`,
    );
  throw new AppError(
    'WEIGHTS_MISMATCH',
    `${backbone}: these weights end with the stage '${completeThrough}', and what is frozen would reach to '${frozenThrough}'. ` +
      `Freeze no further than '${completeThrough}'.`,
  );
}

/** Loads the backbone and opens its frozen part. The caller closes it. */
export async function openFrozenPart(request: FrozenPartRequest): Promise<FrozenPart> {
  const { weights, weightsSha256 } = await loadWeights(request);
  const network = withClasses(findNetwork(request.backbone), request.classCount);
  const { prefix, suffix } = split(network, request.frozenThrough);
  const cut = prefix.stages.at(-1);
  if (cut === undefined) throw new AppError('NOT_FOUND', `There is no stage '${request.frozenThrough}'.`);
  const threads = pinnedThreads();
  const ladder = request.pooled === true ? poolStages(prefix) : null;
  const frozen = ladder?.network ?? prefix;
  const rowShape = ladder === null ? cutShape(prefix, cut.node) : [ladder.rowLength];
  if (rowShape === undefined) throw new AppError('BUG', `Stage '${cut.id}' has no shape. Please report it.`);
  const pooledStages = ladder === null ? {} : { pooledStages: ladder.pieces.map(({ stage }) => stage) };
  const source = cut.node === 'input' ? photosThemselves : { networkId: network.id, weightsSha256 };
  const identity = { ...source, cut: cut.id, ...pooledStages };
  const { featuresFolder } = request;
  const work = { weights, name: canonicalJson({ ...identity, network: network.id, threads, featuresFolder }) };
  const runner =
    (await takeKeptExecutor(work)) ??
    (await chooseExecutor({
      candidates: frozenPartCandidates(),
      request: { prefix: frozen, weights, threads },
      folder: featuresFolder,
      identity: { work: identity, machine: { cpu: cpus()[0]?.model ?? 'unknown', gpus: findNvidiaGpus() } },
      note: (text) => request.context.send({ kind: 'note', text }),
      now: () => performance.now(),
      breathe: request.context.breathe,
    }));
  let hasRun = false; // then it holds the memory that its activations took
  const executor = { name: runner.name, version: runner.version, threads: runner.threads };
  return {
    network,
    suffix,
    weights,
    rowShape,
    threads,
    executor: `${executor.name} ${executor.version}, ${executor.threads} threads`,
    run: (input, batch) => {
      hasRun = true;
      return runner.run(input, batch);
    },
    keyOfView: (view, drawn) => ({
      formatVersion: FEATURE_FORMAT_VERSION,
      preprocessing: network.preprocessing,
      decoderVersion,
      augmentation: drawn?.augmentation ?? null,
      augmentationSeed: drawn?.seed ?? null,
      view,
      ...source,
      cut: cut.id,
      ...pooledStages,
      executor,
      dtype: 'float32',
    }),
    close: () => (hasRun || !areKept(weights) ? runner.close() : keepExecutor(work, runner)),
  };
}
