import { useTranslation } from 'react-i18next';
import { type Format, formatOf } from './format.ts';

/** Intl formats of the language that is shown now. */
export function useFormat(): Format {
  return formatOf(useTranslation().i18n.language);
}
