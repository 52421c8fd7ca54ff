/** The user's settings: one small JSON file outside every project. */
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Settings } from '../../../shared/contract/machine.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { asReadFailure, asWriteFailure, systemErrorCode } from '../../kernel/system-error.ts';

const MAX_FILE_BYTES = 64 * 1024;
export const defaultSettings: Settings = { language: 'system', theme: 'system', notify: true, cluster: null };

/**
 * The settings in a folder; the defaults where there are none.
 *
 * A file that is no settings file is moved aside (`settings.json.damaged-<time>`), what is well in it is kept. Throws
 * FILE_PERMISSION where it may not be read.
 */
export async function readSettings(folder: string, clock: () => Date): Promise<Settings> {
  const file = settingsFile(folder);
  const found = await readJson(file);
  if (found.kind === 'missing') return defaultSettings;
  const whole = Settings.safeParse(found.value);
  if (whole.success) return whole.data;
  const stamp = clock().toISOString().replaceAll(/[:.]/g, '-');
  await rename(file, `${file}.damaged-${stamp}`).catch((error: unknown) => {
    throw asWriteFailure(file, error);
  });
  return healthyPart(found.value);
}

/** Stores the settings as a whole or not at all. Throws DISK_FULL or FILE_PERMISSION. */
export async function writeSettings(folder: string, settings: Settings): Promise<Settings> {
  await writeFileAtomically(settingsFile(folder), [Buffer.from(`${JSON.stringify(settings, null, 2)}\n`)]);
  return settings;
}

function settingsFile(folder: string): string {
  return join(folder, 'settings.json');
}

type Found = { readonly kind: 'missing' } | { readonly kind: 'found'; readonly value: unknown }; // null: no JSON

async function readJson(file: string): Promise<Found> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) return { kind: 'found', value: null };
    return { kind: 'found', value: parseJson(await readFile(file, 'utf8')) };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    if (code === 'EISDIR') return { kind: 'found', value: null };
    throw asReadFailure(file, error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Each setting by itself, or its default. */
function healthyPart(value: unknown): Settings {
  const given: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { language, theme, notify, cluster } = Settings.shape;
  return {
    language: language.catch(defaultSettings.language).parse(given.language),
    theme: theme.catch(defaultSettings.theme).parse(given.theme),
    notify: notify.catch(defaultSettings.notify).parse(given.notify),
    cluster: cluster.catch(defaultSettings.cluster).parse(given.cluster),
  };
}
