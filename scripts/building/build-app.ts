import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../bootstrap/lock.mjs';
import { isFresh, markBuilt, sourcesFingerprint } from './freshness.ts';
import { drawIcons } from './icons.ts';
import { licencesPage, readLicences } from './licences.ts';
import { productionPackages } from './production-packages.ts';
import { bundleRenderer } from './renderer-bundle.ts';
import { bundleShell } from './shell-bundles.ts';
import { UNUSED_PACKAGES } from './unused-packages.ts';

/**
 * Builds what the window needs where it is stale: the renderer, the shell and preload, icons, the licences page.
 *
 * Answers whether anything was built. Two processes never build at once.
 */
export async function buildApp(root: string, options: { readonly isForced: boolean }): Promise<boolean> {
  if (!options.isForced && isFresh(root)) return false;
  mkdirSync(join(root, 'dist'), { recursive: true });
  return await withLock(join(root, 'dist', 'build.lock'), async () => {
    if (!options.isForced && isFresh(root)) return false; // somebody else built it
    const fingerprint = sourcesFingerprint(root);
    rmSync(join(root, 'dist', 'built.json'), { force: true });
    await bundleShell(root);
    const inRenderer = await bundleRenderer(root);
    await drawIcons(root);
    const folders = [...inRenderer].map((name) => `node_modules/${name}`);
    const packages = [...new Set([...folders, ...productionPackages(root, UNUSED_PACKAGES)])].sort();
    const own = readFileSync(join(root, 'LICENSE'), 'utf8');
    const page = licencesPage(own, readLicences(root, packages));
    writeFileSync(join(root, 'dist', 'licences.html'), page); // of the native menu
    writeFileSync(join(root, 'renderer', 'dist', 'licences.html'), page); // of Settings, also in a browser
    markBuilt(root, fingerprint);
    return true;
  });
}
