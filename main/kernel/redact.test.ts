import { describe, expect, it } from 'vitest';
import { redactFolders } from './redact.ts';

const unix = [
  { folder: '/home/mia lang', shownAs: '~' },
  { folder: '/home/mia lang/cats', shownAs: '<project>' },
];

describe('fault 42: a text to be copied', () => {
  it('names neither the home folder nor the project, the longer path first', () => {
    const text = redactFolders('/home/mia lang/cats/thaw.sqlite and /home/mia lang/x.jpg, /home/mia lang', unix);
    expect(text).toBe('<project>/thaw.sqlite and ~/x.jpg, ~');
  });

  it.each([
    ['a file: URL', 'at file:///home/mia%20lang/a.ts:3:4', 'at file://~/a.ts:3:4'],
    ['another case', '/HOME/Mia Lang/a', '~/a'],
    ['doubled slashes', '/home//mia lang/a', '~/a'],
    ['a name that only begins alike', '/home/mia langer/a', '/home/mia langer/a'],
    ['nothing of it', 'all is well', 'all is well'],
  ])('%s', (_what, text, wanted) => {
    expect(redactFolders(text, unix)).toBe(wanted);
  });

  it.each([
    ['backslashes', 'C:\\Users\\Mia (x)\\a.ts'],
    ['doubled ones, as in JSON', JSON.stringify('C:\\Users\\Mia (x)\\a.ts').slice(1, -1)],
    ['slashes', 'c:/users/mia (x)/a.ts'],
    ['a file: URL', 'file:///C:/Users/Mia%20(x)/a.ts'],
  ])('of Windows, with %s', (_what, text) => {
    const redacted = redactFolders(text, [{ folder: 'C:\\Users\\Mia (x)\\', shownAs: '~' }]);
    expect(redacted).toMatch(/^(file:\/\/\/)?~[\\/]+a\.ts$/);
  });

  it('is left alone where the home folder is the root', () => {
    expect(redactFolders('/a/b', [{ folder: '/', shownAs: '~' }])).toBe('/a/b');
  });

  it('shows a replacement as it is, whatever it holds', () => {
    expect(redactFolders('/x/y/z', [{ folder: '/x/y', shownAs: "$& $1 $'" }])).toBe("$& $1 $'/z");
  });
});
