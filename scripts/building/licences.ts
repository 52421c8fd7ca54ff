/** The licences page: every package whose code is in the program, with the words that its licence wants repeated. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.unknown().optional(),
  licenses: z.unknown().optional(),
});
const LICENCE_FILE = /^(licen[cs]e|copying|notice|third.?party.?notices?)(\.|-|$)/i;

export type Licence = {
  readonly name: string;
  readonly version: string;
  readonly licence: string; // SPDX, as the package says
  readonly texts: readonly string[];
};

/** packageFolders: relative to root. Those that are not installed here (for another platform) are left out. */
export function readLicences(root: string, packageFolders: readonly string[]): Licence[] {
  return packageFolders.flatMap((folder) => {
    const path = join(root, folder);
    const manifest = readManifest(path);
    if (manifest === null) return [];
    const names = readdirSync(path).filter((name) => LICENCE_FILE.test(name));
    const texts = names.map((name) => readFileSync(join(path, name), 'utf8').trim());
    return [{ name: manifest.name, version: manifest.version, licence: licenceName(manifest), texts }];
  });
}

function readManifest(folder: string): z.infer<typeof Manifest> | null {
  try {
    return Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  } catch {
    return null;
  }
}

function licenceName({ license, licenses }: z.infer<typeof Manifest>): string {
  if (typeof license === 'string') return license;
  const old = z.union([z.object({ type: z.string() }), z.array(z.object({ type: z.string() })).nonempty()]);
  const parsed = old.safeParse(license ?? licenses);
  if (!parsed.success) return 'see its text';
  return Array.isArray(parsed.data) ? parsed.data.map(({ type }) => type).join(' or ') : parsed.data.type;
}

/** One page without a script, in light and dark. */
export function licencesPage(own: string, licences: readonly Licence[]): string {
  const sections = licences.map(
    ({ name, version, licence, texts }) =>
      `<details><summary>${escapeHtml(name)} ${escapeHtml(version)} · ${escapeHtml(licence)}</summary>\n` +
      `${texts.map((text) => `<pre>${escapeHtml(text)}</pre>`).join('\n')}\n</details>`,
  );
  const style =
    ':root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}' +
    'pre{white-space:pre-wrap;font-size:12px}summary{cursor:pointer;padding:.2rem 0}';
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Thaw: licences</title><style>${style}</style>\n` +
    `<h1>Licences</h1><p>Thaw is under the Apache License 2.0. It contains the packages below, each under its own licence. ` +
    `Electron and Chromium come with LICENSE.electron.txt and LICENSES.chromium.html beside the program; TensorFlow is under the Apache License 2.0.</p>\n` +
    `<details><summary>Thaw · Apache-2.0</summary>\n<pre>${escapeHtml(own)}</pre>\n</details>\n${sections.join('\n')}\n</html>\n`
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
