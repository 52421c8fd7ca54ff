/** Rows with stored augmented views, which the epochs take in turn. */
import { type RowSource, readSlices, widthOf } from '../training/rows.ts';

export type ViewRowsRequest = {
  readonly centre: RowSource; // as they are judged; also learnt from where a row has no views
  readonly imageIds: readonly string[]; // row i
  readonly views: readonly RowSource[]; // K of them, of the same rows
  readonly viewRow: Int32Array; // of row i in `views`; -1: it has none
};

/** Epoch e learns from view (e + o) mod K of a photo; o is fixed by the photo, so that an epoch mixes the views. */
export function viewRows({ centre, imageIds, views, viewRow }: ViewRowsRequest): RowSource {
  const width = widthOf(centre.featureShape);
  const offsets = imageIds.map((id) => Number.parseInt(id.slice(0, 8), 16));
  const viewOf = (row: number, epoch: number): number =>
    viewRow[row]! < 0 ? -1 : (epoch + offsets[row]!) % views.length;
  const read = async (indices: Int32Array, epoch: number): Promise<Float32Array> => {
    const found = new Float32Array(indices.length * width);
    for (const view of new Set(Array.from(indices, (row) => viewOf(row, epoch)))) {
      const positions = Int32Array.from(indices.keys()).filter((at) => viewOf(indices[at]!, epoch) === view);
      const wanted = positions.map((at) => (view < 0 ? indices[at]! : viewRow[indices[at]!]!));
      const values = await (view < 0 ? centre : views[view]!).read(wanted);
      for (const [from, to] of positions.entries())
        found.set(values.subarray(from * width, (from + 1) * width), to * width);
    }
    return found;
  };
  return {
    ...centre,
    stream: (slices, epoch) => readSlices({ read: (indices) => read(indices, epoch) }, slices),
  };
}
