/** Progress on the taskbar or dock. */
import type { BrowserWindow } from 'electron';

export function showProgress(window: BrowserWindow, progress: number | 'unknown' | null): void {
  if (progress === null) window.setProgressBar(-1);
  else if (progress === 'unknown') window.setProgressBar(2, { mode: 'indeterminate' });
  else window.setProgressBar(progress);
}
