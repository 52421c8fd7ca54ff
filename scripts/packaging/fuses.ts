/** The switches inside Electron's binary: which they must be, and whether they are. */
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { isOlder } from './electron-version.ts';

export type Fuses = {
  readonly runAsNode: boolean;
  readonly enableCookieEncryption: boolean;
  readonly enableNodeOptionsEnvironmentVariable: boolean;
  readonly enableNodeCliInspectArguments: boolean;
  readonly enableEmbeddedAsarIntegrityValidation: boolean;
  readonly onlyLoadAppFromAsar: boolean;
  readonly grantFileProtocolExtraPrivileges?: boolean; // from Electron 29 on
};

const PLACES: Readonly<Record<keyof Fuses, FuseV1Options>> = {
  runAsNode: FuseV1Options.RunAsNode,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
  grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
};

/** isUnderTest: Playwright cannot start a program whose inspect fuse is off. */
export function wantedFuses(electronVersion: string, options: { readonly isUnderTest: boolean }): Fuses {
  return {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: options.isUnderTest,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    ...(!isOlder(electronVersion, '29.0.0') && { grantFileProtocolExtraPrivileges: false }),
  };
}

/** Reads the fuses of a packaged program back; the names of those that are not as wanted. */
export async function fuseFaults(executable: string, wanted: Fuses): Promise<string[]> {
  const wire = await getCurrentFuseWire(executable);
  return (Object.keys(wanted) as (keyof Fuses)[]).filter((name) => {
    const state = wire[PLACES[name]];
    return state !== (wanted[name] ? FuseState.ENABLE : FuseState.DISABLE);
  });
}
