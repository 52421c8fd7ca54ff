/** Operations whose tensors can be taken back: what an operation that failed half-way left behind. */
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';

export type ScopedOps = TensorOps & {
  /** Runs `work`; where it throws, every tensor that it made and has not disposed of is disposed of. Not nested. */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>;
  /** The same for work that waits for nothing. */
  readonly attempt: <T>(work: () => T) => T;
};

/** The same operations, seen by a model that is made with them. */
export function scopedOps(ops: TensorOps): ScopedOps {
  let made: Set<Tensor> | null = null;
  const note = (value: unknown): void => {
    if (made === null || typeof value !== 'object' || value === null) return;
    if (isTensor(value)) made.add(value);
    else if (!ArrayBuffer.isView(value) && !(value instanceof Promise)) Object.values(value).forEach(note);
  };
  const watched = Object.entries(ops).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const run = value as (...inputs: readonly unknown[]) => unknown;
    return [
      name,
      (...inputs: readonly unknown[]) => {
        const result = run.apply(ops, inputs as unknown[]);
        note(result);
        return result;
      },
    ];
  });
  const dispose = (...tensors: readonly Tensor[]): void => {
    if (made !== null) for (const tensor of tensors) made.delete(tensor);
    ops.dispose(...tensors);
  };
  const transaction = async <T>(work: () => Promise<T>): Promise<T> => {
    const own = new Set<Tensor>();
    made = own;
    try {
      return await work();
    } catch (error) {
      ops.dispose(...own);
      throw error;
    } finally {
      made = null;
    }
  };
  const attempt = <T>(work: () => T): T => {
    const own = new Set<Tensor>();
    made = own;
    try {
      return work();
    } catch (error) {
      ops.dispose(...own);
      throw error;
    } finally {
      made = null;
    }
  };
  return { ...(Object.fromEntries(watched) as TensorOps), dispose, transaction, attempt };
}

/**
 * Does the work for each item; those for which memory runs out wait for the others, which free some.
 *
 * What fails must leave nothing behind. Throws the failure where no item gets further.
 */
export function inTurnsOfMemory<T>(items: readonly T[], work: (item: T) => void): void {
  const failed: T[] = [];
  let failure: unknown;
  for (const item of items) {
    try {
      work(item);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      failure = error;
      failed.push(item);
    }
  }
  if (failed.length === 0) return;
  if (failed.length === items.length) throw failure;
  inTurnsOfMemory(failed, work);
}

/** Any object with a shape is a tensor: nothing else that an operation gives has one. */
function isTensor(value: object): value is Tensor {
  return 'shape' in value && Array.isArray(value.shape);
}

/**
 * Whether the backend says that there is no memory left for what was asked.
 *
 * tfjs-node throws 'Invalid TF_Status: 8 ... OOM when allocating tensor ...' (8: RESOURCE_EXHAUSTED).
 */
export function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error &&
    /Invalid TF_Status: 8\b|OOM when allocating|RESOURCE_EXHAUSTED|out of memory|Array buffer allocation failed|bad_alloc/i.test(
      error.message,
    )
  );
}
