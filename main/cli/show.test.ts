import { expect, it } from 'vitest';
import { skippedLine } from './show.ts';

const because = (message: string) => skippedLine({ path: '/photos/a.jpg', failure: { code: 'IMAGE_EMPTY', message } });

it('names a skipped file once, whether its reason names it or not', () => {
  expect(because('/photos/a.jpg: the file is empty (0 bytes).')).toBe(
    'skipped /photos/a.jpg: the file is empty (0 bytes).',
  );
  expect(because('the file is empty (0 bytes).')).toBe('skipped /photos/a.jpg: the file is empty (0 bytes).');
});
