/** The segments before a JPEG's scan (ITU-T T.81, annex B), where it is one that `baseline.c` decodes. */

export type BaselineComponent = {
  readonly across: number; // sampling factors
  readonly down: number;
  readonly quantiser: Uint16Array; // 64, in zigzag order
  readonly dc: Uint8Array; // 16 counts and the symbols
  readonly ac: Uint8Array;
};
export type BaselineJpeg = {
  readonly width: number;
  readonly height: number;
  readonly components: readonly [BaselineComponent, BaselineComponent, BaselineComponent];
  readonly restartInterval: number; // units; 0: none
  readonly exif: Uint8Array | null; // as it stands in the file, beginning with 'Exif'
  readonly exifOrientation: number; // 1..8; width and height above are before it
  readonly profile: Uint8Array | null; // an ICC profile of RGB, as it stands in the file, beginning with 'ICC_PROFILE'
  readonly scanStart: number; // offset of the first coded byte
};

type Frame = { readonly width: number; readonly height: number; readonly parts: readonly FramePart[] };
type FramePart = {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  readonly quantiser: number;
};
type Found = {
  frame: Frame | null;
  restartInterval: number;
  exif: Uint8Array | null;
  exifOrientation: number;
  profile: Uint8Array | null;
  readonly quantisers: Map<number, Uint16Array>;
  readonly tables: Map<number, Uint8Array>; // by class * 16 + number
};

const LEAST_SIDE = 32; // of a narrow picture libjpeg repeats chroma instead of blending it
const PROFILE_START = 14; // behind the name, the number of the segment and how many there are
const PROFILE_HEADER_BYTES = 128;
export const uprightOrientation = 1;
const MOST_ORIENTATION = 8;

/**
 * null: anything but three 8-bit components of Y, Cb and Cr in one sequential Huffman scan, chroma whole or halved across or halved
 * both ways, with no colour profile or one of RGB in one segment, its end marker in place. Nothing is wrong with such a file: another decoder takes it.
 */
export function readBaseline(bytes: Uint8Array): BaselineJpeg | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes.at(-2) !== 0xff || bytes.at(-1) !== 0xd9) return null;
  const found: Found = {
    frame: null,
    restartInterval: 0,
    exif: null,
    exifOrientation: uprightOrientation,
    profile: null,
    quantisers: new Map(),
    tables: new Map(),
  };
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1]!;
    const length = word(bytes, at + 2);
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (bytes[at] !== 0xff || length < 2 || body.length !== length - 2) return null;
    at += 2 + length;
    if (marker === 0xda) return isWholeScan(body, found.frame) ? assemble(found, body, at) : null;
    if (!take(marker, body, found)) return null;
  }
  return null;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** Notes what a segment says; false: that is beyond the decoder. */
function take(marker: number, body: Uint8Array, found: Found): boolean {
  if (marker === 0xc0) {
    found.frame = readFrame(body);
    return found.frame !== null;
  }
  if (marker === 0xc4) return readTables(body, found.tables);
  if (marker === 0xdb) return readQuantisers(body, found.quantisers);
  if (marker === 0xdd && body.length === 2) found.restartInterval = word(body, 0);
  if (marker === 0xe1) return takeExif(body, found);
  if (marker === 0xe2 && startsWith(body, 'ICC_PROFILE')) return takeProfile(body, found);
  if (marker === 0xee) return !startsWith(body, 'Adobe') || body[11] === 1; // YCbCr
  return marker === 0xdd || marker === 0xfe || (marker >= 0xe0 && marker <= 0xef);
}

/** Whole, and from RGB by way of XYZ, which are those of cameras, screens and working spaces (ICC.1:2022, 7.2). */
function takeProfile(body: Uint8Array, found: Found): boolean {
  const profile = body.subarray(PROFILE_START);
  const isWhole = body[12] === 1 && body[13] === 1 && found.profile === null;
  if (!isWhole || profile.length < PROFILE_HEADER_BYTES) return false;
  const textAt = (at: number): string => String.fromCharCode(...profile.subarray(at, at + 4));
  if (word(profile, 0) * 65_536 + word(profile, 2) !== profile.length) return false;
  if (textAt(16) !== 'RGB ' || textAt(20) !== 'XYZ ' || textAt(36) !== 'acsp') return false;
  found.profile = body;
  return true;
}

function startsWith(body: Uint8Array, text: string): boolean {
  return body.length > text.length && [...text].every((letter, at) => body[at] === letter.charCodeAt(0));
}

