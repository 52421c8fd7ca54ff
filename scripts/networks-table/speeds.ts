/** The figures of the bench network-speeds; none where it was not run. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Speeds } from './table.ts';

const file = fileURLToPath(new URL('../../e2e/bench/results/network-speeds.json', import.meta.url));
const Records = z.array(z.looseObject({ name: z.string(), ours: z.number() }));

export function readSpeeds(): Speeds {
  if (!existsSync(file)) return {};
  const records = Records.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.fromEntries(records.map(({ name, ours }) => [name, ours]));
}
