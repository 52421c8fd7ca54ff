/** Lays out what `decode` of baseline.c needs of a picture. */
import { beginLayout, type Kernels, type Place, put, reserve } from './memory.ts';
import type { BaselineComponent, BaselineJpeg } from './segments.ts';

/** Whole pixels [left, right) x [top, bottom) of the picture. */
export type PixelBox = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
/** Samples a side that a block of 8 x 8 becomes. */
export type BlockSide = 1 | 2 | 4 | 8;

/** The samples of a component, row by row; those behind width and height fill up its units. */
export type Plane = { readonly place: Place; readonly stride: number; readonly width: number; readonly height: number };
export type DecodedScan = { readonly place: Place; readonly planes: readonly [Plane, Plane, Plane] };

const BLOCK = 8;
const STRIDE_GRAIN = 16;
const CHROMA_REACH = 2; // pixels beyond the box whose chroma is blended into it

/**
 * Decodes the samples of the units that a box touches; the memory is laid out anew.
 *
 * null: damaged, or more or fewer bytes than the picture needs.
 */
export function decodeScan(
  bytes: Uint8Array,
  jpeg: BaselineJpeg,
  { box, side }: { readonly box: PixelBox; readonly side: BlockSide },
): DecodedScan | null {
  const kernels = beginLayout();
  const coded = bytes.subarray(jpeg.scanStart);
  const codedPlace = put(coded);
  const tables = layOutTables(kernels, jpeg);
  if (tables === null) return null;
  const planes = jpeg.components.map((component) =>
    reservePlane(jpeg, component, side),
  ) as unknown as DecodedScan['planes'];
  const cells = jpeg.components.flatMap((component, index) => [
    tables.get(component.dc)!,
    tables.get(component.ac)!,
    put(component.quantiser),
    ...cellsOf(jpeg, component, planes[index]!),
  ]);
  const place = put(Int32Array.of(...cells, ...unitCells(jpeg, box), side));
  return kernels.decode(codedPlace, coded.length, place) === 0 ? null : { place, planes };
}

/** Units across and down, restart interval, and the range of units that the box touches. */
function unitCells(jpeg: BaselineJpeg, box: PixelBox): readonly number[] {
  const [luma] = jpeg.components;
  const unit = { across: BLOCK * luma.across, down: BLOCK * luma.down };
  const across = unitsAcross(jpeg);
  const down = unitsDown(jpeg);
  const first = (from: number, size: number): number => Math.max(0, Math.floor((from - CHROMA_REACH) / size));
  const end = (to: number, size: number, most: number): number => Math.min(most, Math.ceil((to + CHROMA_REACH) / size));
  const columns = [first(box.left, unit.across), end(box.right, unit.across, across)];
  const rows = [first(box.top, unit.down), end(box.bottom, unit.down, down)];
  return [across, down, jpeg.restartInterval, ...columns, ...rows];
}

/** null: the codes of a table contradict each other. */
function layOutTables(kernels: Kernels, { components }: BaselineJpeg): ReadonlyMap<Uint8Array, Place> | null {
  const tables = new Map<Uint8Array, Place>();
  for (const table of components.flatMap(({ dc, ac }) => [dc, ac])) {
    if (tables.has(table)) continue;
    const place = reserve(kernels.table_bytes());
    if (kernels.build(put(table), table.length - BITS_COUNTS, place) !== 1) return null;
    tables.set(table, place);
  }
  return tables;
}

const BITS_COUNTS = 16; // stand before the symbols

function reservePlane(jpeg: BaselineJpeg, { across, down }: BaselineComponent, side: BlockSide): Plane {
  const [luma] = jpeg.components;
  const stride = Math.ceil((unitsAcross(jpeg) * side * across) / STRIDE_GRAIN) * STRIDE_GRAIN;
  const place = reserve(stride * unitsDown(jpeg) * side * down);
  const width = Math.ceil((jpeg.width * side * across) / (BLOCK * luma.across));
  const height = Math.ceil((jpeg.height * side * down) / (BLOCK * luma.down));
  return { place, stride, width, height };
}

/** Plane, its row's bytes, blocks of a unit, samples that count, whether a row stands for two. */
function cellsOf(
  { components: [luma] }: BaselineJpeg,
  { across, down }: BaselineComponent,
  { place, stride, width, height }: Plane,
): readonly number[] {
  return [place, stride, across, down, width, height, luma.down > down ? 1 : 0];
}

function unitsAcross({ width, components: [luma] }: BaselineJpeg): number {
  return Math.ceil(width / (BLOCK * luma.across));
}

function unitsDown({ height, components: [luma] }: BaselineJpeg): number {
  return Math.ceil(height / (BLOCK * luma.down));
}
