/** The window: made, restored to where it was, reloaded after a crash of its page. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { ShellVersions } from '../../shared/contract/shell.ts';
import { isOwnPage } from './hardening.ts';
import type { Places } from './places.ts';
import { APP_ORIGIN } from './protocols.ts';
import type { StateFile } from './state-file.ts';
import { MINIMUM, restoreBounds } from './window-bounds.ts';

const BACKGROUND = { light: '#f7f7f8', dark: '#17181a' } as const; // as the page's own, so that nothing flashes
const CRASHES_IN_A_ROW = 3;
const CRASH_WINDOW_MS = 60_000;

export type WindowParts = {
  readonly places: Places;
  readonly memory: StateFile;
  readonly versions: ShellVersions;
  readonly title: () => string;
  readonly onCrash: () => void; // the page was loaded again
};

export function openWindow(parts: WindowParts): BrowserWindow {
  const { places, memory, versions } = parts;
  const remembered = memory.get();
  const [primary, displays] = [screen.getPrimaryDisplay(), screen.getAllDisplays()];
  const areas = [primary, ...displays].map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...restoreBounds(remembered.bounds, areas),
    minWidth: MINIMUM.width,
    minHeight: MINIMUM.height,
    show: false,
    title: parts.title(),
    icon: places.icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: places.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      additionalArguments: [`--thaw-versions=${encodeURIComponent(JSON.stringify(versions))}`],
    },
  });
  if (remembered.isMaximised) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('page-title-updated', (event) => event.preventDefault()); // the title is the project's
  rememberBounds(window, memory);
  reloadAfterCrash(window, parts.onCrash);
  void window.loadURL(`${APP_ORIGIN}/index.html`);
  return window;
}

function rememberBounds(window: BrowserWindow, memory: StateFile): void {
  window.on('close', () => {
    memory.change({ bounds: window.getNormalBounds(), isMaximised: window.isMaximized() });
  });
}

/** A page that falls again and again is left alone; the person can still reload it from the menu. */
function reloadAfterCrash(window: BrowserWindow, onCrash: () => void): void {
  let crashesMs: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    process.stderr.write(`thaw: the page ended (${details.reason}, ${details.exitCode})\n`);
    const nowMs = performance.now();
    crashesMs = [...crashesMs.filter((atMs) => nowMs - atMs < CRASH_WINDOW_MS), nowMs];
    if (crashesMs.length > CRASHES_IN_A_ROW) return;
    const url = window.webContents.getURL();
    void window.loadURL(isOwnPage(url) ? url : `${APP_ORIGIN}/index.html`).then(onCrash, () => undefined);
  });
}

/** Shows a window that may be hidden, minimised or behind others. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
