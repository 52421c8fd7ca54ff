import { Kbd, Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { useText } from '../lib/i18n/i18n.ts';
import { type Shortcut, shortcutsStore } from '../lib/shortcuts.ts';
import styles from './ShortcutSheet.module.css';

export const sheetStore = createStore<{ readonly isOpen: boolean }>(() => ({ isOpen: false }));

/** Every shortcut that works now, by group. */
export function ShortcutSheet() {
  const t = useText('app');
  const isOpen = useStore(sheetStore, (state) => state.isOpen);
  const sets = useStore(shortcutsStore, (state) => state.sets);
  const shown = sets.flat().filter((shortcut) => shortcut.isHidden !== true);
  const groups = [...new Set(shown.map(({ group }) => group))];
  return (
    <Modal
      opened={isOpen}
      onClose={() => sheetStore.setState({ isOpen: false })}
      title={t('shortcuts')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {groups.map((group) => (
        <ShortcutGroup key={group} title={group} shortcuts={shown.filter((one) => one.group === group)} />
      ))}
    </Modal>
  );
}

type ShortcutGroupProps = { readonly title: string; readonly shortcuts: readonly Shortcut[] };

function ShortcutGroup({ title, shortcuts }: ShortcutGroupProps) {
  return (
    <section className={styles.group}>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.list}>
        {shortcuts.map(({ keys, label }) => (
          <Fragment key={keys}>
            <dt>{label}</dt>
            <dd className={styles.keys}>
              {shownKeys(keys).map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  mod: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
};

function shownKeys(keys: string): readonly string[] {
  const isMac = /mac/i.test(navigator.platform);
  return keys
    .split('+')
    .map((key) => (key === 'mod' && isMac ? '⌘' : (NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))));
}
