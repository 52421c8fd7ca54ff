import { expect, it } from 'vitest';
import { commonFolder, groupByReason } from './import-reasons.ts';

it('tells files of one reason together, without the path that their messages begin with, most files first', () => {
  const files = [
    { path: '/a/x.jpg', message: '/a/x.jpg: the file is empty. Remove it.' },
    { path: '/a/y.txt', message: 'format not supported' },
    { path: '/a/z.txt', message: 'format not supported' },
  ];
  expect(groupByReason(files)).toEqual([
    { message: 'format not supported', paths: ['/a/y.txt', '/a/z.txt'] },
    { message: 'the file is empty. Remove it.', paths: ['/a/x.jpg'] },
  ]);
});

it('finds the folder that all files lie in: whole names, of either kind of path', () => {
  expect(commonFolder(['/photos/Misty/1.jpg', '/photos/Mina/2.jpg'])).toBe('/photos/');
  expect(commonFolder(['C:\\photos\\1.jpg'])).toBe('C:\\photos\\');
  expect(commonFolder(['/a/1.jpg', 'D:\\2.jpg'])).toBe('');
  expect(commonFolder([])).toBe('');
});
