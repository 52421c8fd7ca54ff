import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../shared/contract/errors.ts';
import { Phase } from '../../shared/contract/progress.ts';
import { RunLogKind } from '../../shared/domain/run-log.ts';
import { JOB_NAMES } from '../lib/job-name.ts';
import { chinese, english } from './namespaces.ts';

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, text]) =>
      typeof text === 'string' ? [[`${prefix}${key}`, text] as const] : [...flatten(text, `${prefix}${key}.`)],
    ),
  );
}

const folder = join(import.meta.dirname, '..');
const sources = globSync('{app,lib,parts,views}/**/*.{ts,tsx}', { cwd: folder })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(folder, path), 'utf8'))
  .join('\n');
const variables = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).sort();

describe.each(Object.keys(english) as (keyof typeof english)[])('the texts of %s', (namespace) => {
  const inEnglish = flatten(english[namespace]);
  const inChinese = flatten(chinese[namespace]);

  it('are there in both languages, but for forms that Chinese does not have', () => {
    const needed = [...inEnglish.keys()].filter((key) => !key.endsWith('_one'));
    expect([...inChinese.keys()].filter((key) => !key.endsWith('_one')).sort()).toEqual(needed.sort());
  });

  it('say the same values in both languages', () => {
    for (const [key, text] of inChinese) expect([key, variables(text)]).toEqual([key, variables(inEnglish.get(key)!)]);
  });

  it('are words: none is empty, and no English is left in Chinese', () => {
    for (const text of [...inEnglish.values(), ...inChinese.values()]) expect(text.trim()).not.toBe('');
    for (const [key, text] of inChinese) if (/[a-z]{4,} [a-z]{4,}/i.test(text)) expect.fail(`${key}: ${text}`);
  });

  it('are punctuated in Chinese as Chinese is', () => {
    for (const text of inChinese.values()) expect(text).not.toMatch(/(\p{Script=Han}|\}\})[,:;!?]/u);
  });

  it('have keys without a dot of their own, which i18next would take for a path', () => {
    const parts = (tree: Tree): readonly string[] =>
      Object.entries(tree).flatMap(([key, text]) => [key, ...(typeof text === 'string' ? [] : parts(text))]);
    for (const key of parts(english[namespace])) expect(key).not.toMatch(/[.:]/);
  });

  it('are all used', () => {
    if (namespace === 'errors') return; // the failure codes, below
    const unused = [...inEnglish.keys()].filter((key) => {
      const name = key.replace(/_(one|other)$/, '');
      const group = name.slice(0, name.lastIndexOf('.') + 1);
      const isBuilt = group !== '' && sources.includes(`\`${group}\${`);
      return !isBuilt && !sources.includes(`'${name}'`) && !sources.includes(`"${name}"`);
    });
    expect(unused).toEqual([]);
  });
});

it('every failure code, phase, job and kind of log entry has its words', () => {
  expect(Object.keys(english.run.logKinds).sort()).toEqual([...RunLogKind.options].sort());
  expect(Object.keys(english.errors).sort()).toEqual([...ErrorCode.options].sort());
  expect(Object.keys(english.app.phases).sort()).toEqual([...Phase.options].sort());
  const named = Object.keys(english.app.jobs).map((key) => `jobs.${key}`);
  expect(named.sort()).toEqual([...new Set<string>(Object.values(JOB_NAMES))].toSorted());
});
