/** A run's passport, and training it again. */
import { resolve } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { PassportData } from '../../../shared/contract/passport.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import type { Facts, RunConfig, RunRecord } from '../../../shared/domain/run.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { findRun } from '../../store/runs.ts';
import { datasetHash, splitHash } from '../../store/sides.ts';
import type { CommandContext } from '../dispatch.ts';
import { collectFacts } from '../passport/collect.ts';
import { passportPage } from '../passport/page.ts';
import { readPassport } from '../passport/read.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { isSoftmaxAlone, trainRecorded } from './run-training.ts';
import { recordNewRun } from './train.ts';

/** Throws NOT_FOUND, DISK_FULL, FILE_PERMISSION. */
export async function writePassport(
  session: Session,
  { runId, output, language = 'en' }: CommandInput<'runs.passport'>,
): Promise<CommandOutput<'runs.passport'>> {
  const html = passportPage(collectFacts(session, requireFinishedRun(session, runId)), language);
  const path = output === null ? null : resolve(output);
  if (path !== null) await writeFileAtomically(path, [Buffer.from(html, 'utf8')]);
  return { html, path };
}

/** Throws INVALID_INPUT where the photos, labels or split are not those of the run, or the run is gone from which it took its layers. */
export async function reproduceRun(
  session: Session,
  input: CommandInput<'runs.reproduce'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.reproduce'>> {
  const original = 'runId' in input ? dataOfRun(session, input) : await readPassport(resolve(input.passport));
  const { weightsSha256: expected, config, name } = original;
  if (expected === null)
    throw new AppError('INVALID_INPUT', 'No hash of the weights was kept, so there is nothing to compare with.');
  requireSamePhotos(session, original);
  requireLayersThere(session, config);
  const { frozenThrough: freeze, ...settings } = config;
  const plan = recordNewRun(session, { ...settings, freeze, name: `${name} (again)`.slice(0, 120) });
  const run = await trainRecorded(session, plan, context);
  const found = Sha256.parse(run.versions?.weightsSha256);
  return {
    ...{ originalRunId: original.runId, runId: run.runId, expected, found, isSame: found === expected },
    differences: differencesOf(original, run),
  };
}

function dataOfRun(session: Session, { runId }: { readonly runId: RunRecord['runId'] }): PassportData {
  return collectFacts(session, requireFinishedRun(session, runId)).data;
}

function requireSamePhotos(session: Session, original: PassportData): void {
  const { database } = session.project;
  const isSame = datasetHash(database) === original.datasetHash && splitHash(database) === original.splitHash;
  if (isSame) return;
  throw new AppError(
    'INVALID_INPUT',
    'Photos, labels or the split of this project are not those that the run was trained with, so its weights cannot come out again.',
  );
}

/** A retrained softmax stands on the layers of another run; where that trained no layers of its own, nothing of it is needed. */
function requireLayersThere(session: Session, config: RunConfig): void {
  const { retrainedFrom } = config;
  if (retrainedFrom === undefined || isSoftmaxAlone(config)) return;
  if (findRun(session.project.database, retrainedFrom)?.status === 'done') return;
  const message = `Only the softmax of this run was trained, on the layers of ${retrainedFrom}, which is not in this project. Reproduce it where that run is.`;
  throw new AppError('INVALID_INPUT', message);
}

/** What may explain other bits: machine and versions, where they are not the same. */
function differencesOf(original: PassportData, run: RunRecord): { name: string; before: string; after: string }[] {
  const told = (facts: Facts | null): Facts => facts ?? {};
  const before = { ...told(original.device), ...told(original.versions) };
  const after = { ...told(run.device), ...told(run.versions) };
  return Object.keys({ ...before, ...after })
    .filter((name) => name !== 'weightsSha256' && before[name] !== after[name])
    .map((name) => ({ name, before: String(before[name] ?? '–'), after: String(after[name] ?? '–') }));
}
