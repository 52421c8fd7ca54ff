/** What the host says in English, in Chinese where that is shown: its sentences are loaded in Chinese only. */
import { useSyncExternalStore } from 'react';
import { currentLanguage, useText } from './i18n.ts';
import { createSaid, type Said } from './said.ts';

let chinese: Said | null = null;
const listeners = new Set<() => void>();

const asItIs: Said = (text) => text;

export async function loadSaid(): Promise<void> {
  if (chinese !== null) return;
  const { templates } = await import('../../locales/zh-CN/said/templates.ts');
  chinese = createSaid(templates);
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A text of the host in the language of the moment, outside React. */
export function saidNow(text: string): string {
  return currentLanguage() === 'zh-CN' ? (chinese ?? asItIs)(text) : text;
}

/** Says texts of the host in the person's language; re-renders when that changes or its sentences have come. */
export function useSaid(): Said {
  useText('app');
  useSyncExternalStore(listen, () => chinese);
  return saidNow;
}
