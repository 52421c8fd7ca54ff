/** The timings of a machine and network, as one small file in the features folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { canonicalJson, type JsonValue } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import { CalibrateResult } from '../protocol/messages.ts';

const Timings = CalibrateResult.omit({ kind: true, isRemembered: true });
export type Timings = z.infer<typeof Timings>;

const TimingsFile = z.strictObject({ formatVersion: z.literal(1), timings: Timings });

export type TimingsPlace = {
  readonly folder: string; // of the features
  readonly identity: JsonValue; // network, weights, processor, threads, libraries
};

/** null where nothing is remembered; a damaged file is told and measured anew. */
export async function readTimings(place: TimingsPlace, note: (text: string) => void): Promise<Timings | null> {
  const file = timingsFile(place);
  try {
    return TimingsFile.parse(JSON.parse(await readFile(file, 'utf8'))).timings;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    if (systemErrorCode(error) !== '') throw error;
    note(`${file} was damaged. The speed of this machine is measured anew.`);
    return null;
  }
}

/** Throws DISK_FULL, FILE_PERMISSION. */
export async function writeTimings(place: TimingsPlace, timings: Timings): Promise<void> {
  const text = `${JSON.stringify({ formatVersion: 1, timings }, null, 2)}\n`;
  await writeFileAtomically(timingsFile(place), [Buffer.from(text)]);
}

function timingsFile({ folder, identity }: TimingsPlace): string {
  return join(folder, 'calibrations', `${sha256Hex(canonicalJson(identity))}.json`);
}
