import { describe, expect, it } from 'vitest';
import type { Sha256 } from '../../shared/domain/ids.ts';
import { type FoundPair, joinPairs, listBridges, listGroupMembers, listLabelConflicts } from './groups.ts';
import { insertImage, listImages } from './images.ts';
import { assignSides } from './sides.ts';
import type { ProjectDatabase } from './statements.ts';
import { makeImage, openTestDatabase } from './testing.ts';

const idOf = (content: string): Sha256 => makeImage({ content }).imageId;

function pairOf(one: string, other: string, likeness = 0.9): FoundPair {
  const [first, second] = [idOf(one), idOf(other)].sort() as [Sha256, Sha256];
  return { first, second, kind: 'near-duplicate', likeness };
}

function withPhotos(contents: readonly string[]): ProjectDatabase {
  const database = openTestDatabase();
  for (const content of contents) insertImage(database, makeImage({ content }));
  return database;
}

const groupsOf = (database: ProjectDatabase): Map<string, string> =>
  new Map(listImages(database).map(({ imageId, groupId }) => [imageId, groupId]));

describe('joinPairs', () => {
  it('joins what is connected by any path, the same whatever the order', () => {
    const pairs = [pairOf('a', 'b'), pairOf('c', 'd'), pairOf('b', 'c')];
    const results = [pairs, pairs.toReversed()].map((order) => {
      const database = withPhotos(['a', 'b', 'c', 'd', 'e']);
      expect(joinPairs(database, order)).toEqual({ joined: 4, bridges: 0 });
      return groupsOf(database);
    });
    expect(results[0]).toEqual(results[1]);
    const groups = results[0]!;
    expect(new Set(['a', 'b', 'c', 'd'].map((content) => groups.get(idOf(content)))).size).toBe(1);
    expect(groups.get(idOf('e'))).toBe(idOf('e'));
  });

  it('does nothing the second time', () => {
    const database = withPhotos(['a', 'b']);
    joinPairs(database, [pairOf('a', 'b')]);
    expect(joinPairs(database, [pairOf('a', 'b')])).toEqual({ joined: 0, bridges: 0 });
  });

  it('fault 13: gives a newcomer the side of the photo that it nearly repeats', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'old', side: 'test' }));
    insertImage(database, makeImage({ content: 'new' }));
    joinPairs(database, [pairOf('old', 'new')]);
    assignSides(database);
    expect(listImages(database).map(({ side }) => side)).toEqual(['test', 'test']);
  });

  it('fault 13: tells of near duplicates that stand on two sides, and moves none', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'a', side: 'train' }));
    insertImage(database, makeImage({ content: 'b', side: 'test' }));
    insertImage(database, makeImage({ content: 'c' }));
    const before = groupsOf(database);
    expect(joinPairs(database, [pairOf('a', 'b')])).toEqual({ joined: 0, bridges: 1 });
    expect(groupsOf(database)).toEqual(before);
    const sides = listImages(database).map(({ imageId, side }) => [imageId, side]);
    expect(new Map(sides as [Sha256, string][])).toEqual(
      new Map<string, string | null>([
        [idOf('a'), 'train'],
        [idOf('b'), 'test'],
        [idOf('c'), null],
      ]),
    );
    expect(listBridges(database)).toHaveLength(1);
    expect(joinPairs(database, [pairOf('c', 'a'), pairOf('c', 'b')])).toEqual({ joined: 2, bridges: 1 });
    expect(listBridges(database)).toHaveLength(2);
  });

  it('fault 13: lists near duplicates under two labels', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'a', className: 'Tigger' }));
    insertImage(database, makeImage({ content: 'b', className: 'Misty' }));
    insertImage(database, makeImage({ content: 'c', className: 'Misty' }));
    joinPairs(database, [pairOf('a', 'b'), pairOf('b', 'c')]);
    const conflicts = listLabelConflicts(database);
    expect(conflicts).toHaveLength(1);
    expect([conflicts[0]!.firstClass, conflicts[0]!.secondClass].sort()).toEqual(['Misty', 'Tigger']);
    expect(
      listGroupMembers(database)
        .map(({ imageId }) => imageId)
        .sort(),
    ).toEqual(['a', 'b', 'c'].map(idOf).sort());
  });
});
