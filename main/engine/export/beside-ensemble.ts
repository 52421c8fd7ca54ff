/** What lies beside an ensemble's file: how to ask it, in Python and in JavaScript, and what may be done with it. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { asReadFailure, systemErrorCode } from '../../kernel/system-error.ts';
import { licenceText } from './licence-text.ts';
import { readSample } from './samples.ts';
import type { WeightsLicence } from './subject.ts';

export type BesideEnsemble = {
  readonly title: string;
  readonly classes: readonly string[]; // in the order of the file's output
  readonly licences: readonly WeightsLicence[];
};

const ENDINGS = ['-classify.py', '-classify.mjs', '-licence.txt'] as const;
const OURS = /^"""Asks an ensemble of Thaw|Asks an ensemble of Thaw|^".*" was trained with Thaw/;

function pathsBeside(model: string): string[] {
  const stem = basename(model, extname(model));
  return ENDINGS.map((ending) => join(dirname(model), `${stem}${ending}`));
}

/** Throws INVALID_INPUT where a file of such a name is there that is none of ours. */
export async function refuseForeignNeighbours(model: string): Promise<void> {
  for (const path of pathsBeside(model)) {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return null;
      throw asReadFailure(path, error);
    });
    if (text !== null && !OURS.test(text))
      throw new AppError('INVALID_INPUT', `${path}: is there, and not of an earlier export. Choose another name.`);
  }
}

/** Their paths. Throws DISK_FULL, FILE_PERMISSION. */
export async function writeBeside(model: string, beside: BesideEnsemble): Promise<string[]> {
  const [python, javascript, licence] = pathsBeside(model);
  const named = JSON.stringify(basename(model)); // a string in both languages
  const classes = JSON.stringify(beside.classes);
  const fill = (text: string, [of, at]: readonly [RegExp, RegExp]): string =>
    text
      .replace(of, (_, head: string, tail: string) => `${head}${named}${tail}`)
      .replace(at, (_, head: string) => `${head}${classes}`);
  const texts = [
    [python!, fill(await readSample('classify_ensemble.py'), [/^(MODEL = )"model\.onnx"()$/m, /^(CLASSES = )\[\]/m])],
    [
      javascript!,
      fill(await readSample('classify-ensemble.mjs'), [
        /^(export const MODEL = )'model\.onnx'(;)$/m,
        /^(export const CLASSES = )\[\]/m,
      ]),
    ],
    [licence!, licenceText(beside)],
  ] as const;
  for (const [path, text] of texts) await writeFileAtomically(path, [Buffer.from(text, 'utf8')]);
  return texts.map(([path]) => path);
}
