import { AppError } from '../../shared/contract/errors.ts';
import { type EnsembleId, EnsembleRecord, type EnsembleTest } from '../../shared/domain/ensemble.ts';
import { findRow, type ProjectDatabase, readRows, writeRow } from './statements.ts';

type EnsembleRow = {
  readonly ensembleId: string;
  readonly name: string;
  readonly membersJson: string;
  readonly method: string;
  readonly best: string;
  readonly classesJson: string;
  readonly createdAt: string;
  readonly testJson: string | null;
};

const COLUMNS = `id AS ensembleId, name, members_json AS membersJson, method, best_run_id AS best,
  classes_json AS classesJson, created_at AS createdAt, test_json AS testJson`;

export function insertEnsemble(database: ProjectDatabase, ensemble: EnsembleRecord): void {
  const { ensembleId, name, members, method, best, classes, createdAt } = ensemble;
  writeRow(
    database,
    `INSERT INTO ensemble (id, name, members_json, method, best_run_id, classes_json, created_at)
     VALUES (@ensembleId, @name, @membersJson, @method, @best, @classesJson, @createdAt)`,
    {
      ...{ ensembleId, name, method, best, createdAt },
      membersJson: JSON.stringify(members),
      classesJson: JSON.stringify(classes),
    },
  );
}

/** The newest first. */
export function listEnsembles(database: ProjectDatabase): EnsembleRecord[] {
  return readRows<EnsembleRow>(database, `SELECT ${COLUMNS} FROM ensemble ORDER BY created_at DESC, id`).map(toRecord);
}

/** Throws NOT_FOUND. */
export function findEnsemble(database: ProjectDatabase, ensembleId: EnsembleId): EnsembleRecord {
  const row = findRow<EnsembleRow>(database, `SELECT ${COLUMNS} FROM ensemble WHERE id = @ensembleId`, { ensembleId });
  if (row === null)
    throw new AppError(
      'NOT_FOUND',
      `There is no ensemble ${ensembleId} here. Evaluate ('thaw ensemble list') shows them.`,
    );
  return toRecord(row);
}

/** Keeps what it answered on the test photos. */
export function setEnsembleTest(database: ProjectDatabase, ensembleId: EnsembleId, test: EnsembleTest): void {
  const testJson = JSON.stringify(test);
  writeRow(database, 'UPDATE ensemble SET test_json = @testJson WHERE id = @ensembleId', { ensembleId, testJson });
}

/** How many went: 0 or 1. */
export function deleteEnsemble(database: ProjectDatabase, ensembleId: EnsembleId): number {
  return writeRow(database, 'DELETE FROM ensemble WHERE id = @ensembleId', { ensembleId }).changes;
}

function toRecord({ membersJson, classesJson, testJson, ...plain }: EnsembleRow): EnsembleRecord {
  return EnsembleRecord.parse({
    ...plain,
    members: JSON.parse(membersJson),
    classes: JSON.parse(classesJson),
    test: testJson === null ? null : JSON.parse(testJson),
  });
}
