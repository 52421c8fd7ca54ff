/** Sample code that goes into an export: one file a language, which holds what it shares with others. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportFormat } from '../../../shared/domain/export.ts';
import { resourcesFolder } from '../../kernel/resources.ts';

type Sample = { readonly name: string; readonly source: string };

const samples: Readonly<Record<ExportFormat, readonly Sample[]>> = {
  onnx: [
    { name: 'classify.py', source: 'classify_onnx.py' },
    { name: 'classify.mjs', source: 'classify-onnx.mjs' },
  ],
  tfjs: [
    { name: 'classify.mjs', source: 'classify-tfjs.mjs' },
    { name: 'prepare_input.py', source: 'prepare_input.py' },
  ],
  safetensors: [
    { name: 'classify.py', source: 'classify_safetensors.py' },
    { name: 'read-safetensors.mjs', source: 'read-safetensors.mjs' },
  ],
};

/** Alone in its line: what a sample, or what it shares, takes from a neighbour. */
const SHARED_LINE = /^(?:(?:import|export) \{[^}]*\} from '\.\/([\w-]+\.mjs)';|from (prepare|decode) import .*)$/gm;

/** The files of a format, ready to write. */
export async function readSamples(format: ExportFormat): Promise<readonly { name: string; bytes: Buffer }[]> {
  return await Promise.all(
    samples[format].map(async ({ name, source }) => ({ name, bytes: Buffer.from(await readSample(source), 'utf8') })),
  );
}

/** One file that needs no neighbour: each is put in place of the first line that imports it. */
export async function readSample(source: string, known: Set<string> = new Set()): Promise<string> {
  const text = await readFile(join(resourcesFolder, 'export', source), 'utf8');
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(SHARED_LINE)) {
    const neighbour = match[1] ?? `${match[2]}.py`;
    parts.push(text.slice(end, match.index));
    if (!known.has(neighbour)) parts.push((await readSample(neighbour, known.add(neighbour))).trimEnd());
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].join('');
}
