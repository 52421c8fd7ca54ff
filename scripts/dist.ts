/**
 * `npm run dist`: the installers of this machine's system, in dist/packages, with the pinned Electron or a newer one.
 * Their tools (NSIS, AppImage, ...) are fetched by electron-builder; CI does it by .github/workflows/release.yml.
 */
import { fileURLToPath } from 'node:url';
import { buildPackage, packagedExecutable } from './packaging/build-package.ts';
import { isOlder, pinnedElectron, versionOfElectronFolder } from './packaging/electron-version.ts';
import { fuseFaults, wantedFuses } from './packaging/fuses.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const electronFolder = process.env.ELECTRON_OVERRIDE_DIST_PATH || null;
const pinned = pinnedElectron(root);
const electronVersion = electronFolder === null ? pinned : versionOfElectronFolder(electronFolder);
const say = (text: string): void => void process.stderr.write(`dist: ${text}\n`);

if (isOlder(electronVersion, pinned)) {
  say(
    `REFUSED: ${electronFolder} is Electron ${electronVersion}, and a release takes ${pinned} or newer, which has the security fixes. ` +
      'Unset ELECTRON_OVERRIDE_DIST_PATH, or let it name a newer one. `npm run package` makes a folder for trying out.',
  );
  process.exitCode = 1;
} else {
  const made = await buildPackage(root, {
    electronVersion,
    electronFolder,
    isUnderTest: false,
    targets: 'installers',
    say,
  });
  const faults = await fuseFaults(packagedExecutable(root), wantedFuses(electronVersion, { isUnderTest: false }));
  if (faults.length > 0) throw new Error(`do not publish: these fuses are not as they must be: ${faults.join(', ')}`);
  for (const path of made) say(path);
}
