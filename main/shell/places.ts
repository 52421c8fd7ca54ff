/** Where the parts of the program lie: in a checkout, or in the resources of the packaged app. */
import { join } from 'node:path';

export type Places = {
  readonly renderer: string; // folder
  readonly preload: string;
  readonly node: string; // runs the host; never Electron
  readonly hostEntry: string;
  readonly resources: string; // backbones and sample, for the host
  readonly icon: string; // PNG
  readonly licences: string; // HTML
};

/** bundleFolder: that of the shell's bundle, <root>/dist/shell; resourcesPath: null in a checkout. */
export function findPlaces(bundleFolder: string, resourcesPath: string | null, platform: NodeJS.Platform): Places {
  const root = join(bundleFolder, '..', '..');
  const host = resourcesPath === null ? root : join(resourcesPath, 'host');
  const nodeName = platform === 'win32' ? 'node.exe' : 'node';
  return {
    renderer: join(root, 'renderer', 'dist'),
    preload: join(root, 'dist', 'preload', 'preload.cjs'),
    node: resourcesPath === null ? join(root, 'node_modules', 'node', 'bin', nodeName) : join(host, 'bin', nodeName),
    hostEntry: join(host, 'main', 'host', 'entry.ts'),
    resources: join(host, 'resources'),
    icon: join(root, 'dist', 'icons', '256.png'),
    licences: resourcesPath === null ? join(root, 'dist', 'licences.html') : join(resourcesPath, 'licences.html'),
  };
}
