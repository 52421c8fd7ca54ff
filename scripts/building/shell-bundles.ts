import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';

/** Electron 22 is the oldest that the bundles must run on: Node 16 in its main process, Chromium 108 in the preload. */
const TARGETS = { shell: 'node16', preload: 'chrome108' } as const;

/** Bundles main/shell and main/preload to one CommonJS file each, dist/shell/main.cjs and dist/preload/preload.cjs. */
export async function bundleShell(root: string): Promise<void> {
  await build(bundle(root, { entry: 'main/shell/main.ts', folder: 'shell', name: 'main', target: TARGETS.shell }));
  await build(
    bundle(root, { entry: 'main/preload/preload.ts', folder: 'preload', name: 'preload', target: TARGETS.preload }),
  );
}

type Bundle = { readonly entry: string; readonly folder: string; readonly name: string; readonly target: string };

function bundle(root: string, { entry, folder, name, target }: Bundle): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: join(root, entry),
      target,
      outDir: join(root, 'dist', folder),
      emptyOutDir: true,
      minify: false, // a report of an error shows lines that can be read
      rollupOptions: {
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: `${name}.cjs`, codeSplitting: false },
      },
    },
  };
}
