import type { RunRecord } from '../../shared/domain/run.ts';
import { freezeDepthOf } from './freeze-depth.ts';
import { useText } from './i18n/i18n.ts';
import { useDepthText } from './use-depth-text.ts';

/** What to call a run: its name, or what it is where nobody named it (its name is then its id). */
export function useRunName(): (run: Pick<RunRecord, 'name' | 'runId' | 'config'>) => string {
  const t = useText('runs');
  const depthText = useDepthText();
  return ({ name, runId, config }) => {
    if (name !== runId) return name;
    const depth = freezeDepthOf(config.backbone, config.frozenThrough);
    return t('unnamed', {
      depth: depth === null ? config.frozenThrough : depthText(depth),
      id: runId.slice(-4),
    });
  };
}
