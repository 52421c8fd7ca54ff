/** Rows that are photos, drawn anew in each epoch by threads while training runs. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { LoaderItem } from '../loading/control.ts';
import type { DrawnView } from '../loading/decoder.ts';
import type { LoadedBatch, Pass, Producers } from '../loading/producers.ts';
import { type RowSource, type StreamedBatch, widthOf } from '../training/rows.ts';
import type { LeftOut } from './left-out.ts';
import type { WaitMeter } from './wait-meter.ts';

const LEAST_TO_JUDGE = 8; // so many photos in a row, none of which can be read, are no accident

export type StreamedRowsRequest = {
  readonly rows: Pick<RowSource, 'featureShape' | 'labels' | 'groups' | 'read'>; // `read`: as they are judged
  readonly items: readonly LoaderItem[]; // row i
  readonly producers: Pick<Producers<DrawnView>, 'pass'>;
  readonly drawn: Omit<DrawnView, 'view' | 'epochsDone'>;
  readonly leftOut: LeftOut;
  readonly meter: WaitMeter;
  readonly breathe: () => void; // while a batch is waited for; may throw CANCELLED
};

/**
 * What epoch e learns from photo i is drawn by seed, photo and e alone. A photo that cannot be read is left out from that
 * epoch on, and told by `leftOut`. Throws IMAGE_MISSING where many in a row cannot be read: a disk that has gone.
 */
export function streamedRows(request: StreamedRowsRequest): RowSource {
  const { rows, items } = request;
  return { ...rows, count: items.length, stream: (slices, epoch) => streamEpoch(request, slices, epoch) };
}

type Place = { readonly slice: number; readonly position: number };

async function* streamEpoch(
  request: StreamedRowsRequest,
  slices: readonly Int32Array[],
  epoch: number,
): AsyncGenerator<StreamedBatch> {
  const { items, leftOut, producers, drawn, meter, breathe, rows } = request;
  const width = widthOf(rows.featureShape);
  const places: Place[] = slices.flatMap((indices, slice) =>
    Array.from(indices.keys(), (position) => ({ slice, position })),
  );
  const itemOf = ({ slice, position }: Place): LoaderItem => items[slices[slice]![position]!]!;
  const wanted = places.filter((place) => !leftOut.isLeftOut(itemOf(place).sha256, epoch));
  const views = [{ ...drawn, view: epoch, epochsDone: epoch }];
  const pass = producers.pass({ items: wanted.map(itemOf), views, onWait: breathe });
  const filled = fillSlices(slices, width);
  meter.begin();
  try {
    let done = 0; // of `wanted`
    for await (const loaded of metered(pass, meter)) {
      await noteFailures(request, loaded, epoch);
      for (const [at, position] of loaded.positions.entries())
        filled.add(wanted[position]!, loaded.batch.subarray(at * width, (at + 1) * width));
      done += loaded.positions.length + loaded.failures.length;
      yield* filled.take(wanted[done]?.slice ?? slices.length);
    }
    breathe();
    yield* filled.take(slices.length);
  } finally {
    await pass.stop();
    meter.end(pass.threadsWaitedMs());
  }
}

/** The pass, with the time that each batch was waited for. */
async function* metered(pass: Pass, meter: WaitMeter): AsyncGenerator<LoadedBatch> {
  const batches = pass[Symbol.asyncIterator]();
  try {
    for (;;) {
      const startedMs = performance.now();
      const next = await batches.next();
      meter.trainingWaited(performance.now() - startedMs);
      if (next.done) return;
      meter.tell(pass.threadsWaitedMs());
      yield next.value;
    }
  } finally {
    await batches.return(undefined);
  }
}

async function noteFailures({ leftOut }: StreamedRowsRequest, { items, failures }: LoadedBatch, epoch: number) {
  if (failures.length === 0) return;
  if (items.length === 0 && failures.length >= LEAST_TO_JUDGE) {
    const first = failures[0]!.failure.message;
    const message = `None of ${failures.length} photos in a row could be read (${first}). Is their disk there? Resume ('thaw resume') goes on.`;
    throw new AppError('IMAGE_MISSING', message);
  }
  await leftOut.add(
    epoch,
    failures.map(({ item, failure }) => ({ imageId: item.sha256, failure })),
  );
}

/** Gathers rows into the arrays of their slices, which training may keep: slots are used again. */
function fillSlices(slices: readonly Int32Array[], width: number) {
  let next = 0; // the first slice that was not taken
  const held = new Map<number, { readonly features: Float32Array; readonly kept: number[] }>();
  return {
    add: ({ slice, position }: Place, row: Float32Array): void => {
      const own = held.get(slice) ?? { features: new Float32Array(slices[slice]!.length * width), kept: [] };
      held.set(slice, own);
      own.features.set(row, own.kept.length * width);
      own.kept.push(position);
    },
    /** Those before `end`, in order. */
    *take(end: number): Generator<StreamedBatch> {
      for (; next < end; next += 1) {
        const { features, kept } = held.get(next) ?? { features: new Float32Array(0), kept: [] };
        held.delete(next);
        yield { features: features.subarray(0, kept.length * width), kept: Int32Array.from(kept) };
      }
    },
  };
}
