/** What the shell remembers between starts: window, recent projects, language, theme. One small file in its own folder. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Bounds } from './window-bounds.ts';

const MAX_BYTES = 256 * 1024;

export const Remembered = z.strictObject({
  bounds: Bounds.nullable(),
  isMaximised: z.boolean(),
  language: z.enum(['en', 'zh-CN']).nullable(), // null: that of the system
  theme: z.enum(['system', 'light', 'dark']),
  recent: z.array(z.strictObject({ folder: z.string().min(1).max(4096), openedAt: z.iso.datetime() })).max(12),
});
export type Remembered = z.infer<typeof Remembered>;

const nothing: Remembered = { bounds: null, isMaximised: false, language: null, theme: 'system', recent: [] };

export type StateFile = {
  readonly get: () => Remembered;
  readonly change: (change: Partial<Remembered>) => void;
};

/** A damaged or foreign file counts as none and is replaced by the next change: nothing in it is anybody's work. */
export function openStateFile(path: string): StateFile {
  let state = read(path);
  return {
    get: () => state,
    change: (change) => {
      state = { ...state, ...change };
      write(path, JSON.stringify(state, null, 2));
    },
  };
}

function read(path: string): Remembered {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MAX_BYTES ? nothing : (Remembered.safeParse(JSON.parse(text)).data ?? nothing);
  } catch {
    return nothing; // not there yet, or not readable
  }
}

/** Synchronous, since the last change comes while the program ends; a failure loses a window position and no more. */
function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  } catch (error) {
    process.stderr.write(`thaw: ${path} could not be written: ${String(error)}\n`);
  }
}
