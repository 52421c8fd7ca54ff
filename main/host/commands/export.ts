/** Exports of a run: the engine writes and proves them, the run's folder remembers them. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { ExportRecord } from '../../../shared/domain/export.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { listNames } from '../../kernel/folders.ts';
import { findJudgement } from '../../store/judgements.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { jobPlaces, labelledImages, requireFinishedRun, runFolder, type Session } from '../session.ts';

const PICTURES = 64; // unless told
const MOST_RECORD_BYTES = 10_000_000;

/**
 * Writes a folder a format, compared on photos that were held out; labels are not looked at, so it is no look at the test side.
 *
 * Throws INVALID_INPUT where a folder of that name is there already.
 */
export async function exportRun(
  session: Session,
  input: CommandInput<'runs.export'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.export'>> {
  const run = requireFinishedRun(session, input.runId);
  const images = heldOut(session, input.mostPictures ?? PICTURES);
  if (images.length === 0)
    context.onEvent({ kind: 'note', text: 'No photos are left to compare on: only the test picture is.' });
  const { runId } = run;
  const own = join(runFolder(session, runId), 'export');
  const temperature = findJudgement(session.project.database, runId)?.temperature ?? 1;
  const job = {
    ...({ kind: 'export', jobId: runId, ...jobPlaces(session, runId), runId, title: run.name } as const),
    ...{ formats: [...new Set(input.formats)], preprocessing: input.preprocessing, images, temperature },
    ...{ outputFolder: input.output === null ? own : resolve(input.output), replaces: input.output === null },
  };
  const { exports } = expectResult(await session.engine.run(job, context), 'export');
  for (const record of exports) if (record.ready) await keepRecord(session, record);
  return { runId, exports };
}

/** Photos that the run did not learn from, validation first; where there are none, those it did. */
function heldOut(session: Session, most: number): JobImage[] {
  const held = [...labelledImages(session, ['val']), ...labelledImages(session, ['test'])];
  return (held.length > 0 ? held : labelledImages(session, ['train'])).slice(0, most);
}

const recordsFolder = (session: Session, runId: RunId): string => join(runFolder(session, runId), 'exports');

async function keepRecord(session: Session, record: ExportRecord): Promise<void> {
  const name = `${record.exportedAt.replaceAll(':', '-')}-${record.format}.json`;
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await writeFileAtomically(join(recordsFolder(session, record.runId), name), [Buffer.from(text, 'utf8')]);
}

/** The newest first; what cannot be read is passed over, for nothing depends on it. */
export async function listExports(
  session: Session,
  { runId }: CommandInput<'runs.exports'>,
): Promise<CommandOutput<'runs.exports'>> {
  const folder = recordsFolder(session, runId);
  const names = (await listNames(folder)).filter((name) => name.endsWith('.json')).reverse();
  const found = await Promise.all(names.slice(0, 100).map((name) => readRecord(join(folder, name))));
  return { exports: found.filter((record) => record !== null) };
}

async function readRecord(path: string): Promise<ExportRecord | null> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > MOST_RECORD_BYTES) throw new AppError('INVALID_INPUT', `${path}: is no export record.`);
    return ExportRecord.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
