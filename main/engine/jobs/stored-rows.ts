/** The rows of a training from the feature cache. */
import { openFeatureStore } from '../features/store.ts';
import { type RowSource, rowsInMemory, widthOf } from '../training/rows.ts';

const MAX_BYTES_IN_MEMORY = 256 * 1024 * 1024;

export type StoredRowsRequest = {
  readonly folder: string; // of all caches
  readonly key: string; // of this one, which holds every image
  readonly imageIds: readonly string[]; // row i
  readonly featureShape: readonly number[];
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly maxBytesInMemory?: number;
};

/**
 * All rows in memory where they are few; else each batch is read from its shards by offset, after every shard was compared
 * with its checksum once. Throws CACHE_DAMAGED, NOT_FOUND.
 */
export async function openStoredRows(request: StoredRowsRequest): Promise<RowSource> {
  const { folder, key, imageIds, featureShape, labels, groups, maxBytesInMemory = MAX_BYTES_IN_MEMORY } = request;
  const rowLength = widthOf(featureShape);
  const store = await openFeatureStore(folder, key, { rowLength, mode: 'read' });
  if (imageIds.length * rowLength * 4 <= maxBytesInMemory)
    return rowsInMemory({ features: await store.read(imageIds), featureShape, labels, groups });
  await store.verify(imageIds);
  return {
    count: imageIds.length,
    ...{ featureShape, labels, groups },
    read: (indices) => store.read(Array.from(indices, (row) => imageIds[row]!)),
  };
}
