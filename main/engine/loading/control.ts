import type { Failure } from '../../../shared/contract/errors.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';

/** Cells of the Int32Array that the decoder threads and the consumer of a pass share. */
export const NEXT_ITEM = 0; // the next item no thread has claimed
export const STOP = 1; // 1: end after the item at hand
export const RELEASED = 2; // batches that the consumer has given back
export const IDLE_TENTHS = 3; // tenths of a millisecond in which threads waited for a free slot, summed
export const FIRST_STATE = 4; // then one cell an item, then one cell a thread

export const PENDING = 0;
export const LOADED = 1;
export const FAILED = 2;

/** In place of the SHA-256 of a file that nobody has read yet: it is taken as it is. */
export const UNKNOWN_CONTENT = '';

export type LoaderItem = { readonly sha256: string; readonly path: string };

/** What the threads are given for one pass over items. All of it is shared memory or copied once. */
export type PassSettings = {
  readonly control: SharedArrayBuffer;
  readonly slots: readonly SharedArrayBuffer[]; // each [batchSize * V, 3, H, W] float32
  readonly batchSize: number;
  readonly valuesPerItem: number; // V * 3 * H * W
  readonly items: readonly LoaderItem[];
  readonly preprocessing: Preprocessing;
  readonly views: readonly unknown[];
  readonly decoder: string; // URL of a module with `decodeViews`
};

/** To a decoder thread: a pass to take part in, or to end. */
export type ThreadOrder =
  | { readonly kind: 'pass'; readonly thread: number; readonly pass: PassSettings }
  | { readonly kind: 'end' };

/** From a decoder thread: an item failed (`failure`: why; its state cell was set before), or was the last one of its batch. */
export type ThreadMessage =
  | { readonly kind: 'item'; readonly item: number; readonly failure: Failure | null }
  | { readonly kind: 'idle' }; // nothing of the pass is left to be claimed

/** A decoder module: bytes of an image file to its views [V, 3, H, W], in `target` or an array of its own. Throws AppError. */
export type DecodeViews<V> = (
  bytes: Buffer,
  preprocessing: Preprocessing,
  request: { readonly imageId: string; readonly views: readonly V[]; readonly target: Float32Array },
) => Promise<Float32Array>;

/** Cell that says which item a thread is at (-1: none). */
export function threadCell(itemCount: number, thread: number): number {
  return FIRST_STATE + itemCount + thread;
}
