/** Runs as the table shows, sorts and filters them. */
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunRecord, RunStatus } from '../../../shared/domain/run.ts';
import { wilsonInterval } from '../../../shared/math/statistics.ts';
import { type AugmentationKind, augmentationKind } from '../../lib/augmentation-kind.ts';
import { type FreezeDepth, freezeDepthOf } from '../../lib/freeze-depth.ts';

export type RunRow = {
  readonly run: RunRecord;
  readonly runId: RunId;
  readonly name: string;
  readonly status: RunStatus;
  readonly tags: readonly string[];
  readonly backbone: string;
  readonly depth: FreezeDepth | null; // null: a network that this program does not know
  readonly learningShare: number; // of the stages, 0 to 1; what the column sorts by
  readonly augmentation: AugmentationKind;
  readonly accuracy: number | null; // best on validation, or by cross-validation
  readonly interval: readonly [number, number] | null; // 95 %, Wilson
  readonly isCrossValidated: boolean;
  readonly epochs: number; // at most
  readonly bestEpoch: number | null; // from 1, as people count
  readonly elapsedMs: number | null; // features and training
  readonly device: string;
  readonly at: string; // ISO; when it ended, else when it was asked for
};

/** `nameOf` says what to call a run that nobody named. */
export function runRow(run: RunRecord, nameOf: (run: RunRecord) => string = ({ name }) => name): RunRow {
  const { config, selectionCorrect, selectionTotal, featuriseMs, trainMs } = run;
  const depth = freezeDepthOf(config.backbone, config.frozenThrough);
  return {
    run,
    runId: run.runId,
    name: nameOf(run),
    status: run.status,
    tags: run.tags,
    backbone: config.backbone,
    depth,
    learningShare: depth === null ? 0 : 1 - depth.frozen / depth.stages,
    augmentation: augmentationKind(config.augmentation),
    accuracy: run.bestValAccuracy,
    interval:
      selectionCorrect === null || selectionTotal === null ? null : wilsonInterval(selectionCorrect, selectionTotal),
    isCrossValidated: config.selection.kind === 'cross-validation',
    epochs: config.recipe.epochs,
    bestEpoch: run.bestEpoch === null ? null : run.bestEpoch + 1,
    elapsedMs: trainMs === null ? null : (featuriseMs ?? 0) + trainMs,
    device: deviceOf(run),
    at: run.finishedAt ?? run.queuedAt,
  };
}

/** What trained it, without versions: 'tensorflow-cpu'. */
export function deviceOf({ device }: Pick<RunRecord, 'device'>): string {
  const trainer = device?.trainer ?? device?.executor;
  return typeof trainer === 'string' ? (trainer.split(' ')[0] ?? '') : '';
}

export type RunFilter = { readonly text: string; readonly status: RunStatus | null; readonly tag: string | null };
export const NO_RUN_FILTER: RunFilter = { text: '', status: null, tag: null };

/** Rows in which every word of the text stands: in the name, a tag, the note, the backbone or the id. */
export function filteredRuns(rows: readonly RunRow[], { text, status, tag }: RunFilter): readonly RunRow[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (status !== null && row.status !== status) return false;
    if (tag !== null && !row.tags.includes(tag)) return false;
    const all = [row.name, ...row.tags, row.run.note, row.backbone, row.runId].join('\n').toLocaleLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Every tag in use, once, sorted. */
export function tagsOf(rows: readonly RunRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ tags }) => tags))].toSorted((a, b) => a.localeCompare(b));
}

/** Ascending; what has no value comes first, so that it is last when the best are on top. */
export function compareMaybe(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a - b;
}
