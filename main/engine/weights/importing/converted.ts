/** The numbers of a tensor in our layout, piece by piece, so that a large one is in memory once at most. */
import type { Shape } from '../../../../shared/networks/network.ts';
import { DamagedFile } from '../checked-file.ts';
import { elementsOf, quoted, readElements, type StoredTensor } from '../formats/stored-tensor.ts';
import type { Layout, WantedTensor } from '../names/wanted.ts';

const PIECE_ELEMENTS = 1_048_576; // 4 MiB

/** Throws DamagedFile where the file ends, or where a number is not finite: no network works with it. */
export async function* convertedPieces(wanted: WantedTensor, tensor: StoredTensor): AsyncGenerator<Float32Array> {
  for await (const piece of piecesOf(wanted, tensor)) {
    requireFinite(tensor.name, piece);
    yield piece;
  }
}

async function* piecesOf({ shape, layout }: WantedTensor, tensor: StoredTensor): AsyncGenerator<Float32Array> {
  const count = elementsOf(shape);
  if (layout.kind === 'same' || layout.kind === 'reshaped') {
    if (tensor.strides !== null) yield await readElements(tensor, 0, count);
    else
      for (let from = 0; from < count; from += PIECE_ELEMENTS)
        yield await readElements(tensor, from, Math.min(PIECE_ELEMENTS, count - from));
    return;
  }
  const stored = await readElements(tensor, 0, count);
  const sources = columnSources(shape, layout);
  for (let from = 0; from < count; from += PIECE_ELEMENTS) {
    const piece = new Float32Array(Math.min(PIECE_ELEMENTS, count - from));
    fillPiece(piece, from, { stored, sources });
    yield piece;
  }
}

/** Rows are our first axis (outputs), columns all that is behind it; in Keras' layouts the output is the last axis. */
function fillPiece(
  piece: Float32Array,
  from: number,
  { stored, sources }: { readonly stored: Float32Array; readonly sources: Int32Array },
): void {
  const columns = sources.length;
  let output = Math.floor(from / columns);
  let column = from - output * columns;
  for (let at = 0; at < piece.length; at += 1) {
    piece[at] = stored[sources[column]! + output]!;
    column += 1;
    if (column === columns) [column, output] = [0, output + 1];
  }
}

type KerasLayout = Exclude<Layout, { kind: 'same' | 'reshaped' }>;

/** Where the elements of output 0 lie in the file; those of the others are one further each. */
function columnSources(shape: Shape, layout: KerasLayout): Int32Array {
  const [outputs = 0, inputs = 0, height = 1, width = 1] = shape;
  const sourceOf = (column: number): number => {
    if (layout.kind === 'depthwise') return column; // [h, w, channels, 1], one input each
    if (layout.kind === 'hwio') {
      const [input, place] = [Math.floor(column / (height * width)), column % (height * width)];
      return place * inputs + (layout.flipped ? inputs - 1 - input : input);
    }
    if (layout.map === null) return column;
    const [h, w, c] = layout.map;
    const [channel, place] = [Math.floor(column / (h * w)), column % (h * w)];
    return place * c + channel;
  };
  return Int32Array.from({ length: inputs * height * width }, (_, column) => sourceOf(column) * outputs);
}

function requireFinite(name: string, values: Float32Array): void {
  for (const value of values)
    if (!Number.isFinite(value))
      throw new DamagedFile(`${quoted(name)} holds ${value}, and no network works with that`);
}
