/** Keyboard shortcuts: views register theirs while they are on screen; one listener; '?' lists them. */
import { useEffect, useRef } from 'react';
import { createStore } from 'zustand/vanilla';

/** keys: 'mod+z', 'shift+ArrowLeft', '1', '?', ' ' (mod: Ctrl, on a Mac Command). label: what it does, translated. */
export type Shortcut = {
  readonly keys: string;
  readonly label: string;
  readonly group: string;
  readonly run: (event: KeyboardEvent) => void;
  readonly isHidden?: boolean; // not in the sheet: a second key for the same thing
};

export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing' | 'keyCode'
>;

export const shortcutsStore = createStore<{ readonly sets: readonly (readonly Shortcut[])[] }>(() => ({ sets: [] }));

/** 'mod+shift+z' of a key press. Shift is left out where the key itself tells it ('?'). */
export function keysOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): string {
  const isSymbol = key.length === 1 && key !== ' ' && key.toLowerCase() === key.toUpperCase() && !/[0-9]/.test(key);
  const parts = [ctrlKey || metaKey ? 'mod' : '', altKey ? 'alt' : '', shiftKey && !isSymbol ? 'shift' : ''];
  return [...parts.filter((part) => part !== ''), key.length === 1 ? key.toLowerCase() : key].join('+');
}

/** What a key press asks for; none while an input method composes, and none in a text field but those with mod. */
export function findShortcut(
  sets: readonly (readonly Shortcut[])[],
  press: KeyPress,
  isInField: boolean,
): Shortcut | null {
  if (press.isComposing || press.keyCode === 229 || press.key === 'Process' || isInField) return null;
  const keys = keysOf(press);
  for (const set of sets.toReversed()) {
    const found = set.find((shortcut) => shortcut.keys === keys);
    if (found !== undefined) return found;
  }
  return null;
}

const FIELDS =
  'input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox]';

/** Keys that a focused control needs for itself. */
const WIDGET_KEYS = /^(Arrow|Home$|End$| $|Enter$)/;
const WIDGETS = 'button, a, input, [role=slider], [role=tablist], [role=radiogroup]';

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const isInField =
    event.target instanceof Element &&
    (event.target.closest(FIELDS) !== null || (WIDGET_KEYS.test(event.key) && event.target.closest(WIDGETS) !== null));
  const shortcut = findShortcut(shortcutsStore.getState().sets, event, isInField);
  if (shortcut === null) return;
  event.preventDefault();
  shortcut.run(event);
}

/** Starts listening; once. */
export function listenToKeys(): () => void {
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

/** Registers shortcuts while the component is there; later ones win. The array may change at each render. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const signature = shortcuts.map(({ keys, label, group }) => `${keys}\t${label}\t${group}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for the array
  useEffect(() => {
    const set = latest.current.map((shortcut, at) => ({
      ...shortcut,
      run: (event: KeyboardEvent) => latest.current[at]?.run(event),
    }));
    shortcutsStore.setState(({ sets }) => ({ sets: [...sets, set] }));
    return () => shortcutsStore.setState(({ sets }) => ({ sets: sets.filter((one) => one !== set) }));
  }, [signature]);
}
