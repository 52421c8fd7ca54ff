/** Folders that say who somebody is, out of a text that is to be copied and sent. */

export type Hidden = { readonly folder: string; readonly shownAs: string };

/**
 * Replaces every mention of the folders, the longest first: with either slash, doubled backslashes (JSON), or
 * percent-encoded (file: URLs). Upper and lower case count the same, as on Windows and macOS.
 */
export function redactFolders(text: string, hidden: readonly Hidden[]): string {
  const byLength = hidden
    .map(({ folder, shownAs }) => ({ folder: folder.replace(/[\\/]+$/, ''), shownAs }))
    .filter(({ folder }) => folder.length > 1)
    .sort((a, b) => b.folder.length - a.folder.length);
  return byLength.reduce((redacted, { folder, shownAs }) => {
    const spellings = [folder, ...encodings(folder)].map(patternOf);
    return redacted.replace(new RegExp(`(?:${spellings.join('|')})(?![\\p{L}\\p{N}_])`, 'giu'), () => shownAs);
  }, text);
}

function encodings(folder: string): string[] {
  const parts = folder.split(/[\\/]/);
  const drive = (part: string): boolean => /^[a-z]:$/i.test(part);
  return [parts.map((part) => (drive(part) ? part : encodeURIComponent(part))).join('/'), encodeURI(folder)];
}

/** Any run of slashes of either kind where the folder has one; those before a root's own slash stay (file:///home). */
function patternOf(folder: string): string {
  const pattern = folder
    .split(/[\\/]+/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\\\/]+');
  return folder.startsWith('/') ? pattern.replace('[\\\\/]+', '/') : pattern;
}
