import { useText } from '../../lib/i18n/i18n.ts';
import type { Said } from '../../lib/i18n/said.ts';
import { useSaid } from '../../lib/i18n/use-said.ts';
import type { Problem } from './draft.ts';

/** Why a sweep cannot be started as it is written; '' where nothing is wrong. */
export function useProblemText(problem: Problem | null): string {
  const t = useText('sweeps');
  const said = useSaid();
  if (problem === null) return '';
  return t(`problems.${problem.kind}`, { detail: withoutName(problem, said) });
}

/** A schema names the setting as programs do; the line that shows this names it for people. */
function withoutName({ detail, name }: Problem, said: Said): string {
  if (name === null) return said(detail);
  const start = `${name} cannot be `;
  if (detail.startsWith(start)) return detail.slice(start.length); // the value and what its schema says, in the language that is shown
  const shown = said(detail);
  return shown.startsWith(name) ? shown.slice(name.length).replace(/^[:：] ?/, '') : shown;
}
