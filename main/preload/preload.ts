/** Runs in the sandbox beside every page of the window and gives it `window.thaw`, one typed object, and nothing else. */
import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { Failure } from '../../shared/contract/errors.ts';
import type { ContractPort, MenuCommand, ProjectState, ShellApi, ShellVersions } from '../../shared/contract/shell.ts';
import { channels } from './channels.ts';
import { createContractPort, type PortLike } from './contract-port.ts';
import { pathOf } from './path-of.ts';

const VERSIONS_ARGUMENT = '--thaw-versions=';
const arrived = new Map<number, (port: PortLike) => void>();

/** Asks for a port; it comes as a message of its own, before or after the answer. */
function connect(): Promise<ContractPort> {
  const id = Math.floor(Math.random() * 2 ** 48); // only has to differ from the other open requests of this page
  const port = new Promise<PortLike>((resolve) => arrived.set(id, resolve));
  return ipcRenderer
    .invoke(channels.connect, id)
    .then(async () => createContractPort(await port))
    .finally(() => arrived.delete(id));
}

ipcRenderer.on(channels.port, (event, id: number) => {
  const port = event.ports[0];
  if (port !== undefined) arrived.get(id)?.(port as unknown as PortLike);
});

/** Calls the listener with what the shell tells from now on, without Electron's event. */
function subscribe<T>(channel: string, listener: (told: T) => void): () => void {
  const forward = (_event: IpcRendererEvent, told: T): void => listener(told);
  ipcRenderer.on(channel, forward);
  return () => void ipcRenderer.removeListener(channel, forward);
}

function versions(): ShellVersions {
  const argument = process.argv.find((text) => text.startsWith(VERSIONS_ARGUMENT));
  return JSON.parse(decodeURIComponent((argument ?? '').slice(VERSIONS_ARGUMENT.length))) as ShellVersions;
}

const systems: Readonly<Record<string, ShellApi['os']>> = { darwin: 'mac', win32: 'windows' };

const api: ShellApi = {
  platform: 'electron',
  os: systems[process.platform] ?? 'linux',
  versions: versions(),
  connect,
  projectState: () => ipcRenderer.invoke(channels.projectState),
  onProjectState: (listener) => subscribe<ProjectState>(channels.projectChanged, listener),
  openProject: (folder) => ipcRenderer.invoke(channels.openProject, folder ?? null),
  newProject: () => ipcRenderer.invoke(channels.newProject),
  recentProjects: () => ipcRenderer.invoke(channels.recentProjects),
  forgetProject: (folder) => ipcRenderer.invoke(channels.forgetProject, folder),
  pickPhotos: (kind) => ipcRenderer.invoke(channels.pickPhotos, kind),
  pickWeights: () => ipcRenderer.invoke(channels.pickWeights),
  pickPack: () => ipcRenderer.invoke(channels.pickPack),
  pickTarget: (kind, suggestedName) => ipcRenderer.invoke(channels.pickTarget, { kind, suggestedName }),
  pathOf,
  setTheme: (theme) => ipcRenderer.invoke(channels.setTheme, theme),
  setLanguage: (language) => ipcRenderer.invoke(channels.setLanguage, language),
  onMenu: (listener) => subscribe<MenuCommand>(channels.menu, listener),
  onFailure: (listener) => subscribe<Failure>(channels.failed, listener),
  revealInFolder: (path) => ipcRenderer.invoke(channels.revealInFolder, path),
  copyText: (text) => ipcRenderer.invoke(channels.copyText, text),
};

contextBridge.exposeInMainWorld('thaw', api);
