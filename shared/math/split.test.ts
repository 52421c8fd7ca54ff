import { describe, expect, it } from 'vitest';
import type { SplitSide } from '../domain/ids.ts';
import { assignSplit, type SplitGroup } from './split.ts';

const fractions = { train: 0.7, val: 0.15, test: 0.15 };
const none = new Map<string, SplitSide>();

function makeGroups(label: string, from: number, until: number): SplitGroup[] {
  return Array.from({ length: until - from }, (_, index) => ({ groupId: `${label}-${from + index}`, labels: [label] }));
}

function countSides(sides: ReadonlyMap<string, SplitSide>, prefix: string): Record<SplitSide, number> {
  const counts = { train: 0, val: 0, test: 0 };
  for (const [groupId, side] of sides) if (groupId.startsWith(`${prefix}-`)) counts[side] += 1;
  return counts;
}

describe('assignSplit', () => {
  it('meets the fractions in every class to the photo', () => {
    const sides = assignSplit({
      groups: [...makeGroups('a', 0, 100), ...makeGroups('b', 0, 20)],
      existing: none,
      fractions,
    });
    expect(countSides(sides, 'a')).toEqual({ train: 70, val: 15, test: 15 });
    expect(countSides(sides, 'b')).toEqual({ train: 14, val: 3, test: 3 });
  });

  it.each([
    [0, { train: 0, val: 0, test: 0 }],
    [1, { train: 1, val: 0, test: 0 }],
    [2, { train: 1, val: 1, test: 0 }],
    [3, { train: 1, val: 1, test: 1 }],
    [4, { train: 2, val: 1, test: 1 }],
  ])('fault 14: a class of %i photos is split by the stated rule', (photos, expected) => {
    const groups = [...makeGroups('rare', 0, photos), ...makeGroups('common', 0, 1000)];
    const sides = assignSplit({ groups, existing: none, fractions });
    expect(countSides(sides, 'rare')).toEqual(expected);
    expect(countSides(sides, 'common')).toEqual({ train: 700, val: 150, test: 150 });
  });

  it('never moves a group as photos are added in any portions, never empties train, and stays near the fractions', () => {
    for (let trial = 1; trial <= 40; trial += 1) {
      let known = new Map<string, SplitSide>();
      let photos = 0;
      for (let portion = 0; portion < 12; portion += 1) {
        photos += ((trial * 7 + portion * 13) % 17) + (portion === 0 ? 1 : 0);
        const sides = assignSplit({ groups: makeGroups(`t${trial}`, 0, photos), existing: known, fractions });
        for (const [groupId, side] of known) expect(sides.get(groupId)).toBe(side);
        expect(sides.size).toBe(photos);
        const counts = countSides(sides, `t${trial}`);
        expect(counts.train).toBeGreaterThan(0);
        if (photos >= 20) expect(Math.abs(counts.val - 0.15 * photos)).toBeLessThanOrEqual(1.5);
        known = sides;
      }
    }
  });

  it('does not depend on the order of the groups', () => {
    const groups = makeGroups('a', 0, 50);
    const forth = assignSplit({ groups, existing: none, fractions });
    const back = assignSplit({ groups: groups.toReversed(), existing: none, fractions });
    expect([...back].sort()).toEqual([...forth].sort());
  });

  it('keeps an existing side above the side of the folders, and that above its own choice', () => {
    const groups: SplitGroup[] = [
      { groupId: 'a-0', labels: ['a'], fixedSide: 'test' },
      { groupId: 'a-1', labels: ['a'], fixedSide: 'test' },
      ...makeGroups('a', 2, 10),
    ];
    const sides = assignSplit({ groups, existing: new Map([['a-0', 'train']]), fractions });
    expect(sides.get('a-0')).toBe('train');
    expect(sides.get('a-1')).toBe('test');
    expect(countSides(sides, 'a')).toEqual({ train: 7, val: 2, test: 1 }); // the test side has what it should have
  });

  it('fault 13: near duplicates go together and weigh as many photos as they are', () => {
    const groups = [{ groupId: 'a-big', labels: new Array<string>(70).fill('a') }, ...makeGroups('a', 0, 30)];
    const sides = assignSplit({ groups, existing: none, fractions });
    const counts = countSides(sides, 'a');
    const photosOf = (side: SplitSide) => counts[side] + (sides.get('a-big') === side ? 69 : 0);
    expect(photosOf('train') + photosOf('val') + photosOf('test')).toBe(100);
    expect(Math.min(counts.train, counts.val, counts.test)).toBeGreaterThan(0);
  });

  it('lets unlabelled groups wait, and counts a mixed group for its most frequent label', () => {
    const groups: SplitGroup[] = [
      { groupId: 'u-0', labels: [null] },
      { groupId: 'm-0', labels: ['b', null, 'a', 'b'] },
      ...makeGroups('a', 0, 1),
    ];
    const sides = assignSplit({ groups, existing: none, fractions });
    expect(Object.fromEntries(sides)).toEqual({ 'm-0': 'train', 'a-0': 'train' });
  });

  it('leaves a side without a fraction empty and refuses fractions that are none', () => {
    const sides = assignSplit({
      groups: makeGroups('a', 0, 10),
      existing: none,
      fractions: { train: 0.8, val: 0, test: 0.2 },
    });
    expect(countSides(sides, 'a')).toEqual({ train: 8, val: 0, test: 2 });
    const wrong = { train: 0, val: 0.5, test: 0.5 };
    expect(() => assignSplit({ groups: [], existing: none, fractions: wrong })).toThrow(/train above 0/);
  });
});
