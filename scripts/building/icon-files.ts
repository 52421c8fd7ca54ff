/** Icon containers around PNG pictures: .ico of Windows and .icns of macOS. */

export type IconPicture = { readonly sizePx: number; readonly png: Uint8Array };

const ICO_HEADER_BYTES = 6;
const ICO_ENTRY_BYTES = 16;

/** ICONDIR and ICONDIRENTRY with PNG data, as Windows reads them since Vista; sizes 1 to 256, smallest first. */
export function encodeIco(pictures: readonly IconPicture[]): Buffer {
  const header = Buffer.alloc(ICO_HEADER_BYTES + ICO_ENTRY_BYTES * pictures.length);
  header.writeUInt16LE(1, 2); // an icon, not a cursor
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.byteLength;
  for (const [index, { sizePx, png }] of pictures.entries()) {
    if (sizePx < 1 || sizePx > 256) throw new RangeError(`an .ico holds 1 to 256 pixels, not ${sizePx}`);
    const at = ICO_HEADER_BYTES + ICO_ENTRY_BYTES * index;
    header.writeUInt8(sizePx % 256, at); // 0 means 256
    header.writeUInt8(sizePx % 256, at + 1);
    header.writeUInt16LE(1, at + 4); // planes
    header.writeUInt16LE(32, at + 6); // bits a pixel
    header.writeUInt32LE(png.byteLength, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.byteLength;
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

/** Apple's four-letter types for PNG pictures; the second of a size is that of a retina display. */
const ICNS_TYPES: readonly (readonly [string, number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
  ['ic10', 1024],
];

/** Every type whose size is among the pictures. */
export function encodeIcns(pictures: readonly IconPicture[]): Buffer {
  const blocks = ICNS_TYPES.flatMap(([type, sizePx]) => {
    const picture = pictures.find((candidate) => candidate.sizePx === sizePx);
    return picture === undefined ? [] : [block(type, picture.png)];
  });
  return block('icns', Buffer.concat(blocks));
}

/** Four letters, the length with these eight bytes (big-endian), the content. */
function block(type: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.write(type, 'latin1');
  header.writeUInt32BE(8 + content.byteLength, 4);
  return Buffer.concat([header, content]);
}
