/** Weights between where a training started and where it stands: what the pretrained network knew is forgotten less. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { scalar, scaleAdd } from './optimizer-slots.ts';
import type { Parameters } from './optimizers.ts';
import { scopedOps } from './scoped-ops.ts';

export type StartShareSettings = {
  readonly names: readonly string[]; // parameters that ever train, and the running statistics of batch norms that do
  readonly share: number; // of the start, in [0, 1]
};

export type StartShare = {
  /** Puts the mixture into the model and the model's weights aside, or back at the next call. */
  exchange(): void;
  /** The start, in the device's layout, owned by it. */
  state(): ReadonlyMap<string, Tensor>;
  /** Another start; the values are copied. Throws CHECKPOINT_DAMAGED for a missing tensor. */
  restore(tensors: Weights): void;
  close(): void;
};

/**
 * share * start + (1 - share) * now, of each parameter, where the start is what the model holds at this call.
 *
 * Training never sees the mixture. Wortsman et al. 2022, arXiv:2109.01903 (WiSE-FT). Running statistics are mixed as well,
 * which is exact only where batch norms stay frozen.
 */
export function createStartShare(tensorOps: TensorOps, model: Parameters, settings: StartShareSettings): StartShare {
  const ops = scopedOps(tensorOps);
  const starts = new Map(settings.names.map((name) => [name, ops.share(model.parameter(name))]));
  const aside = new Map<string, Tensor>(); // the model's own weights, while it holds the mixture
  const put = (): void => {
    for (const [name, tensor] of ops.attempt(() => mixtures(ops, model, { starts, share: settings.share }))) {
      aside.set(name, ops.share(model.parameter(name)));
      model.replace(name, tensor);
    }
  };
  const takeBack = (): void => {
    for (const [name, tensor] of aside) model.replace(name, tensor);
    aside.clear();
  };
  return {
    exchange: () => (aside.size === 0 ? put() : takeBack()),
    state: () => starts,
    restore: (tensors) => {
      for (const [name, old] of starts) {
        const saved = tensors.get(name);
        if (saved === undefined) {
          const message = `Where '${name}' started is missing from the checkpoint. Start the run anew.`;
          throw new AppError('CHECKPOINT_DAMAGED', message);
        }
        starts.set(name, ops.fromArray(saved.values.slice(), saved.shape));
        ops.dispose(old);
      }
    },
    close: () => {
      ops.dispose(...starts.values(), ...aside.values());
      starts.clear();
      aside.clear();
    },
  };
}

type Mixing = { readonly starts: ReadonlyMap<string, Tensor>; readonly share: number };

/** New tensors; all or none of them. */
function mixtures(ops: TensorOps, model: Parameters, { starts, share }: Mixing): Map<string, Tensor> {
  const [kept, fresh] = [scalar(ops, share), scalar(ops, 1 - share)];
  const mixed = new Map<string, Tensor>();
  for (const [name, start] of starts) {
    const part = ops.multiply(model.parameter(name), fresh);
    mixed.set(name, scaleAdd(ops, start, { factor: kept, b: part }));
    ops.dispose(part);
  }
  ops.dispose(kept, fresh);
  return mixed;
}
