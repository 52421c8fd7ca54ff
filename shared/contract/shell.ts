/**
 * What the desktop shell gives the renderer beside the contract: `window.thaw`, absent in a browser (`thaw serve`).
 *
 * Not here, since the shell does it by itself from the host's events, also while no window is there: notifications at the
 * end of long work, taskbar progress, keeping the machine awake, the question before quitting.
 */
import { z } from 'zod';
import { Failure } from './errors.ts';

/** Commands of the native menu that the renderer carries out. */
export const MenuCommand = z.enum([
  'import-files',
  'import-folder',
  'export-project',
  'import-pack',
  'undo', // in a text field: the field's own
  'redo',
  'select-all',
  'show-photos',
  'show-train',
  'show-use',
  'show-runs',
  'show-compare',
  'show-sweeps',
  'show-settings',
  'show-shortcuts',
  'show-doctor',
  'show-about',
]);
export type MenuCommand = z.infer<typeof MenuCommand>;

/** How the project of this window stands. */
export const ProjectState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }), // nothing opened yet
  z.strictObject({ state: z.literal('opening'), folder: z.string() }),
  z.strictObject({ state: z.literal('open'), folder: z.string(), restarts: z.int().nonnegative() }), // of the host, after crashes
  z.strictObject({ state: z.literal('failed'), folder: z.string(), failure: Failure }),
]);
export type ProjectState = z.infer<typeof ProjectState>;

export const RecentProject = z.strictObject({
  folder: z.string(),
  name: z.string(),
  openedAt: z.iso.datetime(),
  isThere: z.boolean(),
});
export type RecentProject = z.infer<typeof RecentProject>;

export const ShellVersions = z.strictObject({
  thaw: z.string(),
  electron: z.string(),
  chrome: z.string(),
  node: z.string(), // of the shell, not of the engine
});
export type ShellVersions = z.infer<typeof ShellVersions>;

/** One line to the host: frames of frames.ts as JSON text, both ways. Ends when the host does; then connect again. */
export type ContractPort = {
  readonly send: (frame: string) => void;
  readonly onFrame: (listener: (frame: string) => void) => void;
  readonly onClose: (listener: () => void) => void; // once; the host ended or was restarted, or close() was called
  readonly close: () => void;
};

/** `window.thaw`. Paths are absolute, of this machine. Promises reject with an Error only for bugs. */
export type ShellApi = {
  readonly platform: 'electron';
  readonly os: 'linux' | 'mac' | 'windows';
  readonly versions: ShellVersions;
  /** Waits until the project is open; rejects where it could not be opened (see projectState). */
  readonly connect: () => Promise<ContractPort>;
  readonly projectState: () => Promise<ProjectState>;
  /** Tells every change from now on; the answer ends it. */
  readonly onProjectState: (listener: (state: ProjectState) => void) => () => void;
  /** Opens a project in this window; without a folder it asks for one. Null: the person changed their mind. */
  readonly openProject: (folder?: string) => Promise<ProjectState | null>;
  readonly newProject: () => Promise<ProjectState | null>;
  readonly recentProjects: () => Promise<readonly RecentProject[]>;
  readonly forgetProject: (folder: string) => Promise<void>; // from the list only
  /** Paths chosen in a dialog; empty: none. */
  readonly pickPhotos: (kind: 'files' | 'folder') => Promise<readonly string[]>;
  /** A file of pretrained weights, chosen in a dialog; null: none. */
  readonly pickWeights: () => Promise<string | null>;
  /** A pack of a project, chosen in a dialog; null: none. */
  readonly pickPack: () => Promise<string | null>;
  /** A folder or a file to write to, chosen in a dialog; null: none. */
  readonly pickTarget: (kind: 'folder' | 'file', suggestedName: string) => Promise<string | null>;
  /** The path of a dropped File; '' where it has none (a picture dragged from a web page). */
  readonly pathOf: (file: object) => string;
  readonly setTheme: (theme: 'system' | 'light' | 'dark') => Promise<void>;
  /** Of menu, dialogs and notifications. */
  readonly setLanguage: (language: 'en' | 'zh-CN') => Promise<void>;
  readonly onMenu: (listener: (command: MenuCommand) => void) => () => void;
  /** Why something that was asked for outside of the page was not done; the page says it in the person's language. */
  readonly onFailure: (listener: (failure: Failure) => void) => () => void;
  readonly revealInFolder: (path: string) => Promise<void>;
  readonly copyText: (text: string) => Promise<void>;
};
