/** A running average of weights, which often judges better than the last ones. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { scalar, scaleAdd } from './optimizer-slots.ts';
import type { Parameters } from './optimizers.ts';
import { inTurnsOfMemory, scopedOps } from './scoped-ops.ts';

export type AverageSettings = {
  readonly names: readonly string[]; // trainable parameters, and the running statistics of batch norms that train
  readonly decay: number; // kept of the average at each step, in [0, 1)
  readonly hasWarmUp: boolean; // decay at most (1 + n) / (10 + n) at update n: a short run does not stay at its start
};

export type Average = {
  /** To be called after each optimizer step, while the model holds its own weights. */
  update(): void;
  /** Puts the average into the model and the model's weights aside, or back at the next call. */
  exchange(): void;
  /** The average (not the model's weights), in the device's layout, owned by it; not while exchanged. */
  state(): ReadonlyMap<string, Tensor>;
  counters(): Record<string, number>;
  /** Goes on from state() and counters(); the values are copied. Throws CHECKPOINT_DAMAGED for a missing tensor. */
  restore(tensors: Weights, counters: Readonly<Record<string, number>>): void;
  close(): void;
};

/**
 * Exponential moving average, which starts at the model's weights: e = decay * e + (1 - decay) * w.
 *
 * Polyak and Juditsky 1992; the warm-up is that of TensorFlow's ExponentialMovingAverage.
 */
export function createAverage(tensorOps: TensorOps, model: Parameters, settings: AverageSettings): Average {
  const ops = scopedOps(tensorOps);
  const averages = new Map(settings.names.map((name) => [name, ops.share(model.parameter(name))]));
  let updates = 0;
  const put = (name: string, tensor: Tensor): void => {
    ops.dispose(averages.get(name)!);
    averages.set(name, tensor);
  };
  return {
    update: () => {
      updates += 1;
      const decay = settings.hasWarmUp ? Math.min(settings.decay, (1 + updates) / (10 + updates)) : settings.decay;
      const [keep, fresh] = [scalar(ops, decay), scalar(ops, 1 - decay)];
      const blend = (name: string, average: Tensor): Tensor => {
        const part = ops.multiply(model.parameter(name), fresh);
        const sum = scaleAdd(ops, average, { factor: keep, b: part });
        ops.dispose(part);
        return sum;
      };
      try {
        inTurnsOfMemory([...averages], ([name, average]) =>
          put(
            name,
            ops.attempt(() => blend(name, average)),
          ),
        );
      } finally {
        ops.dispose(keep, fresh);
      }
    },
    exchange: () => {
      for (const [name, average] of averages) {
        const own = ops.share(model.parameter(name));
        model.replace(name, ops.share(average));
        put(name, own);
      }
    },
    state: () => averages,
    counters: () => ({ updates }),
    restore: (tensors, counters) => {
      for (const name of averages.keys()) {
        const saved = tensors.get(name);
        if (saved === undefined) {
          const message = `The average of '${name}' is missing from the checkpoint. Start the run anew.`;
          throw new AppError('CHECKPOINT_DAMAGED', message);
        }
        put(name, ops.fromArray(saved.values.slice(), saved.shape));
      }
      updates = counters.updates ?? 0;
    },
    close: () => {
      ops.dispose(...averages.values());
      averages.clear();
    },
  };
}
