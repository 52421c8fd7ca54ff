/** Trains the same few steps on each backend that can be had, compares the losses, and says which is used and why. */
import { seededRandom } from '../../../shared/math/random.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split } from '../../../shared/networks/split.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { sampleFor } from '../executors/choose.ts';
import { whyNoTensorFlowGpu } from '../executors/tensorflow.ts';
import { fastest, type Trial, tryExecutors } from '../executors/trial.ts';
import type { JobContext } from '../protocol/control.ts';
import type { BackendCheck, DoctorResult, ExecutorCheck } from '../protocol/machine-messages.ts';
import { openPlainCpu, openTensorFlow, openWebGpu } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import { attempt, describeTrainer } from './backend.ts';
import { trainFewStepsOnCpu } from './doctor-child.ts';
import { randomWeights, trainFewSteps } from './doctor-steps.ts';
import { frozenPartCandidates } from './frozen-part.ts';

const LOSS_TOLERANCE = 1e-3; // relative, between backends: float32 sums in another order
const FROZEN_NETWORK = 'tf_efficientnet_lite0';
const SEED = 7;

export async function runDoctor(context: JobContext): Promise<DoctorResult> {
  const threads = pinnedThreads();
  const executors = await checkExecutors(threads, context);
  const backends = [...(await checkTensorFlow(threads, context)), ...(await checkPlain(context))];
  const chosen = backends.find(({ available }) => available)?.backend ?? null;
  return { kind: 'doctor', backends: compareLosses(backends), chosen, executors };
}

/** Two rows, GPU first: the library takes one device in a process, so its CPU beside a GPU is asked in another one. */
async function checkTensorFlow(threads: number, context: JobContext): Promise<BackendCheck[]> {
  context.breathe();
  const [gpu, cpu] = ['tensorflow-gpu', 'tensorflow-cpu'];
  const ops = await attempt(() => openTensorFlow({ threads }));
  if (typeof ops === 'string') return [missing(gpu, whyNoTensorFlowGpu() ?? ops), missing(cpu, ops)];
  if (ops.facts.device === 'cpu')
    return [missing(gpu, whyNoTensorFlowGpu() ?? 'TensorFlow sees no GPU that it can use.'), await check(ops, context)];
  const first = await check(ops, context);
  try {
    const { trainer, losses, stepsPerSecond } = await trainFewStepsOnCpu(threads);
    return [first, { backend: cpu, available: true, losses, stepsPerSecond, note: trainer }];
  } catch (error) {
    return [first, missing(cpu, error instanceof Error ? error.message : String(error))];
  }
}

/** WebGPU before plain tfjs where it is on a graphics card, after it where it is in software. */
async function checkPlain(context: JobContext): Promise<BackendCheck[]> {
  context.breathe();
  const webGpu = await attempt(openWebGpu);
  const isSoftware = typeof webGpu !== 'string' && webGpu.facts.device === 'cpu';
  const row = typeof webGpu === 'string' ? missing('webgpu', webGpu) : await check(webGpu, context);
  const plain = await check(await openPlainCpu(), context);
  return isSoftware ? [plain, { ...row, note: `${row.note}, in software` }] : [row, plain];
}

function missing(backend: string, note: string): BackendCheck {
  return { backend, available: false, losses: [], stepsPerSecond: null, note };
}

async function check(ops: TensorOps, context: JobContext): Promise<BackendCheck> {
  const { backend, device } = ops.facts;
  const name = backend === 'tensorflow' ? `tensorflow-${device}` : backend === 'cpu' ? 'tfjs-cpu' : backend;
  const { losses, stepsPerSecond } = await trainFewSteps(ops, context.shouldStop);
  return { backend: name, available: true, losses, stepsPerSecond, note: describeTrainer(ops) };
}

/** Adds to each note how far its losses are from the first backend's, over the epochs that both finished. */
function compareLosses(backends: readonly BackendCheck[]): BackendCheck[] {
  const reference = backends.find(({ available }) => available);
  return backends.map((row) => {
    if (!row.available || reference === undefined) return row;
    if (row === reference) return { ...row, note: `${row.note}; used` };
    const off = row.losses.reduce((largest, loss, epoch) => {
      const wanted = reference.losses[epoch];
      return wanted === undefined ? largest : Math.max(largest, Math.abs(loss - wanted) / Math.abs(wanted));
    }, 0);
    const verdict = `losses ${off <= LOSS_TOLERANCE ? 'agree with' : 'DIFFER from'} ${reference.backend}`;
    const note = `${row.note}; ${verdict} (${off.toExponential(1)} relative); not used: ${reference.backend} comes first`;
    return { ...row, note };
  });
}

/** Every executor on a small batch of the largest frozen part, with seeded weights: speed does not depend on them. */
async function checkExecutors(threads: number, context: JobContext): Promise<ExecutorCheck[]> {
  const network = findNetwork(FROZEN_NETWORK);
  const { prefix } = split(network, network.stages.at(-1)?.id ?? 'input');
  const trials = await tryExecutors({
    candidates: frozenPartCandidates(),
    request: { prefix, weights: randomWeights(prefix, seededRandom(SEED)), threads },
    sample: sampleFor(prefix),
    isThorough: true,
    now: () => performance.now(),
    breathe: context.breathe,
  });
  const best = fastest(trials);
  for (const { executor } of trials) await executor?.close();
  return trials.map((trial) => ({
    executor: trial.executor?.name ?? trial.candidate.name,
    available: trial.executor !== null,
    imagesPerSecond: trial.imagesPerSecond,
    chosen: trial === best,
    note: trial.executor === null ? trial.note : executorNote(trial, best),
  }));
}

function executorNote(trial: Trial, best: Trial | null): string {
  const facts = `${trial.executor?.version}, ${trial.executor?.threads} threads`;
  if (trial === best) return `${facts}; used`;
  const isLastResort = trial.candidate.isLastResort && best?.candidate.isLastResort === false;
  return `${facts}; not used: ${isLastResort ? 'only where no other opens' : `${best?.candidate.name} is faster`}`;
}
