import type { FreezeDepth } from './freeze-depth.ts';
import { useText } from './i18n/i18n.ts';
import { useStageTitle } from './stage-title.ts';

/** What learned, in words. */
export function useDepthText(): (depth: FreezeDepth) => string {
  const t = useText('runs');
  const stageTitle = useStageTitle();
  return ({ kind, title }) => t(`depth.${kind}`, { title: stageTitle(title) });
}
