import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { MenuCommand } from '../../shared/contract/shell.ts';
import { menuTemplate } from './menu-template.ts';
import { texts } from './texts.ts';

type Item = MenuItemConstructorOptions;

function build(isMac: boolean, onCommand: (command: MenuCommand) => void = () => undefined): Item[] {
  const nothing = (): void => undefined;
  const parts = { isMac, isDevelopment: false, recent: [{ folder: '/a&b', name: 'a&b' }], onCommand };
  return flatten(
    menuTemplate({ ...parts, texts: texts.en, onNewProject: nothing, onOpenProject: nothing, onLicences: nothing }),
  );
}
function flatten(items: readonly Item[]): Item[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
}

describe.each([
  ['macOS', true],
  ['elsewhere', false],
] as const)('the menu on %s', (_where, isMac) => {
  it('has every command once, and a click tells it', () => {
    const told: string[] = [];
    const items = build(isMac, (command) => told.push(command));
    for (const command of MenuCommand.options) {
      const found = items.filter(({ id }) => id === command);
      expect(found.map(({ id }) => id)).toEqual([command]);
      const click = found[0]?.click as (() => void) | undefined;
      click?.();
    }
    expect(told).toEqual(MenuCommand.options);
  });

  it('gives no key twice', () => {
    const keys = build(isMac).flatMap(({ accelerator }) =>
      accelerator === undefined ? [] : [accelerator.toString().replace('CmdOrCtrl', 'Cmd')],
    );
    expect(keys.length).toBeGreaterThan(10);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('texts', () => {
  it('are complete in both languages, and no Chinese one is left in English', () => {
    for (const [key, text] of Object.entries(texts['zh-CN'])) {
      expect(text.trim(), key).not.toBe('');
      expect(text, key).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('shows an ampersand in the name of a recent project as one', () => {
    expect(build(false).some(({ label }) => label === 'a&&b  –  /a&&b')).toBe(true);
  });
});
