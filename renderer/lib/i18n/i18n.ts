/** Texts in the person's language. Keys are typed: an unknown key does not compile. */
import i18next, { type TFunction } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Settings } from '../../../shared/contract/machine.ts';
import { type Language, languageOfLocale } from '../../../shared/domain/language.ts';
import { chinese, english, type Namespace, type Texts } from '../../locales/namespaces.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: Texts;
    returnNull: false;
  }
}

/** The language to show: the chosen one, else the system's where it is Chinese, else English. */
export function languageOf(chosen: Settings['language'], systemLanguages: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  return languageOfLocale(systemLanguages[0] ?? '');
}

/** Starts i18next; synchronous, since every text is in the bundle. */
export function startTexts(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    defaultNS: 'app',
    ns: Object.keys(english),
    resources: { en: english, 'zh-CN': chinese },
    interpolation: { escapeValue: false }, // React escapes
    initAsync: false,
    returnNull: false,
  });
}

export function setLanguage(language: Language): void {
  document.documentElement.lang = language;
  if (i18next.language !== language) void i18next.changeLanguage(language);
}

export function currentLanguage(): Language {
  return i18next.language === 'zh-CN' ? 'zh-CN' : 'en';
}

/** `t('key', { count })` of one namespace; re-renders when the language changes. */
export function useText<N extends Namespace>(namespace: N): TFunction<N> {
  return useTranslation(namespace).t as unknown as TFunction<N>;
}

/** A text outside React, of the moment it is asked for. */
export function textOf<N extends Namespace>(namespace: N): TFunction<N> {
  return i18next.getFixedT(null, namespace) as unknown as TFunction<N>;
}
