import { z } from 'zod';

/** Languages that Thaw speaks. */
export const Language = z.enum(['en', 'zh-CN']);
export type Language = z.infer<typeof Language>;

/** The language for a locale of a system or a browser: Chinese of any kind, else English. */
export function languageOfLocale(locale: string): Language {
  return locale.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
