/** What an optimizer remembers of each parameter. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';

export type Blend = { readonly value: Tensor; readonly keep: Tensor; readonly fresh: Tensor };

/** Tensors by kind ('velocity', ...) and parameter, zero at first, owned by the slots; what is written counts once it is kept. */
export type Slots = {
  /** Of the shape of `like`. */
  read(kind: string, name: string, like: Tensor): Tensor;
  /** Puts a new tensor in the place of one that was read. */
  write(kind: string, name: string, tensor: Tensor): void;
  /** old * keep + value * fresh, written and given back; still owned by the slots. */
  average(kind: string, name: string, blend: Blend): Tensor;
  keep(): void;
  /** Without disposing of what was written since. */
  forget(): void;
  tensors(): ReadonlyMap<string, Tensor>;
  /** Takes the place of all there is. Throws CHECKPOINT_DAMAGED for a tensor of another optimizer. */
  restore(saved: Weights): void;
  close(): void;
};

const SLOT_KINDS = { sgd: ['velocity'], adamw: ['first', 'second'], rmsprop: ['square', 'velocity'] } as const;

export function createSlots(ops: TensorOps, optimizer: keyof typeof SLOT_KINDS): Slots {
  const tensors = new Map<string, Tensor>();
  const written = new Map<string, Tensor>();
  const close = (): void => {
    ops.dispose(...tensors.values());
    tensors.clear();
  };
  const slots: Slots = {
    read: (kind, name, like) => {
      const key = `${kind}/${name}`;
      const found = written.get(key) ?? tensors.get(key);
      if (found !== undefined) return found;
      const zeros = zerosLike(ops, like);
      written.set(key, zeros);
      return zeros;
    },
    write: (kind, name, tensor) => {
      const key = `${kind}/${name}`;
      const before = written.get(key);
      if (before !== undefined) ops.dispose(before);
      written.set(key, tensor);
    },
    keep: () => {
      for (const [key, tensor] of written) {
        const before = tensors.get(key);
        if (before !== undefined) ops.dispose(before);
        tensors.set(key, tensor);
      }
      written.clear();
    },
    forget: () => written.clear(),
    average: (kind, name, { value, keep, fresh }) => {
      const scaled = ops.multiply(value, fresh);
      const next = scaleAdd(ops, slots.read(kind, name, value), { factor: keep, b: scaled });
      ops.dispose(scaled);
      slots.write(kind, name, next);
      return next;
    },
    tensors: () => tensors,
    restore: (saved) => {
      const kinds: readonly string[] = SLOT_KINDS[optimizer];
      const stray = [...saved.keys()].find((key) => !kinds.includes(key.slice(0, key.indexOf('/'))));
      if (stray !== undefined) {
        const message = `The optimizer's state holds '${stray}', which ${optimizer} has not. Start the run anew.`;
        throw new AppError('CHECKPOINT_DAMAGED', message);
      }
      close();
      for (const [key, { shape, values }] of saved) tensors.set(key, ops.fromArray(values.slice(), shape));
    },
    close,
  };
  return slots;
}

export function scalar(ops: TensorOps, value: number): Tensor {
  return ops.fromArray(Float32Array.of(value), []);
}

/** a * factor + b; disposes nothing but its intermediate. */
export function scaleAdd(ops: TensorOps, a: Tensor, { factor, b }: { factor: Tensor; b: Tensor }): Tensor {
  const scaled = ops.multiply(a, factor);
  const sum = ops.add(scaled, b);
  ops.dispose(scaled);
  return sum;
}

function zerosLike(ops: TensorOps, { shape }: Tensor): Tensor {
  return ops.fromArray(new Float32Array(shape.reduce((product, extent) => product * extent, 1)), shape);
}
