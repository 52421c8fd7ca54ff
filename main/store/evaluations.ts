import type { ClassName, RunId, SplitSide } from '../../shared/domain/ids.ts';
import type { Evaluation } from '../../shared/domain/run.ts';
import type { ViewSet } from '../../shared/domain/view-set.ts';
import { perClassRates, wilsonInterval } from '../../shared/math/statistics.ts';
import { type ProjectDatabase, readRows, writeRow } from './statements.ts';

type EvaluationRow = {
  readonly runId: RunId;
  readonly side: SplitSide;
  readonly views: ViewSet;
  readonly correct: number;
  readonly total: number;
  readonly confusionJson: string;
  readonly classesJson: string;
};

/** Records an evaluation; the same run, side and views again replace it. Only counts are stored. */
export function upsertEvaluation(database: ProjectDatabase, evaluation: Evaluation, evaluatedAt: Date): void {
  writeRow(
    database,
    `INSERT INTO evaluation (run_id, side, views, correct, total, confusion_json, classes_json, evaluated_at)
     VALUES (@runId, @side, @views, @correct, @total, @confusionJson, @classesJson, @evaluatedAt)
     ON CONFLICT (run_id, side, views) DO UPDATE SET correct = excluded.correct, total = excluded.total,
       confusion_json = excluded.confusion_json, classes_json = excluded.classes_json,
       evaluated_at = excluded.evaluated_at`,
    {
      runId: evaluation.runId,
      side: evaluation.side,
      views: evaluation.views,
      correct: evaluation.correct,
      total: evaluation.total,
      confusionJson: JSON.stringify(evaluation.confusion),
      classesJson: JSON.stringify(evaluation.perClass.map((figures) => figures.name)),
      evaluatedAt: evaluatedAt.toISOString(),
    },
  );
}

/** A run's evaluations; accuracy, interval and the figures of each class are derived from the counts. */
export function listEvaluations(database: ProjectDatabase, runId: RunId): Evaluation[] {
  const sql = `SELECT run_id AS runId, side, views, correct, total, confusion_json AS confusionJson,
      classes_json AS classesJson FROM evaluation WHERE run_id = @runId ORDER BY side, views`;
  return readRows<EvaluationRow>(database, sql, { runId }).map(toEvaluation);
}

function toEvaluation({ confusionJson, classesJson, ...counts }: EvaluationRow): Evaluation {
  const confusion = JSON.parse(confusionJson) as number[][];
  const names = JSON.parse(classesJson) as ClassName[];
  return {
    ...counts,
    accuracy: counts.total === 0 ? 0 : counts.correct / counts.total,
    interval: wilsonInterval(counts.correct, counts.total),
    confusion,
    perClass: perClassRates(confusion).map((rates, label) => ({ name: names[label]!, ...rates })),
  };
}
