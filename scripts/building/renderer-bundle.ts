import { join } from 'node:path';
import { build, type Plugin } from 'vite';

/**
 * Bundles the renderer to renderer/dist by the repository's vite.config.ts.
 *
 * Answers the names of the npm packages whose code is in the bundle, for the licences page.
 */
export async function bundleRenderer(root: string): Promise<ReadonlySet<string>> {
  const packages = new Set<string>();
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', plugins: [packageCollector(packages)] });
  return packages;
}

const PACKAGE_OF_MODULE = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;

/** Notes which packages the modules of a bundle come from. */
export function packageCollector(packages: Set<string>): Plugin {
  return {
    name: 'package-collector',
    moduleParsed: ({ id }) => {
      const name = PACKAGE_OF_MODULE.exec(id.replaceAll('\\', '/'))?.[1];
      if (name !== undefined) packages.add(name);
    },
  };
}
