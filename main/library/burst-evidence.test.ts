import { describe, expect, it } from 'vitest';
import { isNextInSequence, isSoonAfter } from './burst-evidence.ts';

describe('isSoonAfter', () => {
  it.each([
    ['2026-05-01T10:20:30', '2026-05-01T10:20:33', true],
    ['2026-05-01T10:20:30', '2026-05-01T10:20:34', false],
    ['2026-05-02T00:00:01', '2026-05-01T23:59:59', true],
    ['2026-05-01T10:20:30', null, false],
  ])('%s and %s: %s', (first, second, expected) => {
    expect(isSoonAfter(first, second)).toBe(expected);
  });
});

describe('isNextInSequence', () => {
  it.each([
    ['/a/IMG_1234.JPG', '/a/IMG_1235.JPG', true],
    ['/a/IMG_1235.JPG', '/a/IMG_1234.jpg', true],
    ['/a/IMG_1234.JPG', '/a/IMG_1236.JPG', false],
    ['/a/IMG_1234.JPG', '/b/IMG_1235.JPG', false],
    ['/a/DSC_1234.JPG', '/a/IMG_1235.JPG', false],
    ['/a/IMG_0999.JPG', '/a/IMG_1000.JPG', true],
    ['C:\\a\\tigger-01-a.jpg', 'C:\\a\\tigger-01-b.jpg', true],
    ['/a/tigger-01-a.jpg', '/a/tigger-01-c.jpg', false],
    ['/a/tigger.jpg', '/a/misty.jpg', false],
    [null, '/a/IMG_1234.JPG', false],
  ])('%s and %s: %s', (first, second, expected) => {
    expect(isNextInSequence(first, second)).toBe(expected);
  });
});
