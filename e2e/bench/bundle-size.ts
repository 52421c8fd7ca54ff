import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Gzipped bytes of index.html and of all that it loads before a lazy view: scripts with their static imports, styles. */
export function firstLoadBytes(pagesFolder: string): number {
  const index = join(pagesFolder, 'index.html');
  const waiting = matches(readFileSync(index, 'utf8'), /(?:src|href)="\.\/([^"]+\.(?:js|css))"/g).map((name) =>
    join(pagesFolder, name),
  );
  const files = new Set([index]);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (!file.endsWith('.js')) continue;
    const folder = dirname(file);
    waiting.push(
      ...matches(readFileSync(file, 'utf8'), /(?:from|import)\s*["'](\.\/[^"']+\.js)["']/g).map((name) =>
        join(folder, name),
      ),
    );
  }
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}
