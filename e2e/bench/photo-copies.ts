/** Many photos out of a few: other bytes, the same picture. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** JPEGs of `from` and the folders below it in two class folders of `to`, told apart by a JPEG comment. */
export function copyPhotos(from: string, to: string, count: number): void {
  const names = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jpg'))
    .sort();
  for (const side of ['even', 'odd']) mkdirSync(join(to, side), { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const source = index % names.length;
    const bytes = readFileSync(join(from, names[source] ?? ''));
    const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
    comment.writeUInt32BE(index, 4);
    const copy = Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)]);
    writeFileSync(join(to, source % 2 === 0 ? 'even' : 'odd', `${String(index).padStart(6, '0')}.jpg`), copy);
  }
}
