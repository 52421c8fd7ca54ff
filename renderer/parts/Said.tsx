import { currentLanguage } from '../lib/i18n/i18n.ts';
import { useSaid } from '../lib/i18n/use-said.ts';

type SaidProps = { readonly text: string };

/** A text of the host: in the person's language where it is known, else in English and told to be that. */
export function Said({ text }: SaidProps) {
  const shown = useSaid()(text);
  const isEnglish = currentLanguage() !== 'en' && /[a-z]{3}/i.test(shown) && !/\p{Script=Han}/u.test(shown);
  return isEnglish ? <span lang="en">{text}</span> : shown;
}
