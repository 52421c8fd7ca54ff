/** One measured figure of a bench, beside what was asked and what a peer reached in the same run. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type BenchRecord = {
  readonly name: string;
  readonly work: string; // what was done, on what
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  readonly ratio: number | null; // ours / peer
  readonly goal: string;
  readonly met: boolean | null; // null: could not be judged here
};

export const resultsFolder = fileURLToPath(new URL('results', import.meta.url));

/** Prints the figures as a table and writes results/NAME.json. */
export function publish(name: string, records: readonly BenchRecord[]): void {
  console.table(
    records.map(({ met, ...record }) => ({ ...record, met: met === null ? 'not judged' : met ? 'yes' : 'NO' })),
  );
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(join(resultsFolder, `${name}.json`), `${JSON.stringify(records, null, 2)}\n`);
}

/** As publish, for a bench of which only a part was run: what others of its figures were before stays in the file. */
export function publishPart(name: string, records: readonly BenchRecord[]): void {
  const file = join(resultsFolder, `${name}.json`);
  const before: readonly BenchRecord[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const fresh = new Map(records.map((record) => [record.name, record]));
  const kept = before.map((record) => fresh.get(record.name) ?? record);
  const known = new Set(before.map(({ name: own }) => own));
  publish(name, [...kept, ...records.filter((record) => !known.has(record.name))]);
}
