/** The program as a person sees it: one project, one window, and what goes on around them. */
import { join } from 'node:path';
import { app, type BrowserWindow, clipboard, nativeTheme, shell as system } from 'electron';
import type { JobStatus } from '../../shared/contract/jobs.ts';
import type { MenuCommand, ProjectState, ShellVersions } from '../../shared/contract/shell.ts';
import { type Language, languageOfLocale } from '../../shared/domain/language.ts';
import { channels } from '../preload/channels.ts';
import {
  askToStop,
  chooseNewProject,
  choosePack,
  choosePhotos,
  chooseProject,
  chooseTarget,
  chooseWeights,
} from './dialogs.ts';
import { startHost } from './host-process.ts';
import { type Answers, answerCalls } from './ipc.ts';
import { createKeepAwake } from './keep-awake.ts';
import { setMenu } from './menu.ts';
import { notify } from './notifying.ts';
import { offerImport } from './offer-import.ts';
import { connectPage } from './page-ports.ts';
import type { Places } from './places.ts';
import { createProjectHost, type ProjectHost } from './project-host.ts';
import { ensureMarker } from './project-marker.ts';
import {
  describeRecent,
  isProject,
  projectFolderOf,
  projectName,
  withoutProject,
  withProject,
} from './recent-projects.ts';
import type { StateFile } from './state-file.ts';
import { showProgress } from './taskbar.ts';
import { type Texts, texts } from './texts.ts';
import { bringToFront, openWindow } from './window.ts';
import { type Ended, isTraining, isWorthTelling, taskbarProgress } from './work-in-hand.ts';
import { createWorkWatch } from './work-watch.ts';

export type ShellParts = {
  readonly places: Places;
  readonly memory: StateFile;
  readonly versions: ShellVersions;
  readonly clock: () => Date;
};

