import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';

export type TestView = { readonly view: number; readonly log?: string };

/**
 * A decoder for tests of rows: the file's text is 'NUMBER LABEL'; the planes are the number, the label and the view.
 *
 * 'exit' ends the thread, 'damaged' cannot be read, 'slow' takes ten seconds; `log` is a file that gets a line of each photo.
 * Others take up to three milliseconds, by their number and view.
 */
export async function decodeViews(
  bytes: Buffer,
  preprocessing: Preprocessing,
  { imageId, views }: { readonly imageId: string; readonly views: readonly TestView[] },
): Promise<Float32Array> {
  const text = bytes.toString('latin1');
  const [first] = views;
  if (first?.log !== undefined) appendFileSync(first.log, `${imageId}\n`);
  if (text.startsWith('exit')) process.exit(7);
  if (text.startsWith('damaged')) throw new AppError('IMAGE_UNREADABLE', 'The file is incomplete.');
  const [number = 0, label = 0] = text.split(' ').map(Number);
  await sleep(text.startsWith('slow') ? 10_000 : (number * 7 + (first?.view ?? 0) * 3) % 4);
  const plane = preprocessing.cropSize ** 2;
  return Float32Array.from({ length: views.length * 3 * plane }, (_, at) => {
    const view = views[Math.floor(at / (3 * plane))]!;
    return [number, label, view.view][Math.floor(at / plane) % 3]!;
  });
}
