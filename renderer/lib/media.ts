/** Addresses of pictures: they never cross the contract. */
import { type MediaKind, mediaPath } from '../../shared/contract/media.ts';
import { findShell } from './client/connection.ts';

/** Thumbnail by photo id; view and preview by the key that a command answered. */
export function mediaUrl(kind: MediaKind, key: string): string {
  return `${findShell() === null ? '' : 'thumb://x'}${mediaPath(kind, key)}`;
}
