/** An export's sample in Python beside the app: from identical pixels, and from JPEG on disk by Pillow. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTally } from '../../main/engine/export/tally.ts';
import { decodeImage } from '../../main/imaging/decode.ts';
import type { ExportCheck } from '../../shared/domain/export.ts';
import type { BenchPicture } from './export-pictures.ts';

const PIXELS_AT_ONCE = 40; // uncompressed pictures on the disk

export type PythonWish = {
  readonly python: string;
  readonly script: string; // the export's classify.py
  readonly runtime: string;
  readonly scratch: string;
  readonly pictures: readonly BenchPicture[];
};

export type PythonChecks = { readonly checks: readonly ExportCheck[]; readonly alike: number };

/** Where Pillow decodes a picture to the very same pixels, one answer is that for both; the others are asked twice. */
export async function checksInPython(wish: PythonWish): Promise<PythonChecks> {
  const { pictures, runtime } = wish;
  const isAlike = comparedPixels(wish);
  const fromFiles = answersOf(
    wish,
    pictures.map(({ path }) => path),
  );
  const others = pictures.filter((_, at) => !isAlike[at]);
  const fromPixels = new Map(fromFiles);
  for (const [path, row] of await answersFromPixels(wish, others)) fromPixels.set(path, row);
  const alike = pictures.length - others.length;
  const files = createTally({ runtime, source: 'file', decoder: others.length === 0 ? 'own' : 'other' });
  const pixels = createTally({ runtime, source: 'pixels', decoder: 'own' });
  for (const { path, probabilities } of pictures) {
    files.add(basename(path), probabilities, fromFiles.get(path) ?? []);
    pixels.add(basename(path), probabilities, fromPixels.get(path) ?? []);
  }
  return { checks: [pixels.check(), files.check()], alike };
}

function comparedPixels({ python, pictures }: PythonWish): boolean[] {
  const script = fileURLToPath(new URL('peers/decoded_pixels.py', import.meta.url));
  const hashes = run(python, [script, ...pictures.map(({ path }) => path)])
    .trim()
    .split(/\s+/);
  return pictures.map(({ pixels }, at) => hashes[at] === pixels);
}

function answersOf({ python, script }: PythonWish, paths: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const found = JSON.parse(run(python, [script, '--json', ...paths])) as Record<string, number[]>;
  return new Map(Object.entries(found));
}

/** The app's pixels as a format without compression that Pillow reads. */
async function answersFromPixels(wish: PythonWish, pictures: readonly BenchPicture[]) {
  const answers = new Map<string, readonly number[]>();
  for (let from = 0; from < pictures.length; from += PIXELS_AT_ONCE) {
    const own = pictures.slice(from, from + PIXELS_AT_ONCE);
    const written = own.map((_, at) => join(wish.scratch, `pixels-${at}.ppm`));
    for (const [at, { path }] of own.entries()) await writePixels(path, written[at]!);
    const found = answersOf(wish, written);
    for (const [at, { path }] of own.entries()) answers.set(path, found.get(written[at]!) ?? []);
    for (const file of written) rmSync(file);
  }
  return answers;
}

async function writePixels(path: string, to: string): Promise<void> {
  const { width, height, pixels } = await decodeImage(readFileSync(path));
  writeFileSync(to, Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`, 'latin1'), pixels]));
}

function run(python: string, args: readonly string[]): string {
  return execFileSync(python, [...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
}
