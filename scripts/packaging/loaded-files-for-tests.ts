/**
 * Loads every package that the host names, and prints the files of node_modules that Node took for it: one a line.
 *
 *   node scripts/packaging/loaded-files-for-tests.ts
 */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
const NOT_LOADED = ['node']; // a program
const root = fileURLToPath(new URL('../..', import.meta.url));
const requireHere = createRequire(import.meta.url);

const files = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    if (found.url.startsWith('file:')) files.add(fileURLToPath(found.url));
    return found;
  },
});
Object.defineProperty(requireHere('node:util'), 'isNullOrUndefined', { value: (one: unknown) => one == null }); // tfjs-node asks for it
const { dependencies } = Manifest.parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')));
for (const name of Object.keys(dependencies)) {
  if (NOT_LOADED.includes(name)) continue;
  try {
    if (name.startsWith('@tensorflow/')) requireHere(name);
    else await import(name);
  } catch (error) {
    console.error(`${name}: ${String(error)}`); // a binary that is not here: what comes before it was seen
  }
}
for (const file of files) if (file.startsWith(`${root}node_modules/`)) console.log(file.slice(root.length));
process.exit(0);
