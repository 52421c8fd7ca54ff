/** What the host says in English, in Chinese where that is shown: its sentences are loaded in Chinese only. */
import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import english from 'zod/v4/locales/en.js';
import type { Language } from '../../../shared/domain/language.ts';
import { currentLanguage, useText } from './i18n.ts';
import { createSaid, type Said } from './said.ts';

let chinese: Said | null = null;
const listeners = new Set<() => void>();

const asItIs: Said = (text) => text;

/** To be called with the language that is shown; what schemas say of wrong values follows it too. */
export async function loadSaid(language: Language): Promise<void> {
  if (language !== 'zh-CN') {
    z.config(english());
    return;
  }
  const [{ templates }, { default: faults }] = await Promise.all([
    import('../../locales/zh-CN/said/templates.ts'),
    import('zod/v4/locales/zh-CN.js'),
  ]);
  if (currentLanguage() === 'zh-CN') z.config(faults());
  chinese ??= createSaid(templates);
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
