/** What the shell keeps in step: theme and language with the settings, the native menu and keys with the views. */
import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import type { MenuCommand } from '../../shared/contract/shell.ts';
import { findShell } from '../lib/client/connection.ts';
import { useAction, useCommand } from '../lib/client/hooks.ts';
import { dropTargets } from '../lib/drop-target.ts';
import { languageOf, setLanguage, useText } from '../lib/i18n/i18n.ts';
import { loadSaid } from '../lib/i18n/use-said.ts';
import { notifyFailure } from '../lib/notify.tsx';
import { goTo } from '../lib/router.ts';
import { useShortcuts } from '../lib/shortcuts.ts';
import { choosePack, useImportPack } from '../lib/use-packs.ts';
import { sheetStore } from './ShortcutSheet.tsx';

/** Theme and language as Settings say. */
export function useSettingsEffects(): void {
  const settings = useCommand('settings.get', {}).data;
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const theme = settings?.theme;
  const language = settings?.language;
  useEffect(() => {
    if (theme === undefined) return;
    setColorScheme(theme === 'system' ? 'auto' : theme);
    void findShell()?.setTheme(theme);
  }, [theme, setColorScheme]);
  useEffect(() => {
    if (language === undefined) return;
    const shown = languageOf(language, navigator.languages);
    setLanguage(shown);
    void loadSaid(shown);
    void findShell()?.setLanguage(shown);
  }, [language]);
}

const VIEW_KEYS = ['photos', 'train', 'use', 'runs', 'compare', 'settings', 'sweeps'] as const;

/** Keys that work in every view: Alt+1..7 change the view, '?' lists the keys. */
export function useShellShortcuts(): void {
  const t = useText('app');
  const group = t('groupGeneral');
  useShortcuts([
    { keys: '?', label: t('showShortcuts'), group, run: () => sheetStore.setState({ isOpen: true }) },
    ...VIEW_KEYS.map((id, at) => ({
      keys: `alt+${at + 1}`,
      label: t('goToView', { view: t(id) }),
      group,
      run: () => goTo(id),
    })),
  ]);
}

/** Carries out what the native menu asks for. */
export function useMenuCommands(): void {
  const undo = useAction('library.undo');
  const redo = useAction('library.redo');
  const importPack = useImportPack();
  useEffect(() => {
    const shell = findShell();
    return shell?.onMenu((command) => {
      if (isInField() && (command === 'undo' || command === 'redo' || command === 'select-all'))
        return void document.execCommand(command === 'select-all' ? 'selectAll' : command);
      if (command === 'undo') return undo.mutate({});
      if (command === 'redo') return redo.mutate({});
      if (command === 'import-pack') return void choosePack(importPack);
      carryOut(command);
    });
  }, [undo.mutate, redo.mutate, importPack]);
}

/** Says why something could not be done that was asked for outside of the page. */
export function useShellFailures(): void {
  useEffect(() => findShell()?.onFailure(notifyFailure), []);
}

function isInField(): boolean {
  return document.activeElement?.matches('input, textarea, [contenteditable=true]') === true;
}

function carryOut(command: MenuCommand): void {
  const shell = findShell();
  switch (command) {
    case 'show-photos':
    case 'show-train':
    case 'show-use':
    case 'show-runs':
    case 'show-compare':
    case 'show-settings':
    case 'show-sweeps':
      return goTo(command.slice('show-'.length));
    case 'show-doctor':
    case 'show-about':
      return goTo('settings', command.slice('show-'.length));
    case 'export-project':
      return goTo('settings', 'packs');
    case 'show-shortcuts':
      return sheetStore.setState({ isOpen: true });
    case 'import-files':
    case 'import-folder':
      goTo('photos');
      void shell?.pickPhotos(command === 'import-files' ? 'files' : 'folder').then((paths) => {
        if (paths.length > 0) dropTargets.getState().targets.at(0)?.onPaths(paths);
      });
      return;
    default:
      window.dispatchEvent(new CustomEvent(`thaw:${command}`));
  }
}
