import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Preprocessing } from '../../../shared/networks/network.ts';

const TELL = 'tell ';

/**
 * A decoder for tests of the threads: pixels are arithmetic of the file's first byte, faults come by the file's text.
 *
 * 'exit' ends the thread, 'throw' is an unreadable image, 'slow' takes ten seconds, 'tell PATH' makes an empty file there, by
 * which also a blocked thread sees that it was decoded. Bytes' values vary the time needed.
 */
export async function decodeViews(
  bytes: Uint8Array,
  preprocessing: Preprocessing,
  { views }: { readonly views: readonly number[] },
): Promise<Float32Array> {
  const text = Buffer.from(bytes).toString('latin1');
  if (text === 'exit') process.exit(7);
  if (text === 'throw') throw new AppError('IMAGE_UNREADABLE', 'The file is incomplete.');
  if (text.startsWith(TELL)) writeFileSync(text.slice(TELL.length), '');
  await sleep(text === 'slow' ? 10_000 : (bytes[0]! * 7) % 5);
  const length = 3 * preprocessing.cropSize ** 2;
  return Float32Array.from(
    { length: length * views.length },
    (_, i) => bytes[0]! * 1000 + views[Math.floor(i / length)]!,
  );
}
