import { describe, expect, it } from 'vitest';
import { ClassName } from '../../shared/domain/ids.ts';
import { deleteClass, ensureClass, listClasses, renameClass, setClassColour } from './classes.ts';
import {
  countBySide,
  deleteImage,
  findGroupSide,
  findImage,
  findImageByPath,
  insertImage,
  listFirstPaths,
  listImages,
  listSources,
  setImageClass,
} from './images.ts';
import { finishImportSession, insertImportSession, insertImportSkip, listImportSkips } from './imports.ts';
import { readRows } from './statements.ts';
import { makeImage, openTestDatabase, testNow } from './testing.ts';

const tigger = ClassName.parse('Tigger');
const misty = ClassName.parse('Misty');

describe('insertImage', () => {
  it('stores what it was given', () => {
    const database = openTestDatabase();
    const { sourcePath, ...record } = makeImage({ content: 'a', side: 'val' });
    const result = insertImage(database, { ...record, sourcePath });
    expect(result).toEqual({ kind: 'imported', firstPath: null, labelConflict: null, sideConflict: null });
    expect(listImages(database)).toEqual([record]);
    expect(listFirstPaths(database)).toEqual(new Map([[record.imageId, sourcePath]]));
  });

  it('fault 13: an exact copy is one photo with two places, and names the first', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'a', sourcePath: '/one.jpg' }));
    const again = insertImage(database, makeImage({ content: 'a', sourcePath: '/two.jpg' }));
    expect(again).toMatchObject({ kind: 'duplicate', firstPath: '/one.jpg', labelConflict: null, sideConflict: null });
    expect(listImages(database)).toHaveLength(1);
    expect(listSources(database, makeImage({ content: 'a' }).imageId)).toEqual(['/one.jpg', '/two.jpg']);
  });

  it('fault 13: the same photo in two classes keeps the first and tells both', () => {
    const database = openTestDatabase();
    const image = makeImage({ content: 'a', className: 'Tigger' });
    insertImage(database, image);
    const result = insertImage(database, makeImage({ content: 'a', className: 'Misty' }));
    expect(result.labelConflict).toEqual({ kept: 'Tigger', found: 'Misty' });
    expect(findImage(database, image.imageId)?.className).toBe('Tigger');
  });

  it('fault 13: copies and near duplicates across train and test stay on one side, and it is told', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'a', groupId: 'g', side: 'train' }));
    const copy = insertImage(database, makeImage({ content: 'a', groupId: 'g', side: 'test' }));
    const near = insertImage(database, makeImage({ content: 'b', groupId: 'g', side: 'test' }));
    expect([copy.sideConflict, near.sideConflict]).toEqual(Array(2).fill({ kept: 'train', found: 'test' }));
    expect(near.kind).toBe('imported');
    expect(listImages(database).map((image) => image.side)).toEqual(['train', 'train']);
  });

  it('takes over a label and a side that the known photo and its group lack', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'a', groupId: 'g', className: null }));
    insertImage(database, makeImage({ content: 'b', groupId: 'g', className: null }));
    const result = insertImage(database, makeImage({ content: 'a', groupId: 'g', className: 'Misty', side: 'val' }));
    expect(result).toMatchObject({ labelConflict: null, sideConflict: null });
    expect(findImage(database, makeImage({ content: 'a' }).imageId)?.className).toBe('Misty');
    expect(findGroupSide(database, 'g')).toBe('val');
    expect(listImages(database).map((image) => image.side)).toEqual(['val', 'val']);
  });

  it('a path whose file was replaced leads to the new content', () => {
    const database = openTestDatabase();
    insertImage(database, makeImage({ content: 'old', sourcePath: '/cat.jpg' }));
    insertImage(database, makeImage({ content: 'new', sourcePath: '/cat.jpg' }));
    expect(findImageByPath(database, '/cat.jpg')).toBe(makeImage({ content: 'new' }).imageId);
    expect(listImages(database)).toHaveLength(2);
  });

  it('fault 12: any name is kept as it is', () => {
    const database = openTestDatabase();
    for (const name of ['<img onerror=x>', '=1+1', "'; DROP TABLE image; --", '猫🐈', 'e\u0301', '\u00e9']) {
      insertImage(database, makeImage({ content: name, className: name, sourcePath: `/${name}\n.jpg` }));
      expect(listSources(database, makeImage({ content: name }).imageId)).toEqual([`/${name}\n.jpg`]);
    }
    expect(new Set(listClasses(database).map((row) => row.name)).size).toBe(6);
  });
});

describe('labels and classes', () => {
  it('a label can be changed and taken away; the side stays', () => {
    const database = openTestDatabase();
    const image = makeImage({ content: 'a', side: 'test' });
    insertImage(database, image);
    setImageClass(database, image.imageId, misty);
    expect(findImage(database, image.imageId)).toMatchObject({ className: 'Misty', side: 'test' });
    setImageClass(database, image.imageId, null);
    expect(countBySide(database)).toEqual([{ className: null, side: 'test', photos: 1 }]);
    deleteImage(database, image.imageId);
    expect(() => setImageClass(database, image.imageId, tigger)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(readRows(database, 'SELECT * FROM image_source')).toEqual([]);
  });

  it('classes keep an order without holes when one is deleted, and its photos lose only their label', () => {
    const database = openTestDatabase();
    for (const name of ['Tigger', 'Misty', 'neither'])
      insertImage(database, makeImage({ content: name, className: name }));
    deleteClass(database, ensureClass(database, tigger));
    expect(listClasses(database).map((row) => [row.position, row.name])).toEqual([
      [0, 'Misty'],
      [1, 'neither'],
    ]);
    expect(findImage(database, makeImage({ content: 'Tigger' }).imageId)?.className).toBeNull();
  });

  it('two classes never have one name, and a colour is a colour', () => {
    const database = openTestDatabase();
    const classId = ensureClass(database, tigger);
    ensureClass(database, misty);
    expect(() => renameClass(database, classId, misty)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    renameClass(database, classId, ClassName.parse('Tigger II'));
    setClassColour(database, classId, '#12ab9f');
    expect(listClasses(database)[0]).toEqual({ classId, position: 0, name: 'Tigger II', colour: '#12ab9f' });
    expect(() => setClassColour(database, classId, 'red')).toThrow(/#12ab9f/);
    expect(() => setClassColour(database, 99, null)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

it('an import session keeps what it left out', () => {
  const database = openTestDatabase();
  const session = insertImportSession(database, testNow());
  const skip = {
    path: '/bad.jpg',
    failure: { code: 'IMAGE_UNREADABLE', message: '/bad.jpg: the file is incomplete.' },
  } as const;
  insertImportSkip(database, session, skip);
  finishImportSession(database, session, { finishedAt: testNow(), found: 3, cancelled: false });
  expect(listImportSkips(database, session)).toEqual([skip]);
  expect(readRows(database, 'SELECT found, cancelled FROM import_session')).toEqual([{ found: 3, cancelled: 0 }]);
});
