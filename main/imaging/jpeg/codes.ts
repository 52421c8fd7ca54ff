/** Tables of the thumbnails that thumbnail.c codes: the steps and Huffman codes that ITU-T T.81 gives as examples in its annex K. */

/** Steps at quality 50, row by row. K.1 and K.2. */
const LUMA_STEPS = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA_STEPS = [
  17,
  18,
  24,
  47,
  99,
  99,
  99,
  99,
  18,
  21,
  26,
  66,
  99,
  99,
  99,
  99,
  24,
  26,
  56,
  99,
  99,
  99,
  99,
  99,
  47,
  66,
  99,
  99,
  99,
  99,
  99,
  99,
  ...Array.from({ length: 32 }, () => 99),
];

/** How many codes of each length, then the symbols. K.3 to K.6. */
const DC_LUMA = '00010501010101010100000000000000 000102030405060708090a0b';
const DC_CHROMA = '00030101010101010101010000000000 000102030405060708090a0b';
const AC_LUMA = `0002010303020403050504040000017d 01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a16
  1718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999a
  a2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa`;
const AC_CHROMA = `00020102040403040705040400010277 0001020311040521310612415107617113223281081442 91a1b1c109233352f0156272d10a16
  2434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a9293949596
  9798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa`;

/** Place, row by row, of each coefficient in zigzag order; figure A.6. */
const natural = Array.from({ length: 64 }, (_, place) => place).sort((a, b) => {
  const [diagonalA, diagonalB] = [(a >> 3) + (a & 7), (b >> 3) + (b & 7)];
  return diagonalA - diagonalB || (diagonalA % 2 === 0 ? b - a : a - b);
});

/** What the transform of thumbnail.c leaves to be divided by, in each direction (Arai, Agui and Nakajima 1988), and both by 16. */
const TRANSFORM_FACTORS = Float64Array.from({ length: 8 }, (_, u) =>
  u === 0 ? 1 : Math.SQRT2 * Math.cos((u * Math.PI) / 16),
);
const TRANSFORM_SCALE = 16;
const RECIPROCAL_ONE = 2 ** 20;

export type Codes = { readonly dc: Uint32Array; readonly ac: Uint32Array }; // by symbol: code * 32 + length
export const lumaCodes: Codes = { dc: codesOf(DC_LUMA), ac: codesOf(AC_LUMA) };
export const chromaCodes: Codes = { dc: codesOf(DC_CHROMA), ac: codesOf(AC_CHROMA) };

/** What depends on whether samples lie turned over in memory: a block's coefficients then lie as they stand, otherwise turned over. */
export type Order = {
  readonly natural: Uint8Array;
  readonly zigzag: Uint8Array;
  readonly lumaReciprocals: Int16Array;
  readonly chromaReciprocals: Int16Array;
};

/** Steps at a quality of 50 to 100, as libjpeg scales them. */
function stepsAt(quality: number, steps: readonly number[]): readonly number[] {
  const percent = 200 - 2 * quality;
  return steps.map((step) => Math.max(1, Math.min(255, Math.floor((step * percent + 50) / 100))));
}

export type CodingTables = {
  readonly turned: Order;
  readonly straight: Order;
  /** All bytes before the coded ones. profile: of a segment APP2, without its marker and length. */
  readonly headerOf: (width: number, height: number, profile: Uint8Array | null) => Uint8Array;
};

/** Tables for chroma halved both ways at a quality: reciprocals fit into 16 bits from 50 to 86. */
export function codingTables(quality: number): CodingTables {
  const luma = stepsAt(quality, LUMA_STEPS);
  const chroma = stepsAt(quality, CHROMA_STEPS);
  const orderOf = (place: (at: number) => number): Order => {
    const order = natural.map(place);
    const reciprocals = (steps: readonly number[]): Int16Array =>
      Int16Array.from({ length: 64 }, (_, at) => reciprocal(steps[place(at)]!, at));
    const zigzag = Uint8Array.from({ length: 64 }, (_, at) => order.indexOf(at));
    const ofBoth = { lumaReciprocals: reciprocals(luma), chromaReciprocals: reciprocals(chroma) };
    return { natural: Uint8Array.from(order), zigzag, ...ofBoth };
  };
  const header = headerBytes(luma, chroma);
  return {
    turned: orderOf((at) => at),
    straight: orderOf((at) => (at & 7) * 8 + (at >> 3)),
    headerOf: (width, height, profile) => {
      const own = Uint8Array.from(header.bytes);
      own.set([height >> 8, height & 255, width >> 8, width & 255], header.sizesAt);
      if (profile === null) return own;
      const length = profile.length + 2;
      const marker = Uint8Array.of(0xff, 0xe2, length >> 8, length & 255);
      return Buffer.concat([own.subarray(0, header.profileAt), marker, profile, own.subarray(header.profileAt)]);
    },
  };
}

function reciprocal(step: number, at: number): number {
  const divisor = step * TRANSFORM_FACTORS[at & 7]! * TRANSFORM_FACTORS[at >> 3]! * TRANSFORM_SCALE;
  return Math.round(RECIPROCAL_ONE / divisor);
}

function headerBytes(luma: readonly number[], chroma: readonly number[]) {
  const start = [0xff, 0xd8, 0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0];
  const quantisers = [0xff, 0xdb, 0, 132, 0, ...natural.map((at) => luma[at]!), 1, ...natural.map((at) => chroma[at]!)];
  const frame = [0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
  const tables = [DC_LUMA, AC_LUMA, DC_CHROMA, AC_CHROMA].map(bytesOf);
  const classes = [0x00, 0x10, 0x01, 0x11];
  const codes = tables.flatMap((table, index) => [classes[index]!, ...table]);
  const length = codes.length + 2;
  const scan = [0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0];
  const front = [...start, ...quantisers];
  const bytes = [...front, ...frame, 0xff, 0xc4, length >> 8, length & 255, ...codes, ...scan];
  return { bytes, sizesAt: front.length + 5, profileAt: start.length };
}

function bytesOf(table: string): Uint8Array {
  return Buffer.from(table.replaceAll(/\s/g, ''), 'hex');
}

/** Annex C: codes of a length follow each other, and the next length begins where they end. */
function codesOf(table: string): Uint32Array {
  const bytes = bytesOf(table);
  const codes = new Uint32Array(256);
  let code = 0;
  let at = 16;
  for (let length = 1; length <= 16; length += 1) {
    for (let number = 0; number < bytes[length - 1]!; number += 1, at += 1, code += 1)
      codes[bytes[at]!] = code * 32 + length;
    code *= 2;
  }
  return codes;
}
