import { join } from 'node:path';
import { build as buildWithBuilder, type CliOptions } from 'electron-builder';
import { buildApp } from '../building/build-app.ts';
import { wantedFuses } from './fuses.ts';
import { stageHost } from './stage-host.ts';

export type PackageWish = {
  readonly electronVersion: string;
  readonly electronFolder: string | null; // an unpacked Electron; null: electron-builder fetches it
  readonly isUnderTest: boolean; // keeps the fuse that Playwright needs
  readonly targets: 'folder' | 'installers';
  readonly say: (text: string) => void;
};

/** Builds, stages and packages for this machine's system; answers the paths that electron-builder made. */
export async function buildPackage(root: string, wish: PackageWish): Promise<readonly string[]> {
  await buildApp(root, { isForced: false });
  wish.say('laying out what runs outside Electron …');
  const { hasTensorFlow } = stageHost(root, { platform: process.platform, arch: process.arch });
  if (!hasTensorFlow)
    wish.say('TENSORFLOW IS NOT IN THIS PACKAGE (it is not here): it will train by WebGPU or plain JavaScript.');
  const electronFuses = wantedFuses(wish.electronVersion, { isUnderTest: wish.isUnderTest });
  const options: CliOptions = {
    projectDir: root,
    publish: 'never',
    ...(wish.targets === 'folder' && { dir: true }),
    ...(process.arch === 'arm64' ? { arm64: true } : { x64: true }), // what the host's binaries are for
    config: {
      extends: join(root, 'electron-builder.yml'),
      electronVersion: wish.electronVersion,
      electronFuses: { ...electronFuses },
      ...(wish.electronFolder !== null && { electronDist: wish.electronFolder }),
    },
  };
  return await buildWithBuilder(options);
}

/** The program in an unpacked folder under dist/. */
export function packagedExecutable(root: string): string {
  const name = process.arch === 'x64' ? '' : `-${process.arch}`;
  if (process.platform === 'darwin')
    return join(root, 'dist', 'packages', `mac${name}`, 'Thaw.app/Contents/MacOS/Thaw');
  if (process.platform === 'win32') return join(root, 'dist', 'packages', `win${name}-unpacked`, 'Thaw.exe');
  return join(root, 'dist', 'packages', `linux${name}-unpacked`, 'thaw');
}
