import { expect, it } from 'vitest';
import { MANY_LOOKS } from '../../shared/domain/ensemble.ts';
import { testLooks } from './test-looks.ts';

it('warns from the tenth look on', () => {
  expect(testLooks(1)).toBe('The test photos were looked at 1 time in this project.');
  expect(testLooks(MANY_LOOKS - 1)).not.toContain('often');
  expect(testLooks(MANY_LOOKS)).toContain('That is often');
});
