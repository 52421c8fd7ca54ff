import { expect, it } from 'vitest';
import type { Photo } from '../../../shared/contract/library.ts';
import { type Filter, filtered } from './filters.ts';

const photo = (imageId: string, part: Partial<Record<keyof Photo, unknown>> = {}): Photo =>
  ({ imageId, className: null, side: null, groupSize: 1, groupId: imageId, isExcluded: false, ...part }) as Photo;

const photos = [
  photo('a', { className: 'Tigger', side: 'train', groupSize: 2, groupId: 'g' }),
  photo('b', { className: 'Misty', side: 'val' }),
  photo('c'),
  photo('d', { isExcluded: true, className: 'Tigger' }),
  photo('e', { className: 'Tigger', side: 'train', groupSize: 2, groupId: 'g' }),
];
const ids = (filter: Filter): string =>
  filtered(photos, filter)
    .map(({ imageId }) => imageId)
    .join('');

it('shows what was asked for, and what was left out only where that is asked for', () => {
  expect(ids({ show: { kind: 'all' }, side: null })).toBe('abce');
  expect(ids({ show: { kind: 'class', name: 'Tigger' }, side: null })).toBe('ae');
  expect(ids({ show: { kind: 'unlabelled' }, side: null })).toBe('c');
  expect(ids({ show: { kind: 'excluded' }, side: null })).toBe('d');
  expect(ids({ show: { kind: 'grouped' }, side: null })).toBe('ae');
  expect(ids({ show: { kind: 'all' }, side: 'val' })).toBe('b');
});
