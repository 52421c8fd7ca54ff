/** Draws the pictures of the sample project into resources/sample/photos, in place of those there: same seed, same bytes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawJpeg } from './draw-sample/rasterise.ts';
import { listPictures, SAMPLE_SEED, scenes } from './draw-sample/scenes.ts';

const folder = fileURLToPath(new URL('../resources/sample/photos', import.meta.url));

for (const name of Object.keys(scenes)) rmSync(join(folder, name), { recursive: true, force: true });
let totalBytes = 0;
const pictures = listPictures(SAMPLE_SEED);
for (const picture of pictures) {
  const bytes = await drawJpeg(picture);
  mkdirSync(dirname(join(folder, picture.path)), { recursive: true });
  writeFileSync(join(folder, picture.path), bytes);
  totalBytes += bytes.length;
}
process.stdout.write(`${pictures.length} pictures, ${(totalBytes / 1e6).toFixed(1)} MB, in ${folder}\n`);