export class Shell {
  readonly #parts: ShellParts;
  readonly #host: ProjectHost;
  readonly #keepAwake = createKeepAwake();
  readonly #work = createWorkWatch({
    onChange: (running) => this.#onWork(running),
    onEnded: (ended) => void this.#onJobEnded(ended),
  });
  #window: BrowserWindow | null = null;
  #quitting: 'no' | 'asking' | 'yes' = 'no';
  #following: Promise<void> = Promise.resolve(); // until the shell's own line to the host is there

  constructor(parts: ShellParts) {
    this.#parts = parts;
    const { node, hostEntry, resources } = parts.places;
    const compileCache = join(app.getPath('userData'), 'compile-cache'); // the host's sources, compiled: it starts in half the time
    const env = { NODE_COMPILE_CACHE: compileCache, ...process.env, THAW_RESOURCES: resources };
    this.#host = createProjectHost({
      start: (args, listener) => startHost({ node, entry: hostEntry, env }, args, listener),
      onState: (state) => this.#onProject(state),
      nowMs: () => performance.now(),
    });
  }

  /** Opens the window and, at the same time, a project: the given one, else the last one, else a first one with the sample. */
  start(given: string | null): void {
    nativeTheme.themeSource = this.#parts.memory.get().theme;
    answerCalls(this.#answers(), ({ sender }) => sender === this.#window?.webContents);
    this.#updateMenu();
    const last = this.#parts.memory.get().recent.find(({ folder }) => isProject(folder))?.folder ?? null;
    const isForeign = given !== null && !isProject(given);
    const folder = isForeign ? last : (given ?? last);
    const opening = folder === null ? this.#openFirst() : this.#open(folder, false);
    this.show();
    if (isForeign) void opening.then(() => this.#offerImport(given));
  }

  /** Brings the window to the front, or makes one. */
  show(): void {
    if (this.#window !== null) return bringToFront(this.#window);
    const window = openWindow({
      ...this.#parts,
      title: () => this.#title(),
      onCrash: () => notify({ title: 'Thaw', body: this.#texts().crashed }, () => this.show()),
    });
    window.on('close', (event) => {
      if (this.#quitting === 'yes' || process.platform === 'darwin') return; // there the app lives on without a window
      event.preventDefault();
      app.quit();
    });
    window.on('closed', () => {
      this.#window = null;
    });
    this.#window = window;
  }

  /** A project named by a second start, a double click or a drop on the icon. */
  openFromOutside(folder: string | null): void {
    this.show();
    if (folder === null) return;
    void (isProject(folder) ? this.#openAsking(folder, false) : this.#offerImport(folder));
  }

  async #offerImport(folder: string): Promise<void> {
    await offerImport(folder, {
      window: this.#window,
      texts: this.#texts(),
      isOpen: this.#host.state().state === 'open',
      openNamed: async (name) => {
        const project = this.#placeFor(name);
        return (await this.#openAsking(project, !isProject(project)))?.state === 'open';
      },
      importFrom: async (path) => {
        const input = { paths: [path], splitFromFolders: false };
        const started = await this.#work.client()?.call('jobs.start', { command: 'library.import', input });
        return started ?? { ok: false, failure: { code: 'PROJECT_MISSING', message: 'No project is open.' } };
      },
      onFailure: (failure) => this.#tell(channels.failed, failure),
    });
  }

  #placeFor(project: string): string {
    return join(app.getPath('documents'), 'Thaw', project);
  }

  /** Of `before-quit`: false means that quitting has to wait for an answer or for the host; it then quits by itself. */
  mayQuit(): boolean {
    if (this.#quitting === 'yes') return true;
    if (this.#quitting === 'no') void this.#quit();
    return false;
  }

  async #quit(): Promise<void> {
    this.#quitting = 'asking';
    if (!(await this.#mayStopWork(this.#texts().stopAndQuit))) {
      this.#quitting = 'no';
      return;
    }
    if (this.#window !== null) this.#window.hide(); // stopping a training takes a moment
    await this.#host.close();
    this.#quitting = 'yes';
    app.quit();
  }

  async #mayStopWork(stop: string): Promise<boolean> {
    const running = this.#work.running();
    if (running.length === 0) return true;
    return await askToStop(this.#window, this.#texts(), { isTraining: isTraining(running), stop });
  }

  async #open(folder: string, create: boolean): Promise<ProjectState> {
    const state = await this.#host.open(folder, { create });
    if (state.state !== 'open') return state;
    const { memory, clock } = this.#parts;
    memory.change({ recent: withProject(memory.get().recent, folder, clock()) });
    app.addRecentDocument(folder);
    this.#updateMenu();
    if (create) await ensureMarker(folder);
    await this.#following;
    return state;
  }

  async #openAsking(folder: string, create: boolean): Promise<ProjectState | null> {
    const current = this.#host.state();
    if (!create && current.state === 'open' && current.folder === folder) return current;
    if (!(await this.#mayStopWork(this.#texts().stopAndOpen))) return null;
    return await this.#open(folder, create);
  }

  /** The first start: a project that can be tried within a minute. */
  async #openFirst(): Promise<void> {
    const folder = this.#placeFor(this.#texts().firstProject);
    const isNew = !isProject(folder);
    const state = await this.#open(folder, isNew);
    if (isNew && state.state === 'open')
      await this.#work.client()?.call('jobs.start', { command: 'project.add-sample', input: {} });
  }

  #onProject(state: ProjectState): void {
    this.#window?.setTitle(this.#title());
    this.#tell(channels.projectChanged, state);
    if (state.state === 'open') this.#following = this.#work.follow(this.#host).catch(() => undefined); // gone again: the next state tells
  }

  #onWork(running: readonly JobStatus[]): void {
    this.#keepAwake.set(running.length > 0);
    if (this.#window !== null) showProgress(this.#window, taskbarProgress(running));
  }

  async #onJobEnded(ended: Ended): Promise<void> {
    if (this.#window?.isFocused() || !isWorthTelling(ended)) return;
    const { job } = ended;
    const settings = await this.#work.client()?.call('settings.get', {});
    if (settings?.ok && !settings.value.notify) return;
    const words = this.#texts();
    const isOfTraining = isTraining([job]);
    const failed = isOfTraining ? words.trainingFailed : words.workFailed;
    const done = isOfTraining ? words.trainingDone : words.workDone;
    const why = this.#language() === 'en' ? job.failure?.message.split('\n')[0] : undefined; // the window says it in Chinese
    const body = why ?? this.#title();
    notify({ title: job.state === 'failed' ? failed : done, body }, () => this.show());
  }

  #answers(): Answers {
    const { memory } = this.#parts;
    return {
      [channels.connect]: (id, { sender }) => connectPage(this.#host, sender, id),
      [channels.projectState]: () => this.#host.state(),
      [channels.openProject]: (folder) => this.#chooseAndOpen(folder),
      [channels.newProject]: () => this.#makeNew(),
      [channels.recentProjects]: () => describeRecent(memory.get().recent),
      [channels.forgetProject]: (folder) => {
        memory.change({ recent: withoutProject(memory.get().recent, folder) });
        this.#updateMenu();
      },
      [channels.pickPhotos]: (kind) => choosePhotos(this.#window, this.#texts(), kind),
      [channels.pickWeights]: () => chooseWeights(this.#window, this.#texts()),
      [channels.pickPack]: () => choosePack(this.#window, this.#texts()),
      [channels.pickTarget]: (wish) => chooseTarget(this.#window, this.#texts(), wish),
      [channels.setTheme]: (theme) => {
        nativeTheme.themeSource = theme;
        memory.change({ theme });
      },
      [channels.setLanguage]: (language) => {
        memory.change({ language });
        this.#updateMenu();
      },
      [channels.revealInFolder]: (path) => system.showItemInFolder(path),
      [channels.copyText]: (text) => clipboard.writeText(text),
    };
  }

  async #chooseAndOpen(given: string | null): Promise<ProjectState | null> {
    const chosen = given ?? (await chooseProject(this.#window, this.#texts()));
    if (chosen === null) return null;
    return await this.#openAsking(projectFolderOf(chosen) ?? chosen, false);
  }

  async #makeNew(): Promise<ProjectState | null> {
    const folder = await chooseNewProject(this.#window, this.#texts());
    return folder === null ? null : await this.#openAsking(folder, !isProject(folder));
  }

  #updateMenu(): void {
    setMenu({
      texts: this.#texts(),
      isMac: process.platform === 'darwin',
      isDevelopment: !app.isPackaged,
      recent: describeRecent(this.#parts.memory.get().recent).filter(({ isThere }) => isThere),
      onCommand: (command: MenuCommand) => {
        this.show();
        this.#tell(channels.menu, command);
      },
      onNewProject: () => void this.#makeNew(),
      onOpenProject: (folder) => void this.#chooseAndOpen(folder ?? null),
      onLicences: () => void system.openPath(this.#parts.places.licences),
    });
  }

  #tell(channel: string, told: unknown): void {
    if (this.#window !== null && !this.#window.isDestroyed()) this.#window.webContents.send(channel, told);
  }

  #language(): Language {
    return this.#parts.memory.get().language ?? languageOfLocale(app.getLocale());
  }

  #texts(): Texts {
    return texts[this.#language()];
  }

  #title(): string {
    const state = this.#host.state();
    return state.state === 'none' ? 'Thaw' : `${projectName(state.folder)} – Thaw`;
  }

  projectFolder = (): string | null => {
    const state = this.#host.state();
    return state.state === 'open' || state.state === 'opening' ? state.folder : null;
  };
}
