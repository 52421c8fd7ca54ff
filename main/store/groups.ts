/** Near duplicates and bursts: how photos look, which pairs were found, and the groups that the split keeps together. */
import type { ClassName, Sha256, SplitSide } from '../../shared/domain/ids.ts';
import { findRow, inTransaction, type ProjectDatabase, readRows, writeRow } from './statements.ts';

export type FoundPair = {
  readonly first: Sha256; // less than second
  readonly second: Sha256;
  readonly kind: 'near-duplicate' | 'burst';
  readonly likeness: number; // 0 to 1
};
/** What finding pairs did to the groups. */
export type Joining = {
  readonly joined: number; // photos that came into a group of others, or whose group grew
  readonly bridges: number; // pairs that stand on two sides already: told, never moved
};

export function insertLook(database: ProjectDatabase, imageId: Sha256, look: Buffer): void {
  const sql = `INSERT INTO image_look (image_sha256, look) VALUES (@imageId, @look) ON CONFLICT DO NOTHING`;
  writeRow(database, sql, { imageId, look });
}

export type LookRow = {
  readonly imageId: Sha256;
  readonly look: Buffer; // [1024]
  readonly takenAt: string | null;
  readonly path: string | null; // where it was found first
};

/** The looks of all photos that were not taken out, by id. */
export function listLooks(database: ProjectDatabase): LookRow[] {
  return readRows(
    database,
    `SELECT image.sha256 AS imageId, look, taken_at AS takenAt,
       (SELECT path FROM image_source WHERE image_sha256 = image.sha256 ORDER BY id LIMIT 1) AS path
     FROM image JOIN image_look ON image_sha256 = image.sha256 WHERE excluded = 0 ORDER BY image.sha256`,
  );
}

/**
 * Records pairs and joins their groups, in the order given.
 *
 * Two groups on different sides of the split are never joined: the pair stays on record as a bridge. Where one of them
 * has a side, all get it.
 */
export function joinPairs(database: ProjectDatabase, pairs: readonly FoundPair[]): Joining {
  return inTransaction(database, () => {
    const touched = new Set<Sha256>();
    let bridges = 0;
    for (const pair of pairs) {
      insertPair(database, pair);
      const outcome = joinTwo(database, pair);
      if (outcome === 'bridge') bridges += 1;
      if (outcome === 'joined') touched.add(pair.first).add(pair.second);
    }
    return { joined: touched.size, bridges };
  });
}

function insertPair(database: ProjectDatabase, pair: FoundPair): void {
  writeRow(
    database,
    `INSERT INTO image_pair (first_sha256, second_sha256, kind, likeness) VALUES (@first, @second, @kind, @likeness)
     ON CONFLICT DO NOTHING`,
    pair,
  );
}

type Place = { readonly groupId: string; readonly side: SplitSide | null };

function joinTwo(database: ProjectDatabase, { first, second }: FoundPair): 'joined' | 'known' | 'bridge' {
  const [one, other] = [findPlace(database, first), findPlace(database, second)];
  if (one === null || other === null || one.groupId === other.groupId) return 'known';
  if (one.side !== null && other.side !== null && one.side !== other.side) return 'bridge';
  const [kept, given] = isFirstKept(one, other) ? [one, other] : [other, one];
  const sql = `UPDATE image SET group_id = @kept, side = coalesce(side, @side) WHERE group_id = @given`;
  writeRow(database, sql, { kept: kept.groupId, given: given.groupId, side: kept.side });
  return 'joined';
}

/** The one that has a side, else the one whose id comes first: the same whatever the order of the pair. */
function isFirstKept(one: Place, other: Place): boolean {
  if ((one.side === null) !== (other.side === null)) return one.side !== null;
  return one.groupId < other.groupId;
}

function findPlace(database: ProjectDatabase, imageId: Sha256): Place | null {
  return findRow(database, `SELECT group_id AS groupId, side FROM image WHERE sha256 = @imageId`, { imageId });
}

export type GroupMember = {
  readonly imageId: Sha256;
  readonly groupId: string;
  readonly className: ClassName | null;
  readonly side: SplitSide | null;
};

/** The photos that do not stand alone, without those taken out, by group. */
export function listGroupMembers(database: ProjectDatabase): GroupMember[] {
  return readRows(
    database,
    `SELECT sha256 AS imageId, group_id AS groupId, class.name AS className, side
     FROM image LEFT JOIN class ON class.id = image.class_id
     WHERE excluded = 0 AND group_id IN (SELECT group_id FROM image WHERE excluded = 0 GROUP BY group_id HAVING count(*) > 1)
     ORDER BY group_id, sha256`,
  );
}

/** The groups that hold a pair of a burst. */
export function listBurstGroups(database: ProjectDatabase): Set<string> {
  const sql = `SELECT DISTINCT group_id AS groupId FROM image_pair JOIN image ON sha256 = first_sha256 WHERE kind = 'burst'`;
  return new Set(readRows<{ groupId: string }>(database, sql).map(({ groupId }) => groupId));
}

export type BridgeRow = {
  readonly first: Sha256;
  readonly second: Sha256;
  readonly firstSide: SplitSide;
  readonly secondSide: SplitSide;
};

/** Pairs of near duplicates that stand on two sides, without photos taken out, the most alike first. */
export function listBridges(database: ProjectDatabase): BridgeRow[] {
  return readRows(
    database,
    `SELECT first_sha256 AS first, second_sha256 AS second, one.side AS firstSide, other.side AS secondSide
     FROM image_pair JOIN image AS one ON one.sha256 = first_sha256 JOIN image AS other ON other.sha256 = second_sha256
     WHERE one.side <> other.side AND one.excluded = 0 AND other.excluded = 0 ORDER BY likeness DESC, first, second`,
  );
}

export type ConflictRow = {
  readonly first: Sha256;
  readonly second: Sha256;
  readonly firstClass: ClassName;
  readonly secondClass: ClassName;
};

/** Near duplicates under two labels, without photos taken out, the most alike first. */
export function listLabelConflicts(database: ProjectDatabase): ConflictRow[] {
  return readRows(
    database,
    `SELECT first_sha256 AS first, second_sha256 AS second, a.name AS firstClass, b.name AS secondClass
     FROM image_pair JOIN image AS one ON one.sha256 = first_sha256 JOIN image AS other ON other.sha256 = second_sha256
     JOIN class AS a ON a.id = one.class_id JOIN class AS b ON b.id = other.class_id
     WHERE one.class_id <> other.class_id AND one.excluded = 0 AND other.excluded = 0
     ORDER BY likeness DESC, first, second`,
  );
}

/** How often a file turned out to be a photo that was there already. */
export function countRepeatedSources(database: ProjectDatabase): number {
  const sql = `SELECT (SELECT count(*) FROM image_source) - (SELECT count(DISTINCT image_sha256) FROM image_source) AS photos`;
  return findRow<{ photos: number }>(database, sql)?.photos ?? 0;
}

/** How many groups each class has: pictures that are independent of each other; without photos taken out. */
export function countGroupsByClass(database: ProjectDatabase): Map<ClassName, number> {
  const rows = readRows<{ name: ClassName; groups: number }>(
    database,
    `SELECT class.name AS name, count(DISTINCT group_id) AS groups FROM image JOIN class ON class.id = image.class_id
     WHERE excluded = 0 GROUP BY class.id`,
  );
  return new Map(rows.map(({ name, groups }) => [name, groups]));
}
