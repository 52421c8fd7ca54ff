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

const SHARED_LINE = /^(?:(?:import|export) \{ prepare \} from '\.\/(prepare\.mjs)';|from prepare import .*)$/m;

/** The files of a format, ready to write. */
export async function readSamples(format: ExportFormat): Promise<readonly { name: string; bytes: Buffer }[]> {
  return await Promise.all(
    samples[format].map(async ({ name, source }) => {
      const shared = await readSource(source.endsWith('.py') ? 'prepare.py' : 'prepare.mjs');
      const text = (await readSource(source)).replace(SHARED_LINE, () => shared.trimEnd());
      return { name, bytes: Buffer.from(text, 'utf8') };
    }),
  );
}

async function readSource(name: string): Promise<string> {
  return await readFile(join(resourcesFolder, 'export', name), 'utf8');
}
