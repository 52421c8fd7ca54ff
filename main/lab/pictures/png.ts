/** Plain PNG files: eight bits, grey or RGB, not interlaced. */
import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export type Pixels = {
  readonly side: number;
  readonly planes: 1 | 3;
  readonly values: Uint8Array; // [side, side, planes]
};

export function encodePng({ side, planes, values }: Pixels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, planes === 1 ? 0 : 2, 0, 0, 0], 8); // bits, colour type, deflate, filters, not interlaced
  const width = side * planes;
  const rows = Buffer.alloc(side * (width + 1)); // each row begins with its filter: none
  for (let row = 0; row < side; row += 1)
    rows.set(values.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
