import { readFileSync } from 'node:fs';

let known: string | null = null;

/** The version of Thaw, as package.json beside main/ gives it; 'unknown' where that cannot be read. */
export function thawVersion(): string {
  known ??= readVersion();
  return known;
}

function readVersion(): string {
  try {
    const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const version = typeof content === 'object' && content !== null && 'version' in content ? content.version : null;
    return typeof version === 'string' ? version : 'unknown';
  } catch {
    return 'unknown';
  }
}
