import { expect, it } from 'vitest';
import { insertImage } from './images.ts';
import { findPhoto, findPhotoPlace, listPhotos } from './photos.ts';
import { writeRow } from './statements.ts';
import { makeImage, openTestDatabase } from './testing.ts';

it('pages come in the order of import, whatever the hashes, and name the place where a photo was found first', () => {
  const database = openTestDatabase();
  const images = Array.from({ length: 7 }, (_, index) => ({
    ...makeImage({ content: `photo ${index}`, sourcePath: `C:\\photos\\${index}.jpg` }),
    importedAt: new Date(Date.UTC(2026, 2, 1, 12, 0, index)).toISOString(),
  }));
  for (const image of [...images].reverse()) insertImage(database, image);
  insertImage(database, { ...images[0]!, sourcePath: '/elsewhere/again.jpg' });
  const pages = [0, 3, 6, 9].map((offset) => listPhotos(database, { offset, limit: 3 }));
  expect(pages.map(({ total }) => total)).toEqual([7, 7, 7, 7]);
  expect(pages.flatMap(({ photos }) => photos.map(({ fileName }) => fileName))).toEqual(
    images.map((_, index) => `${index}.jpg`),
  );
  expect(findPhoto(database, images[0]!.imageId).paths).toEqual(['C:\\photos\\0.jpg', '/elsewhere/again.jpg']);
  expect(findPhotoPlace(database, images[0]!.imageId)).toEqual({ copied: true, firstPath: 'C:\\photos\\0.jpg' });
});

it('those kept in the same millisecond come as their files were found', () => {
  const database = openTestDatabase();
  const names = Array.from({ length: 12 }, (_, index) => `${index}.jpg`);
  for (const name of names) insertImage(database, makeImage({ content: name, sourcePath: `/photos/${name}` }));
  const pages = [0, 5, 10].map((offset) => listPhotos(database, { offset, limit: 5 }).photos);
  expect(pages.flat().map(({ fileName }) => fileName)).toEqual(names);
});

it('a group counts the photos in it that were not taken out, the same in a page and for one photo', () => {
  const database = openTestDatabase();
  const images = ['a', 'b', 'c', 'alone'].map((content) =>
    makeImage({ content, groupId: content === 'alone' ? 'alone' : 'burst' }),
  );
  for (const image of images) insertImage(database, image);
  const sizes = () =>
    images.map(({ imageId }) => {
      const inPage = listPhotos(database, { offset: 0, limit: 10 }).photos.find((photo) => photo.imageId === imageId);
      const { groupSize, groupMembers } = findPhoto(database, imageId);
      expect(inPage?.groupSize).toBe(groupSize);
      return [groupSize, groupMembers.length];
    });
  expect(sizes()).toEqual([
    [3, 3],
    [3, 3],
    [3, 3],
    [1, 1],
  ]);
  for (const { imageId } of [images[2]!, images[3]!])
    writeRow(database, `UPDATE image SET excluded = 1 WHERE sha256 = @imageId`, { imageId });
  expect(sizes()).toEqual([
    [2, 2],
    [2, 2],
    [2, 3],
    [1, 1],
  ]); // one that was taken out still sees itself among the others
});