function readFrame(body: Uint8Array): Frame | null {
  if (body.length !== 6 + 3 * 3 || body[0] !== 8 || body[5] !== 3) return null;
  const [height, width] = [word(body, 1), word(body, 3)];
  if (Math.min(width, height) < LEAST_SIDE) return null;
  const parts = [0, 1, 2].map((index) => {
    const [id = 0, factors = 0, quantiser = 0] = body.subarray(6 + index * 3);
    return { id, across: factors >> 4, down: factors & 15, quantiser };
  });
  const [luma, ...chroma] = parts;
  const sampling = `${luma?.across}x${luma?.down}`;
  const isUsual = ['1x1', '2x1', '2x2'].includes(sampling) && chroma.every(({ across, down }) => across * down === 1);
  return isUsual && parts.every(({ id }, index) => id === index + 1) ? { width, height, parts } : null;
}

function readQuantisers(body: Uint8Array, quantisers: Found['quantisers']): boolean {
  for (let at = 0; at < body.length; at += 65) {
    if (body[at]! > 3 || body.length < at + 65) return false; // or 16 bits a step
    quantisers.set(body[at]!, Uint16Array.from(body.subarray(at + 1, at + 65)));
  }
  return true;
}

function readTables(body: Uint8Array, tables: Found['tables']): boolean {
  for (let at = 0; at < body.length; ) {
    const symbols = body.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 0);
    const end = at + 17 + symbols;
    if (symbols > 256 || body.length < end) return false;
    const isDc = body[at]! < 16;
    if (isDc && body.subarray(at + 17, end).some((size) => size > 15)) return false;
    tables.set(body[at]!, body.subarray(at + 1, end));
    at = end;
  }
  return true;
}

/** Notes an Exif block, where it is one; false: there are two, or its orientation is not said in the usual way. */
function takeExif(body: Uint8Array, found: Found): boolean {
  if (!startsWith(body, 'Exif')) return true;
  const orientation = found.exif === null ? orientationOf(body) : null;
  if (orientation === null) return false;
  found.exif = body;
  found.exifOrientation = orientation;
  return true;
}

const TIFF_START = 6; // behind 'Exif\0\0'
const TIFF_MAGIC = 42;
const ENTRY_BYTES = 12;
const ORIENTATION_TAG = 0x0112;
const SHORT_TYPE = 3;

/** null: nonsense, or an orientation that is no single number of 1 to 8. */
function orientationOf(exif: Uint8Array): number | null {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const isLittle = exif[TIFF_START] === 0x49; // II
  if (exif.length < 16 || exif[TIFF_START] !== exif[TIFF_START + 1] || (!isLittle && exif[TIFF_START] !== 0x4d))
    return null;
  if (view.getUint16(TIFF_START + 2, isLittle) !== TIFF_MAGIC) return null;
  const start = TIFF_START + view.getUint32(TIFF_START + 4, isLittle);
  if (start + 2 > exif.length) return null;
  const entries = start + 2;
  const end = entries + view.getUint16(start, isLittle) * ENTRY_BYTES;
  if (end > exif.length) return null;
  let orientation: number | null = null;
  for (let entry = entries; entry < end; entry += ENTRY_BYTES) {
    if (view.getUint16(entry, isLittle) !== ORIENTATION_TAG) continue;
    const isUsual = view.getUint16(entry + 2, isLittle) === SHORT_TYPE && view.getUint32(entry + 4, isLittle) === 1;
    const told = view.getUint16(entry + 8, isLittle);
    if (orientation !== null || !isUsual || told < uprightOrientation || told > MOST_ORIENTATION) return null;
    orientation = told;
  }
  return orientation ?? uprightOrientation;
}

/** Three components in their order, all coefficients at once. */
function isWholeScan(body: Uint8Array, frame: Frame | null): frame is Frame {
  if (frame === null || body.length !== 10 || body[0] !== 3) return false;
  const isInOrder = [1, 2, 3].every((id) => body[id * 2 - 1] === id);
  return isInOrder && body[7] === 0 && body[8] === 63 && body[9] === 0;
}

function assemble({ frame, quantisers, tables, ...facts }: Found, scan: Uint8Array, scanStart: number) {
  if (frame === null) return null;
  const [first, second, third] = frame.parts.map(({ across, down, quantiser }, index) => {
    const selectors = scan[index * 2 + 2]!;
    const parts = {
      quantiser: quantisers.get(quantiser),
      dc: tables.get(selectors >> 4),
      ac: tables.get(16 + (selectors & 15)),
    };
    const { quantiser: steps, dc, ac } = parts;
    return steps === undefined || dc === undefined || ac === undefined
      ? null
      : { across, down, quantiser: steps, dc, ac };
  });
  if (!first || !second || !third) return null;
  const { width, height } = frame;
  const { restartInterval, exif, exifOrientation, profile } = facts;
  const components = [first, second, third] as const;
  return { width, height, components, restartInterval, exif, exifOrientation, profile, scanStart };
}
