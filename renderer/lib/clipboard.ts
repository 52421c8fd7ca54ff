import { findShell } from './client/connection.ts';

/** Puts text on the clipboard. */
export async function copyText(text: string): Promise<void> {
  const shell = findShell();
  if (shell !== null) return shell.copyText(text);
  await navigator.clipboard.writeText(text);
}
