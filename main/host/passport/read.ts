/** The data for programs in a passport's file. */
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import { PassportData } from '../../../shared/contract/passport.ts';
import { unescapeHtml } from './html.ts';

const MOST_BYTES = 10_000_000;

/** Throws NOT_FOUND, INVALID_INPUT where the file is no passport. */
export async function readPassport(path: string): Promise<PassportData> {
  const stats = await stat(path).catch(() => null);
  if (stats === null || !stats.isFile()) throw new AppError('NOT_FOUND', `${path}: there is no such file.`);
  if (stats.size > MOST_BYTES) throw new AppError('INVALID_INPUT', `${path}: is too large for a passport.`);
  return parsePassport(await readFile(path, 'utf8'), path);
}

export function parsePassport(page: string, path: string): PassportData {
  const found = /<pre id="passport-data">([^<]*)<\/pre>/.exec(page)?.[1];
  try {
    return PassportData.parse(JSON.parse(unescapeHtml(found ?? '')));
  } catch (cause) {
    throw new AppError('INVALID_INPUT', `${path}: is no passport of a model. Give one that Thaw wrote.`, { cause });
  }
}
