import { describe, expect, it } from 'vitest';
import { ClassName } from '../../shared/domain/ids.ts';
import { insertImage, listImages, setImageClass } from './images.ts';
import { assignSides, datasetHash, splitHash } from './sides.ts';
import type { ProjectDatabase } from './statements.ts';
import { makeImage, openTestDatabase } from './testing.ts';

function addPhotos(database: ProjectDatabase, from: number, until: number): void {
  for (let index = from; index < until; index += 1) {
    const className = index % 3 === 0 ? 'Misty' : 'Tigger';
    insertImage(database, makeImage({ content: `p${index}`, className, groupId: `g${Math.floor(index / 2)}` }));
  }
}

const sidesOf = (database: ProjectDatabase) =>
  new Map(listImages(database).map((image) => [image.imageId, image.side]));

describe('assignSides', () => {
  it('fault 13: gives every photo of a group one side, and moves none when photos are added', () => {
    const database = openTestDatabase();
    let known = sidesOf(database);
    for (const [from, until] of [
      [0, 9],
      [9, 10],
      [10, 51],
      [51, 90],
    ] as const) {
      addPhotos(database, from, until);
      assignSides(database);
      const sides = sidesOf(database);
      for (const [imageId, side] of known) expect(sides.get(imageId)).toBe(side);
      known = sides;
    }
    const sidesOfGroup = Map.groupBy(listImages(database), (image) => image.groupId);
    for (const group of sidesOfGroup.values()) expect(new Set(group.map((image) => image.side)).size).toBe(1);
    expect(new Set(known.values())).toEqual(new Set(['train', 'val', 'test']));
    expect(assignSides(database)).toBe(0);
  });

  it('lets unlabelled photos wait until they are labelled', () => {
    const database = openTestDatabase();
    const image = makeImage({ content: 'a', className: null });
    insertImage(database, image);
    expect(assignSides(database)).toBe(0);
    setImageClass(database, image.imageId, ClassName.parse('Misty'));
    expect(assignSides(database)).toBe(1);
    expect(sidesOf(database).get(image.imageId)).toBe('train');
  });
});

describe('datasetHash and splitHash', () => {
  it('do not depend on the order of the import where the classes come in one order', () => {
    const contents = ['a', 'b', 'c', 'd'];
    const hashes = [contents, contents.toReversed()].map((order) => {
      const database = openTestDatabase();
      for (const content of order) insertImage(database, makeImage({ content, side: 'train' }));
      return [datasetHash(database), splitHash(database)];
    });
    expect(hashes[0]).toEqual(hashes[1]);
  });

  it('change with a label, with a side, and with the order of the classes, and with nothing else', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'a', side: 'train' }));
    insertImage(database, makeImage({ content: 'b', className: 'Misty', side: 'val' }));
    const before = [datasetHash(database), splitHash(database)];
    insertImage(database, makeImage({ content: 'a', sourcePath: '/elsewhere.jpg' }));
    insertImage(database, makeImage({ content: 'u', className: null }));
    expect([datasetHash(database), splitHash(database)]).toEqual(before);
    setImageClass(database, makeImage({ content: 'a' }).imageId, ClassName.parse('Misty'));
    expect(datasetHash(database)).not.toBe(before[0]);
    expect(splitHash(database)).toBe(before[1]);
    insertImage(database, makeImage({ content: 'c', side: 'test' }));
    expect(splitHash(database)).not.toBe(before[1]);
  });

  it('tells two orders of the classes apart', () => {
    const [first, second] = [
      ['a', 'b'],
      ['b', 'a'],
    ].map((order) => {
      const database = openTestDatabase();
      for (const content of order) insertImage(database, makeImage({ content, className: `class ${content}` }));
      return datasetHash(database);
    });
    expect(first).not.toBe(second);
  });
});
