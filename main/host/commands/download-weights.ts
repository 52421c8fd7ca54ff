/** The catalogue of pretrained weights, and fetching a row of it. */
import { join } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { CatalogueRow, KeptWeights } from '../../../shared/contract/weights.ts';
import {
  type CatalogueEntry,
  findCatalogueEntry,
  type HubWeights,
  weightsCatalogue,
} from '../../../shared/domain/weights-catalogue.ts';
import { listKeptWeights } from '../../engine/weights/importing/kept-folder.ts';
import { progressReporter } from '../../library/progress-reporter.ts';
import type { CommandContext } from '../dispatch.ts';
import { downloadFile, findPart } from '../downloading/download-file.ts';
import { hubUrlOf } from '../downloading/hub-file.ts';
import type { EngineClient } from '../engine-client.ts';
import { ownWeightsFolder, runImport } from './weights.ts';

const UNIT_BYTES = 1_000_000; // progress counts megabytes

const partFolder = (id: string): string => join(ownWeightsFolder(), 'downloads', id);
const sourceOf = (entry: CatalogueEntry): string =>
  entry.kind === 'hub' ? `${entry.repository}/${entry.path}` : entry.source;

/** What there is, what of it is kept, and what was begun. Asks no network. */
export async function listCatalogue(): Promise<CommandOutput<'weights.catalogue'>> {
  const kept = await listKeptWeights(ownWeightsFolder());
  return { rows: await Promise.all(weightsCatalogue.map((entry) => rowOf(entry, kept))) };
}

async function rowOf(entry: CatalogueEntry, kept: readonly KeptWeights[]): Promise<CatalogueRow> {
  const part = entry.kind === 'hub' ? await findPart(partFolder(entry.id)) : null;
  return {
    ...{ id: entry.id, network: entry.network, title: entry.title, source: sourceOf(entry), licence: entry.licence },
    sha256: entry.kind === 'hub' ? entry.sha256 : entry.sha256Start,
    canDownload: entry.kind === 'hub',
    ...{ partBytes: part?.bytes ?? null, ofBytes: part?.of ?? null },
    kept: kept.find((weights) => isFrom(entry, weights))?.id ?? null,
  };
}

function isFrom(entry: CatalogueEntry, { source, network, report }: KeptWeights): boolean {
  if (network !== entry.network) return false;
  return entry.kind === 'hub' ? source === sourceOf(entry) : report.fileSha256.startsWith(entry.sha256Start);
}

/**
 * Fetches, compares the hash and imports; the file itself is not kept, what was fetched before a failure is.
 *
 * Throws NOT_FOUND, INVALID_INPUT for a row that no hub has, DOWNLOAD_FAILED, DISK_FULL, CANCELLED, and as importWeights.
 */
export async function downloadWeights(
  engine: EngineClient,
  { id }: CommandInput<'weights.download'>,
  context: CommandContext,
): Promise<CommandOutput<'weights.download'>> {
  const entry = findCatalogueEntry(id);
  if (entry.kind === 'file') throw notDownloadable(entry.fileName, entry.source);
  const report = progressReporter((progress) => context.onEvent({ kind: 'progress', progress }));
  const downloaded = await downloadFile({
    place: { repository: entry.repository, path: entry.path, revision: entry.revision },
    folder: partFolder(id),
    access: { hubUrl: hubUrlOf(process.env), signal: context.signal },
    onBytes: (done, total) => report('downloading', Math.floor(done / UNIT_BYTES), Math.ceil(total / UNIT_BYTES)),
  });
  try {
    const imported = await runImport(engine, wishOf(entry, downloaded), context);
    await downloaded.done('nothing');
    return imported;
  } catch (error) {
    const isWorthless = error instanceof AppError && error.code === 'WEIGHTS_INVALID'; // another hash, or damaged
    await downloaded.done(isWorthless ? 'nothing' : 'part');
    throw error;
  }
}

function wishOf(entry: HubWeights, { file, sha256 }: { readonly file: string; readonly sha256: string | null }) {
  const { network, licence } = entry;
  return { file, network, licence, sha256: (entry.sha256 ?? sha256) as null, source: sourceOf(entry) };
}

function notDownloadable(fileName: string, source: string): AppError {
  const text = `${fileName} is on no hub that Thaw asks (${source}). Get the file there, then add it in Settings ('thaw weights add FILE').`;
  return new AppError('INVALID_INPUT', text);
}
