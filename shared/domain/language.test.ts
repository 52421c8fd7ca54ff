import { expect, it } from 'vitest';
import { languageOfLocale } from './language.ts';

it('is Chinese for Chinese of any kind, else English', () => {
  expect(['zh', 'zh-TW', 'zh_CN'].map(languageOfLocale)).toEqual(['zh-CN', 'zh-CN', 'zh-CN']);
  expect(['en-GB', 'de', ''].map(languageOfLocale)).toEqual(['en', 'en', 'en']);
});
