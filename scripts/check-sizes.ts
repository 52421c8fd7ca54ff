/**
 * Fails where a source file has more than 400 lines or a second-level folder has no short README.md; warns above 250.
 * The length of functions is Biome's rule (noExcessiveLinesPerFunction in biome.json).
 */
import { fileURLToPath } from 'node:url';
import { listFolderFaults, listSizeFaults } from './sizes/size-faults.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const faults = [...listSizeFaults(root), ...listFolderFaults(root)];
for (const fault of faults) process.stdout.write(`${fault.severity}: ${fault.message}\n`);
const errors = faults.filter((fault) => fault.severity === 'error').length;
process.stdout.write(`sizes: ${errors} errors, ${faults.length - errors} warnings\n`);
process.exitCode = errors > 0 ? 1 : 0;
