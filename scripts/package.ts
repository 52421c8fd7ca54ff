/**
 * `npm run package`: the app as an unpacked folder, dist/packages, for this machine. With an Electron of one's own
 * (ELECTRON_OVERRIDE_DIST_PATH) nothing is fetched. `--release`: with the fuses of a release; without it the program
 * can be driven by tests.
 */
import { fileURLToPath } from 'node:url';
import { buildPackage, packagedExecutable } from './packaging/build-package.ts';
import { pinnedElectron, versionOfElectronFolder } from './packaging/electron-version.ts';
import { fuseFaults, wantedFuses } from './packaging/fuses.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isUnderTest = !process.argv.includes('--release');
const electronFolder = process.env.ELECTRON_OVERRIDE_DIST_PATH || null;
const electronVersion = electronFolder === null ? pinnedElectron(root) : versionOfElectronFolder(electronFolder);
const say = (text: string): void => void process.stderr.write(`package: ${text}\n`);

await buildPackage(root, { electronVersion, electronFolder, isUnderTest, targets: 'folder', say });
const executable = packagedExecutable(root);
const faults = await fuseFaults(executable, wantedFuses(electronVersion, { isUnderTest }));
if (faults.length > 0) throw new Error(`${executable}: these fuses are not as they must be: ${faults.join(', ')}`);
say(`${executable} is ready (Electron ${electronVersion}); its fuses were read back and are as wanted`);
