/** Pictures never cross the contract: front ends load them by path through thumb:// or the loopback server. */

export type MediaKind = 'thumb' | 'view' | 'preview';
export type MediaFile = { readonly kind: MediaKind; readonly folder: 'thumbs' | 'previews'; readonly fileName: string };

const PATTERN = /^\/(thumb|view|preview)\/([0-9a-f]{64})$/;

/** '/thumb/<sha256>': the path of a picture; key: SHA-256 of the photo (thumb), or what a command answered. */
export function mediaPath(kind: MediaKind, key: string): string {
  return `/${kind}/${key}`;
}

/** Which file of the project a path stands for; null for every other path, whatever it tries. */
export function parseMediaPath(path: string): MediaFile | null {
  const match = PATTERN.exec(path);
  if (match === null) return null;
  const kind = match[1] as MediaKind;
  return {
    kind,
    folder: kind === 'thumb' ? 'thumbs' : 'previews',
    fileName: `${match[2]}.${kind === 'preview' ? 'webp' : 'jpg'}`,
  };
}
