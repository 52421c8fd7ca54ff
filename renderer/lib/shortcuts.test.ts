import { describe, expect, it } from 'vitest';
import { findShortcut, type KeyPress, keysOf, type Shortcut } from './shortcuts.ts';

const press = (key: string, part: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 0,
  ...part,
});
const shortcut = (keys: string): Shortcut => ({ keys, label: keys, group: 'test', run: () => {} });

describe('shortcuts', () => {
  it('have one spelling on every keyboard', () => {
    expect(keysOf(press('z', { ctrlKey: true }))).toBe('mod+z');
    expect(keysOf(press('Z', { metaKey: true, shiftKey: true }))).toBe('mod+shift+z');
    expect(keysOf(press('?', { shiftKey: true }))).toBe('?');
    expect(keysOf(press('ArrowLeft', { shiftKey: true }))).toBe('shift+ArrowLeft');
    expect(keysOf(press(' '))).toBe(' ');
  });

  it('do not fire while an input method composes, nor in a text field', () => {
    const sets = [[shortcut('1')]];
    expect(findShortcut(sets, press('1'), false)).not.toBeNull();
    expect(findShortcut(sets, press('1', { isComposing: true }), false)).toBeNull();
    expect(findShortcut(sets, press('1', { keyCode: 229 }), false)).toBeNull();
    expect(findShortcut(sets, press('Process'), false)).toBeNull();
    expect(findShortcut(sets, press('1'), true)).toBeNull();
  });

  it('of the view that came last win', () => {
    const later = shortcut('1');
    expect(findShortcut([[shortcut('1')], [later]], press('1'), false)).toBe(later);
  });
});
