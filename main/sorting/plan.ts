/** Which file goes where: folder names from class names, and names that are free. */
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { systemErrorCode } from '../kernel/system-error.ts';

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i; // on Windows
const MOST_NAME_BYTES = 120;

/** What every system takes as the name of a folder. */
export function folderNameOf(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, '_')
    .replace(/^[\s.]+|[\s.]+$/gu, '');
  let cut = plain;
  while (Buffer.byteLength(cut) > MOST_NAME_BYTES) cut = [...cut].slice(0, -1).join('');
  if (cut === '') return '_';
  return RESERVED.test(cut) ? `_${cut}` : cut;
}

/** A folder a class and one for review, different from each other also where a disk does not tell A from a. */
export function folderNames(
  classes: readonly string[],
  review: string,
): { classes: readonly string[]; review: string } {
  const taken = new Set<string>();
  const take = (name: string): string => {
    const base = folderNameOf(name);
    for (let number = 1; ; number += 1) {
      const found = number === 1 ? base : `${base} (${number})`;
      if (taken.has(keyOf(found))) continue;
      taken.add(keyOf(found));
      return found;
    }
  };
  return { classes: classes.map(take), review: take(review) };
}

const keyOf = (name: string): string => name.normalize('NFC').toLowerCase();

/** Gives every file of a folder a name of its own, also beside what is there already. */
export class FreeNames {
  readonly #taken = new Map<string, Promise<Set<string>>>();

  /** `photo.jpg`, or `photo (2).jpg` where that is taken. */
  async take(folder: string, fileName: string): Promise<string> {
    const taken = await this.#namesIn(folder);
    const end = extname(fileName);
    const stem = basename(fileName, end);
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? fileName : `${stem} (${number})${end}`;
      if (taken.has(keyOf(name))) continue;
      taken.add(keyOf(name));
      return join(folder, name);
    }
  }

  #namesIn(folder: string): Promise<Set<string>> {
    const known = this.#taken.get(folder) ?? listKeys(folder);
    this.#taken.set(folder, known);
    return known;
  }
}

async function listKeys(folder: string): Promise<Set<string>> {
  try {
    return new Set((await readdir(folder)).map(keyOf));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return new Set();
    throw error;
  }
}
