import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
      peerDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
type Entry = z.infer<typeof Lock>['packages'][string];

/**
 * Folders of node_modules that the host needs, from package-lock.json: what is reached from the roots by dependencies.
 *
 * Paths begin with 'node_modules/'; sorted. What of the optional ones is not installed here is for another platform.
 */
export function productionPackages(root: string, without: readonly string[]): string[] {
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const reached = new Set<string>();
  const visit = (path: string): void => {
    const entry = packages[path];
    if (entry === undefined || reached.has(path)) return;
    if (path !== '') reached.add(path);
    for (const name of dependencyNames(entry)) {
      const found = without.includes(name) ? null : resolvePackage(packages, path, name);
      if (found !== null) visit(found);
    }
  };
  visit('');
  return [...reached].sort();
}

function dependencyNames(entry: Entry): string[] {
  return [entry.dependencies, entry.optionalDependencies, entry.peerDependencies].flatMap((names) =>
    Object.keys(names ?? {}),
  );
}

/** As Node looks for it: in the package's own node_modules, then in those of the folders above. */
function resolvePackage(packages: Readonly<Record<string, Entry>>, from: string, name: string): string | null {
  for (let place = from; ; ) {
    const path = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (place === '') return null;
    const cut = place.lastIndexOf('/node_modules/');
    place = cut === -1 ? '' : place.slice(0, cut);
  }
}
