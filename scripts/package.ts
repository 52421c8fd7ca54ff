/**
 * `npm run package`: the app as an unpacked folder, dist/packages, for this machine; then it is started from elsewhere
 * and trained in, by e2e/journeys/packaged.test.ts. With an Electron of one's own (ELECTRON_OVERRIDE_DIST_PATH) nothing
 * is fetched. `--untried`: only built. `--release`: with the fuses of a release, which no test can drive.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage, packagedExecutable } from './packaging/build-package.ts';
import { pinnedElectron, versionOfElectronFolder } from './packaging/electron-version.ts';
import { fuseFaults, wantedFuses } from './packaging/fuses.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isUnderTest = !process.argv.includes('--release');
const isTried = isUnderTest && !process.argv.includes('--untried');
const electronFolder = process.env.ELECTRON_OVERRIDE_DIST_PATH || null;
const electronVersion = electronFolder === null ? pinnedElectron(root) : versionOfElectronFolder(electronFolder);
const say = (text: string): void => void process.stderr.write(`package: ${text}\n`);

await buildPackage(root, { electronVersion, electronFolder, isUnderTest, targets: 'folder', say });
const executable = packagedExecutable(root);
const faults = await fuseFaults(executable, wantedFuses(electronVersion, { isUnderTest }));
if (faults.length > 0) throw new Error(`${executable}: these fuses are not as they must be: ${faults.join(', ')}`);
say(`${executable} is ready (Electron ${electronVersion}); its fuses were read back and are as wanted`);

if (isTried) {
  say('starting it, training in it and exporting from it …');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const env = { ...process.env, THAW_FULL: '1', THAW_PACKAGED: dirname(executable) };
  const tried = spawnSync(process.execPath, [vitest, 'run', 'e2e/journeys/packaged.test.ts'], {
    cwd: root,
    env,
    stdio: 'inherit', // it says itself what it had to leave out
  });
  process.exitCode = tried.status ?? 1;
}
