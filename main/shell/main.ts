/** Entry of Electron's main process: order of the start, and the events of the app. */
import { join, resolve } from 'node:path';
import { app, session } from 'electron';
import { hardenApp, hardenSession } from './hardening.ts';
import { findPlaces } from './places.ts';
import { claimSchemes, serveSchemes } from './protocols.ts';
import { projectFolderOf, projectInArguments } from './recent-projects.ts';
import { Shell } from './shell.ts';
import { claimInstance } from './single-instance.ts';
import { openStateFile } from './state-file.ts';

const givenData = process.env.THAW_USER_DATA;
if (givenData !== undefined && givenData !== '') app.setPath('userData', givenData); // before the instance is claimed

let shell: Shell | null = null;
let wanted: string | null = null; // named before the app was ready, or on the command line

/** In a checkout Electron is given the folder of the app first, however it was written. */
function argumentsOf(given: readonly string[]): readonly string[] {
  return app.isPackaged ? given : given.filter((argument) => resolve(argument) !== app.getAppPath());
}

function openLater(folder: string | null): void {
  if (shell === null) wanted = folder ?? wanted;
  else shell.openFromOutside(folder);
}

async function start(): Promise<void> {
  app.setAppUserModelId('org.thaw.desktop'); // Windows: whose notifications they are
  await app.whenReady();
  hardenSession(session.defaultSession);
  const places = findPlaces(__dirname, app.isPackaged ? process.resourcesPath : null, process.platform);
  const { electron = '', chrome = '', node = '' } = process.versions;
  const started = new Shell({
    places,
    memory: openStateFile(join(app.getPath('userData'), 'shell.json')),
    versions: { thaw: app.getVersion(), electron, chrome, node },
    clock: () => new Date(),
  });
  serveSchemes(places.renderer, started.projectFolder);
  shell = started;
  started.start(wanted ?? projectInArguments(argumentsOf(process.argv.slice(1)), process.cwd()));
}

if (claimInstance((given, folder) => openLater(projectInArguments(argumentsOf(given), folder)))) {
  claimSchemes();
  hardenApp();
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openLater(projectFolderOf(path));
  });
  app.on('activate', () => shell?.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (shell !== null && !shell.mayQuit()) event.preventDefault();
  });
  start().catch((error: unknown) => {
    process.stderr.write(`thaw: the app could not start: ${String(error)}\n`);
    app.exit(1);
  });
} else app.quit();
