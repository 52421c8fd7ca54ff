import { useText } from '../../lib/i18n/i18n.ts';
import { useSaid } from '../../lib/i18n/use-said.ts';
import type { Problem } from './draft.ts';

/** Why a sweep cannot be started as it is written; '' where nothing is wrong. */
export function useProblemText(problem: Problem | null): string {
  const t = useText('sweeps');
  const said = useSaid();
  if (problem === null) return '';
  const { kind, name, detail } = problem;
  return t(`problems.${kind}`, { detail: withoutName(said(detail), name) });
}

/** A schema names the setting as programs do; the line that shows this names it for people. */
function withoutName(detail: string, name: string | null): string {
  return name !== null && detail.startsWith(name) ? detail.slice(name.length).replace(/^[:：]? */, '') : detail;
}
