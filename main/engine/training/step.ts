/** One optimizer step: in as many passes as the memory wants, all of it or nothing. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import type { StepResult } from '../tensorflow/interpreter.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { clipGradients } from './clipping.ts';
import { mixup } from './mixup.ts';
import type { TrainRequest } from './request.ts';
import { type Batch, scoreLogits } from './rows.ts';
import { isOutOfMemory } from './scoped-ops.ts';
import type { MemoryChange } from './snapshot.ts';
import type { TrainingState } from './training-state.ts';

type MixedBatch = Batch & { readonly otherLabels?: Int32Array; readonly share?: number };

/**
 * Moves the weights by one mini-batch at the state's learning rate; gives its mean loss and its hits.
 *
 * Where memory runs out, activations are computed twice instead of kept, and then the passes are halved; each time the
 * step is done again from its start, with the same mini-batch: only batch norms see smaller batches. In the optimizer a
 * parameter waits until others have freed their gradients. A loss that is not finite moves nothing. Throws OUT_OF_MEMORY.
 */
export async function trainOnBatch(
  state: TrainingState,
  request: TrainRequest,
  raw: Batch,
): Promise<{ readonly loss: number; readonly correct: number }> {
  const { recipe } = request;
  makeChangesAgain(state, request, 'step');
  const batch = recipe.mixupAlpha > 0 ? mixup(raw, state.random.mixup.next, recipe.mixupAlpha) : raw;
  const { loss, correct, gradients } = await gradientsOf(state, request, batch);
  if (!Number.isFinite(loss)) {
    state.ops.dispose(...gradients.values());
    return { loss, correct };
  }
  try {
    const { learningRate, rateFactor } = state;
    state.optimizer.apply(gradients, rateFactor ? (name) => learningRate * rateFactor(name) : learningRate);
    state.average?.update();
  } catch (error) {
    throw isOutOfMemory(error) ? outOfMemory(state, error) : error; // half of the weights have moved
  }
  return { loss, correct };
}

type Gradients = Pick<StepResult, 'loss' | 'gradients'> & { readonly correct: number };

/** Uses less memory until there is enough. Takes back what a failed attempt changed. */
async function gradientsOf(state: TrainingState, request: TrainRequest, batch: MixedBatch): Promise<Gradients> {
  for (;;) {
    const dropout = state.random.dropout.state();
    const statistics = shareStatistics(state, request.network);
    try {
      const found = await state.ops.transaction(async () =>
        clipped(state, request, await sumPasses(state, request, batch)),
      );
      state.ops.dispose(...statistics.values());
      return found;
    } catch (error) {
      for (const [name, tensor] of statistics) state.model().replace(name, tensor);
      if (!isOutOfMemory(error)) throw error;
      state.random.dropout.restore(dropout);
      await useLessMemory(state, request, { during: 'step', rows: batch.labels.length, error });
    }
  }
}

function clipped({ ops }: TrainingState, { recipe: { clipNorm } }: TrainRequest, found: Gradients): Gradients {
  if (clipNorm === null || !Number.isFinite(found.loss)) return found;
  return { ...found, gradients: clipGradients(ops, found.gradients, clipNorm) };
}

/** Second handles to the running statistics, which a pass replaces. */
function shareStatistics(state: TrainingState, network: Network): Map<string, Tensor> {
  const names = listParameters(network).flatMap(({ name, trainable }) => (trainable ? [] : [name]));
  return new Map(names.map((name) => [name, state.ops.share(state.model().parameter(name))]));
}

/** Loss and gradients of the whole mini-batch: those of its passes, each by its share of the rows' weights. */
async function sumPasses(state: TrainingState, { recipe }: TrainRequest, batch: MixedBatch): Promise<Gradients> {
  const { ops, classWeights, rowsPerPass } = state;
  const { labels, otherLabels, share = 1 } = batch;
  const width = batch.features.length / labels.length;
  const total = weightOf(labels, classWeights);
  let sum: Gradients = { loss: 0, correct: 0, gradients: new Map() };
  for (let start = 0; start < labels.length; start += rowsPerPass) {
    const end = Math.min(labels.length, start + rowsPerPass);
    const own = labels.subarray(start, end);
    const pass = await state.model().trainStep(batch.features.subarray(start * width, end * width), own, {
      labelSmoothing: recipe.labelSmoothing,
      random: recipe.dropout ? state.random.dropout.next : null,
      ...(classWeights && { classWeights }),
      recompute: state.recomputes ? 'stages' : 'none',
      ...(otherLabels && { mixed: { otherLabels: otherLabels.subarray(start, end), share } }),
    });
    const correct = sum.correct + scoreLogits(pass.logits, own).correct;
    if (own.length === labels.length) return { loss: pass.loss, correct, gradients: pass.gradients };
    const part = total > 0 ? weightOf(own, classWeights) / total : 0;
    sum = { loss: sum.loss + part * pass.loss, correct, gradients: addScaled(ops, sum.gradients, { pass, part }) };
  }
  return sum;
}

function weightOf(labels: Int32Array, classWeights: Float32Array | null): number {
  return classWeights === null ? labels.length : labels.reduce((sum, label) => sum + classWeights[label]!, 0);
}

/** Consumes both. */
function addScaled(
  ops: TensorOps,
  sum: StepResult['gradients'],
  { pass, part }: { readonly pass: StepResult; readonly part: number },
): Map<string, Tensor> {
  const factor = ops.fromArray(Float32Array.of(part), []);
  const added = new Map<string, Tensor>();
  for (const [name, gradient] of pass.gradients) {
    const scaled = ops.multiply(gradient, factor);
    const before = sum.get(name);
    added.set(name, before ? ops.add(before, scaled) : scaled);
    ops.dispose(gradient, ...(before ? [before, scaled] : []));
  }
  ops.dispose(factor);
  return added;
}

type Shortage = { readonly during: MemoryChange['during']; readonly rows: number; readonly error: unknown };

/**
 * Activations are computed again, where they are not yet and it helps, else half as many rows a pass from here on; told
 * before anything else happens. Throws OUT_OF_MEMORY at a single row.
 */
export async function useLessMemory(state: TrainingState, request: TrainRequest, shortage: Shortage): Promise<void> {
  const { during } = shortage;
  if (during === 'step' && !state.recomputes) state.recomputes = true;
  else {
    const rows = Math.min(state.rowsPerPass, shortage.rows);
    if (rows <= 1) throw outOfMemory(state, shortage.error);
    state.rowsPerPass = Math.ceil(rows / 2);
  }
  const { epoch, step, rowsPerPass, recomputes } = state;
  await request.onChange?.({ epoch, step, during, rowsPerPass, recomputes });
}

/** So that a resumed training has the same passes from where the first one ran out of memory. */
export function makeChangesAgain(state: TrainingState, request: TrainRequest, during: MemoryChange['during']): void {
  for (const change of request.changes ?? []) {
    if (change.epoch !== state.epoch || change.step !== state.step || change.during !== during) continue;
    state.rowsPerPass = Math.min(state.rowsPerPass, change.rowsPerPass);
    state.recomputes ||= change.recomputes;
  }
}

function outOfMemory({ epoch, step, rowsPerPass }: TrainingState, cause: unknown): AppError {
  const where = `epoch ${epoch + 1}, step ${step + 1}, with ${rowsPerPass} photos at once`;
  const advice = 'Freeze more stages, choose a smaller network, or close other programs.';
  return new AppError('OUT_OF_MEMORY', `Training: the memory was not enough in ${where}. ${advice}`, { cause });
}
