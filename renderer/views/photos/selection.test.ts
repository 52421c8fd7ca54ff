import { describe, expect, it } from 'vitest';
import { advanced, banded, clicked, EMPTY_SELECTION, moved, only, targets } from './selection.ts';

const shown = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const plain = { isExtending: false, isToggling: false };

describe('choosing photos', () => {
  it('a click chooses one, Ctrl adds and takes away, Shift chooses all between', () => {
    const one = clicked(EMPTY_SELECTION, shown, 'b', plain);
    expect(targets(one, shown)).toEqual(['b']);
    const two = clicked(one, shown, 'e', { ...plain, isToggling: true });
    expect(targets(two, shown)).toEqual(['b', 'e']);
    expect(targets(clicked(two, shown, 'b', { ...plain, isToggling: true }), shown)).toEqual(['e']);
    expect(targets(clicked(two, shown, 'c', { ...plain, isExtending: true }), shown)).toEqual(['c', 'd', 'e']);
  });

  it('Shift extends from where the extension began, in both directions', () => {
    const right = moved(moved(only('c'), shown, 1, true), shown, 1, true);
    expect(targets(right, shown)).toEqual(['c', 'd', 'e']);
    expect(targets(moved(right, shown, -4, true), shown)).toEqual(['a', 'b', 'c']);
  });

  it('arrows stop at the ends, and begin at the first photo', () => {
    expect(moved(EMPTY_SELECTION, shown, 1, false).focus).toBe('a');
    expect(moved(only('f'), shown, 3, false).focus).toBe('g');
    expect(moved(only('b'), shown, -3, false).focus).toBe('a');
    expect(moved(only('a'), [], 1, false)).toEqual(EMPTY_SELECTION);
  });

  it('after one photo is labelled the next one is chosen; after several the choice stays', () => {
    expect(advanced(only('c'), shown, ['c']).focus).toBe('d');
    expect(advanced(only('g'), shown, ['g']).focus).toBe('g');
    const many = clicked(only('a'), shown, 'c', { ...plain, isExtending: true });
    expect(advanced(many, shown, ['a', 'b', 'c'])).toBe(many);
  });

  it('a rubber band chooses what it touches, beside what was chosen before where it adds', () => {
    expect(targets(banded(EMPTY_SELECTION, shown, [1, 2]), shown)).toEqual(['b', 'c']);
    expect(targets(banded(only('g'), shown, [1, 2]), shown)).toEqual(['b', 'c', 'g']);
    expect(banded(only('g'), shown, [1, 2]).focus).toBe('c');
    expect(banded(only('g'), shown, [])).toEqual(only('g'));
  });

  it('acts on nothing that a filter hides', () => {
    const all = clicked(only('a'), shown, 'g', { ...plain, isExtending: true });
    expect(targets(all, ['b', 'g'])).toEqual(['b', 'g']);
  });
});
