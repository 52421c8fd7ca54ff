import type { RunId } from '../../shared/domain/ids.ts';
import type { EpochReport } from '../../shared/domain/run.ts';
import { findRow, type ProjectDatabase, readRows, writeRow } from './statements.ts';

/** Records an epoch; an epoch that is played again after a resume replaces its first record. */
export function upsertEpoch(database: ProjectDatabase, runId: RunId, report: EpochReport): void {
  writeRow(
    database,
    `INSERT INTO epoch_metric (run_id, epoch, train_loss_nats, train_accuracy, val_loss_nats, val_accuracy,
       learning_rate, elapsed_ms)
     VALUES (@runId, @epoch, @trainLoss, @trainAccuracy, @valLoss, @valAccuracy, @learningRate, @elapsedMs)
     ON CONFLICT (run_id, epoch) DO UPDATE SET train_loss_nats = excluded.train_loss_nats,
       train_accuracy = excluded.train_accuracy, val_loss_nats = excluded.val_loss_nats,
       val_accuracy = excluded.val_accuracy, learning_rate = excluded.learning_rate, elapsed_ms = excluded.elapsed_ms`,
    { runId, ...report },
  );
}

export function listEpochs(database: ProjectDatabase, runId: RunId): EpochReport[] {
  return readRows(
    database,
    `SELECT epoch, train_loss_nats AS trainLoss, train_accuracy AS trainAccuracy, val_loss_nats AS valLoss,
       val_accuracy AS valAccuracy, learning_rate AS learningRate, elapsed_ms AS elapsedMs
     FROM epoch_metric WHERE run_id = @runId ORDER BY epoch`,
    { runId },
  );
}

/** Notes that a run was shown the test side. */
export function insertTestLook(
  database: ProjectDatabase,
  look: { readonly runId: RunId; readonly views: string; readonly lookedAt: Date },
): void {
  writeRow(database, `INSERT INTO test_look (run_id, views, looked_at) VALUES (@runId, @views, @lookedAt)`, {
    runId: look.runId,
    views: look.views,
    lookedAt: look.lookedAt.toISOString(),
  });
}

/** How often this project's test side was looked at; looks of deleted runs count. */
export function countTestLooks(database: ProjectDatabase): number {
  return findRow<{ looks: number }>(database, `SELECT count(*) AS looks FROM test_look`)!.looks;
}
