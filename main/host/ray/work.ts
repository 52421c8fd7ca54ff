/** What a node of a cluster does for one trial: unpacks the photos once, trains, and leaves reports and the result. */
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { CommandEvent, CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError, toFailure } from '../../../shared/contract/errors.ts';
import { RunId } from '../../../shared/domain/ids.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { listNames } from '../../kernel/folders.ts';
import { backbonesFolder } from '../../kernel/resources.ts';
import { openPack, requireRoomForPack } from '../../packs/read-pack.ts';
import { writePack } from '../../packs/write-pack.ts';
import type { CommandContext } from '../dispatch.ts';
import type { EngineClient } from '../engine-client.ts';
import { expectResult } from '../expect-result.ts';
import { MOST_TRIAL_BYTES, TrialFile, type TrialFolder, type TrialResult, trialFolderAt } from './storage.ts';

const LOOK_FOR_FINISH_MS = 500;
const BUSY_PAUSE_MS = 1000;

/** Throws INVALID_INPUT for a trial or pack that is none, and what ended the training after writing it down. */
export async function workOnTrial(
  engine: EngineClient,
  { trial: trialFile, data, cache }: CommandInput<'trials.work'>,
  context: CommandContext,
): Promise<CommandOutput<'trials.work'>> {
  const places = trialFolderAt(dirname(resolve(trialFile)));
  const trial = await readTrial(places.trial);
  const cacheFolder = resolve(cache);
  const images = await unpackOnce(resolve(data), cacheFolder, trial);
  const featuresFolder = join(cacheFolder, 'features');
  await placeExecutors(featuresFolder, trial);
  await mkdir(places.run, { recursive: true });
  const job = {
    ...trial.job,
    ...{ featuresFolder, backbonesFolder, runFolder: places.run },
    images: trial.job.images.map((image) => ({ ...image, path: join(images, image.imageId) })),
  };
  try {
    const value = expectResult(await runPatiently(engine, { job, places }, context), 'train');
    await packRun(places, RunId.parse(trial.job.jobId));
    await leaveResult(places, { ok: true, value });
    return { runId: RunId.parse(trial.job.jobId), weightsSha256: value.weightsSha256 };
  } catch (error) {
    if (!context.signal.aborted) await leaveResult(places, { ok: false, failure: toFailure(error) });
    throw error;
  }
}

async function readTrial(file: string): Promise<TrialFile> {
  const refuse = (why: string, cause?: unknown): AppError =>
    new AppError('INVALID_INPUT', `${file}: is no trial: ${why}. Send it again.`, { cause });
  try {
    const { size } = await stat(file);
    if (size > MOST_TRIAL_BYTES) throw refuse('it is too large');
    const parsed = TrialFile.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.data;
    throw refuse(parsed.error.issues[0]?.message ?? 'another version wrote it');
  } catch (error) {
    throw error instanceof AppError ? error : refuse(error instanceof Error ? error.message : String(error), error);
  }
}

/** The folder of the photos; every file has the hash that it is named by, or is not there. */
async function unpackOnce(data: string, cacheFolder: string, { packId, job }: TrialFile): Promise<string> {
  const folder = join(cacheFolder, 'packs', packId, 'images');
  const isMissing = job.images.some(({ imageId }) => !existsSync(join(folder, imageId)));
  if (!isMissing) return folder;
  await mkdir(folder, { recursive: true });
  const pack = await openPack(data);
  try {
    if (pack.packId !== packId)
      throw new AppError('INVALID_INPUT', `${data}: is not the data pack ${packId} of this trial. Send it again.`);
    await requireRoomForPack(pack.manifest, folder);
    for (const file of pack.manifest.files) {
      const [kind, name = ''] = file.path.split('/');
      if (kind === 'images' && name === file.sha256 && !existsSync(join(folder, name)))
        await pack.extract(file, join(folder, name));
    }
    return folder;
  } finally {
    pack.close();
  }
}

/** Which executor was measured to be fastest counts only on a machine of the same kind; there it gives the same bits. */
async function placeExecutors(featuresFolder: string, { executors }: TrialFile): Promise<void> {
  for (const [name, text] of Object.entries(executors)) {
    const file = join(featuresFolder, 'executors', name);
    if (!existsSync(file)) await writeFileAtomically(file, [Buffer.from(text)]);
  }
}

type Work = { readonly job: TrialFile['job']; readonly places: TrialFolder };

/** Another trial on this node may be writing the same features: then this one waits for it. */
async function runPatiently(engine: EngineClient, work: Work, context: CommandContext) {
  for (;;) {
    const result = await runOnce(engine, work, context);
    if (result.ok || result.failure.code !== 'PROJECT_LOCKED' || context.signal.aborted) return result;
    await new Promise((resume) => setTimeout(resume, BUSY_PAUSE_MS));
  }
}

async function runOnce(engine: EngineClient, { job, places }: Work, context: CommandContext) {
  const finish = new AbortController();
  const watch = setInterval(() => {
    if (existsSync(places.finish)) finish.abort();
  }, LOOK_FOR_FINISH_MS);
  let written: Promise<unknown> = Promise.resolve();
  const onEvent = (event: CommandEvent): void => {
    context.onEvent(event);
    written = written.then(() => appendFile(places.events, `${JSON.stringify(event)}\n`));
  };
  try {
    return await engine.run(job, { onEvent, signal: context.signal, finishSignal: finish.signal });
  } finally {
    clearInterval(watch);
    await written;
  }
}

async function packRun({ run, pack }: TrialFolder, runId: RunId): Promise<void> {
  const names = (await listNames(run)).filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
  const files = names.map((name) => ({ source: join(run, name), path: `runs/${runId}/${name}` }));
  await writePack(pack, { name: runId, classes: [], photos: [], runs: [], files });
}

async function leaveResult({ result }: TrialFolder, content: TrialResult): Promise<void> {
  await writeFileAtomically(result, [Buffer.from(JSON.stringify(content))]);
}
