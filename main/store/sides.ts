import { createHash } from 'node:crypto';
import { type ClassName, Sha256, type SplitSide } from '../../shared/domain/ids.ts';
import { assignSplit, DEFAULT_FRACTIONS, type SplitFractions, type SplitGroup } from '../../shared/math/split.ts';
import { listClasses } from './classes.ts';
import { setGroupSide } from './images.ts';
import { inTransaction, type ProjectDatabase, readRows } from './statements.ts';

type GroupRow = { readonly groupId: string; readonly className: ClassName | null; readonly side: SplitSide | null };

/** Gives a side to every labelled photo that has none (see assignSplit); the number of photos that got one. */
export function assignSides(database: ProjectDatabase, fractions: SplitFractions = DEFAULT_FRACTIONS): number {
  return inTransaction(database, () => {
    let assigned = 0;
    for (const [groupId, side] of planSides(database, fractions)) assigned += setGroupSide(database, groupId, side);
    return assigned;
  });
}

/** The side that every group has or would be given now, by group id; nothing is written. */
export function planSides(
  database: ProjectDatabase,
  fractions: SplitFractions = DEFAULT_FRACTIONS,
): Map<string, SplitSide> {
  const rows = readRows<GroupRow>(
    database,
    `SELECT group_id AS groupId, class.name AS className, side
     FROM image LEFT JOIN class ON class.id = image.class_id WHERE excluded = 0 ORDER BY image.sha256`,
  );
  const { groups, existing } = collectGroups(rows);
  return assignSplit({ groups, existing, fractions });
}

function collectGroups(rows: readonly GroupRow[]): { groups: SplitGroup[]; existing: Map<string, SplitSide> } {
  const labels = new Map<string, (string | null)[]>();
  const existing = new Map<string, SplitSide>();
  for (const { groupId, className, side } of rows) {
    const group = labels.get(groupId);
    if (group === undefined) labels.set(groupId, [className]);
    else group.push(className);
    if (side !== null) existing.set(groupId, side);
  }
  return { groups: [...labels].map(([groupId, list]) => ({ groupId, labels: list })), existing };
}

/** What was learnt from: the classes in the order of the logits, and every labelled photo that was not taken out, with its class. */
export function datasetHash(database: ProjectDatabase): Sha256 {
  const rows = readRows<{ imageId: string; name: string }>(
    database,
    `SELECT sha256 AS imageId, class.name AS name FROM image JOIN class ON class.id = image.class_id
     WHERE excluded = 0 ORDER BY sha256`,
  );
  const classes = listClasses(database).map((row) => ['class', row.name]);
  return hashRows([...classes, ...rows.map((row) => [row.imageId, row.name])]);
}

/** Who stood where: every labelled photo that has a side and was not taken out, with it. Runs with equal split hashes can be compared. */
export function splitHash(database: ProjectDatabase): Sha256 {
  const rows = readRows<{ imageId: string; side: string }>(
    database,
    `SELECT sha256 AS imageId, side FROM image WHERE side IS NOT NULL AND class_id IS NOT NULL AND excluded = 0 ORDER BY sha256`,
  );
  return hashRows(rows.map((row) => [row.imageId, row.side]));
}

function hashRows(rows: readonly (readonly string[])[]): Sha256 {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return Sha256.parse(hash.digest('hex'));
}
