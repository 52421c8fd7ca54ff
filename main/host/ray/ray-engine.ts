/** An engine somewhere in a Ray cluster: whoever gives it a training cannot tell it from one of this machine. */
import { existsSync } from 'node:fs';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type Failure, type Result, toFailure } from '../../../shared/contract/errors.ts';
import type { RayCluster } from '../../../shared/domain/cluster.ts';
import { RunId, type Sha256 } from '../../../shared/domain/ids.ts';
import type { Job, JobResult, TrainJob } from '../../engine/protocol/messages.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { listNames } from '../../kernel/folders.ts';
import { openPack } from '../../packs/read-pack.ts';
import { packIdOf, writePack } from '../../packs/write-pack.ts';
import type { EngineClient, JobOptions } from '../engine-client.ts';
import type { RayJobs } from './jobs-client.ts';
import { shareWeights } from './shared-weights.ts';
import { dataPackFile, TrialEvent, TrialFile, type TrialFolder, TrialResult, trialFolder } from './storage.ts';

const SMALL_PACK_BYTES = 50_000_000; // goes up as the job's working directory
const LAST_WORDS = 500; // of a lost trial's log, as Ray kept it
const MOST_ATTEMPTS = 4; // of a trial whose node was lost
const MOST_EVENT_BYTES = 16 * 1024 * 1024; // read at once
const cancelled: Failure = { code: 'CANCELLED', message: 'Stopped as asked.' };

export type RayEngineParts = {
  readonly jobs: RayJobs;
  readonly cluster: RayCluster;
  readonly threads: number; // pinned there as here, since they decide the last bits
  readonly local: EngineClient; // for what is no training
  readonly pollMs?: number;
};

/**
 * `close` leaves what runs in the cluster alone: it is found again by the run's id. What came home as a whole is removed
 * from the shared folder then, and not before: until the run is recorded here it would have to be trained again.
 */
export function createRayEngine(parts: RayEngineParts): EngineClient {
  const packs = new Map<string, Promise<DataPack>>();
  const takenHome = new Set<string>();
  return {
    run: async (job: Job, options: JobOptions): Promise<Result<JobResult>> => {
      if (job.kind !== 'train') return parts.local.run(job, options);
      try {
        const result = await runThere({ ...parts, packs }, job, options);
        if (result.ok) takenHome.add(trialFolder(parts.cluster.storage, RunId.parse(job.jobId)).folder);
        return result;
      } catch (error) {
        return { ok: false, failure: options.signal.aborted ? cancelled : toFailure(error) };
      }
    },
    connections: () => parts.local.connections(),
    close: async () => {
      for (const folder of takenHome) await rm(folder, { recursive: true, force: true });
      takenHome.clear();
    },
  };
}

type DataPack = { readonly packId: Sha256; readonly file: string; readonly bytes: number };
type There = RayEngineParts & { readonly packs: Map<string, Promise<DataPack>> };

async function runThere(there: There, job: TrainJob, options: JobOptions): Promise<Result<JobResult>> {
  const runId = RunId.parse(job.jobId);
  const places = trialFolder(there.cluster.storage, runId);
  const found = job.resume === true ? await findRunning(there, runId) : null;
  if (found === null) {
    await rm(places.result, { force: true });
    await rm(places.finish, { force: true });
  }
  const reader = createEventReader(places.events, found === null ? await sizeOf(places.events) : 0, options);
  let attempt = found ?? (await firstFree(there, runId));
  if (found === null) await submit(there, { job, places, attempt });
  for (let tries = 1; ; tries += 1) {
    const end = await follow(there, { places, submissionId: submissionIdOf(runId, attempt), reader }, options);
    if (end.kind === 'result') return takeHome(places, job, end.result);
    if (end.kind === 'stopped' || options.signal.aborted) return { ok: false, failure: cancelled };
    if (tries === MOST_ATTEMPTS)
      return { ok: false, failure: { code: 'ENGINE_CRASHED', message: lostMessage(there, runId, end.message) } };
    options.onEvent({
      kind: 'logged',
      entry: 'node-lost',
      text: `Its node was lost: sent again, from its last checkpoint. ${end.message}`.trim(),
    });
    attempt += 1;
    await submit(there, { job: { ...job, resume: true }, places, attempt });
  }
}

function submissionIdOf(runId: RunId, attempt: number): string {
  return `thaw-${runId}-${attempt}`;
}

/** An attempt that is still on its way or has left its result, of an app that was closed meanwhile. */
async function findRunning({ jobs, cluster }: There, runId: RunId): Promise<number | null> {
  for (let attempt = 1; ; attempt += 1) {
    const details = await jobs.find(submissionIdOf(runId, attempt));
    if (details === null) return null;
    if (details.status === 'PENDING' || details.status === 'RUNNING') return attempt;
    if (details.status === 'SUCCEEDED' && existsSync(trialFolder(cluster.storage, runId).result)) return attempt;
  }
}

async function firstFree({ jobs }: There, runId: RunId): Promise<number> {
  let attempt = 1;
  while ((await jobs.find(submissionIdOf(runId, attempt))) !== null) attempt += 1;
  return attempt;
}

type Sent = { readonly job: TrainJob; readonly places: TrialFolder; readonly attempt: number };

async function submit(there: There, { job, places, attempt }: Sent): Promise<void> {
  const { jobs, cluster, threads } = there;
  const pack = await dataPackOf(there, job);
  const weights = await shareWeights(cluster.storage, job.backbone);
  const trial: TrialFile = {
    formatVersion: 1,
    packId: pack.packId,
    job: {
      ...job,
      featuresFolder: '',
      backbonesFolder: '',
      runFolder: '',
      images: job.images.map((image) => ({ ...image, path: '' })),
    },
    executors: await rememberedExecutors(job.featuresFolder),
  };
  await writeFileAtomically(places.trial, [Buffer.from(JSON.stringify(TrialFile.parse(trial)))]);
  const isSmall = pack.bytes <= SMALL_PACK_BYTES;
  const workingDir = isSmall ? await jobs.upload(...(await packageOf(pack))) : null;
  const data = isSmall ? basename(pack.file) : pathThere(cluster, pack.file);
  await jobs.submit({
    submissionId: submissionIdOf(RunId.parse(job.jobId), attempt),
    entrypoint: `${cluster.command} work --trial ${quoted(pathThere(cluster, places.trial))} --data ${quoted(data)}`,
    environment: {
      THAW_THREADS: String(threads),
      ...(weights !== null && { THAW_WEIGHTS_DIR: pathThere(cluster, weights) }),
    },
    workingDir,
    cpus: threads,
    gpus: cluster.gpus,
  });
}

/** The pack of a training's photos, written once to the folder that all machines see. */
function dataPackOf(there: There, job: TrainJob): Promise<DataPack> {
  const key = job.images.map(({ imageId }) => imageId).join();
  const made = there.packs.get(key) ?? makeDataPack(there.cluster.storage, job);
  there.packs.set(key, made);
  made.catch(() => there.packs.delete(key));
  return made;
}

async function makeDataPack(storage: string, { images }: TrainJob): Promise<DataPack> {
  const sources = new Map(images.map(({ imageId, path }) => [imageId, path]));
  const ids = [...sources.keys()].sort();
  const head = { name: 'photos', classes: [], photos: [], runs: [] };
  const files = await Promise.all(
    ids.map(async (sha256) => ({ path: `images/${sha256}`, sha256, bytes: (await stat(sources.get(sha256)!)).size })),
  );
  const packId = packIdOf({ format: 'thaw-pack', formatVersion: 1, ...head, files });
  const file = dataPackFile(storage, packId);
  if (!existsSync(file)) {
    const packed = files.map(({ path, sha256 }) => ({ path, sha256, source: sources.get(sha256)! }));
    await writePack(file, { ...head, files: packed });
  }
  return { packId, file, bytes: (await stat(file)).size };
}

/** Ray unpacks what it is handed, so the pack goes up inside a zip of its own. */
async function packageOf({ packId, file }: DataPack): Promise<[string, Uint8Array]> {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  zip.addFile(file, basename(file), { mtime: new Date(0), compress: false });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
  return [`_ray_pkg_${packId.slice(0, 32)}.zip`, Buffer.concat(chunks)];
}

async function rememberedExecutors(featuresFolder: string): Promise<Record<string, string>> {
  const folder = join(featuresFolder, 'executors');
  const names = (await listNames(folder)).filter((name) => /^[0-9a-f]+\.json$/.test(name));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}

function pathThere({ storage, storageThere }: RayCluster, path: string): string {
  return storageThere === null ? path : storageThere + path.slice(storage.length).replaceAll('\\', '/');
}

/** For the shell of a node. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

type Followed = { readonly places: TrialFolder; readonly submissionId: string; readonly reader: EventReader };
type End =
  | { readonly kind: 'result'; readonly result: TrialResult }
  | { readonly kind: 'lost' | 'stopped'; readonly message: string };

async function follow(
  { jobs, pollMs = 1000 }: There,
  { places, submissionId, reader }: Followed,
  options: JobOptions,
): Promise<End> {
  let isAskedToFinish = false;
  for (;;) {
    if (options.signal.aborted) {
      await jobs.stop(submissionId);
      return { kind: 'stopped', message: '' };
    }
    if (options.finishSignal?.aborted && !isAskedToFinish) {
      isAskedToFinish = true;
      await writeFileAtomically(places.finish, [new Uint8Array()]);
    }
    const details = await jobs.find(submissionId);
    await reader.read();
    const isOver =
      details === null || details.status === 'SUCCEEDED' || details.status === 'FAILED' || details.status === 'STOPPED';
    if (isOver) {
      const result = await readResult(places.result);
      if (result !== null) return { kind: 'result', result };
      if (details?.status === 'STOPPED') return { kind: 'stopped', message: 'It was stopped in the cluster.' };
      const words = details === null ? '' : (await jobs.logs(submissionId)).trim().slice(-LAST_WORDS);
      return { kind: 'lost', message: [details?.message?.slice(0, 300) ?? '', words].join('\n').trim() };
    }
    await sleep(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

async function readResult(file: string): Promise<TrialResult | null> {
  if (!existsSync(file)) return null;
  const parsed = TrialResult.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new AppError('ENGINE_CRASHED', `${file}: is no result of this version. Use the worker image of this Thaw.`);
}

/** What the run left, each file checked by its hash, into the run's folder here. */
async function takeHome(places: TrialFolder, job: TrainJob, result: TrialResult): Promise<Result<JobResult>> {
  if (!result.ok) return result;
  const pack = await openPack(places.pack);
  try {
    for (const file of pack.manifest.files) {
      const [kind, runId, name = ''] = file.path.split('/');
      if (kind === 'runs' && runId === job.jobId) await pack.extract(file, join(job.runFolder, name));
    }
  } finally {
    pack.close();
  }
  return result;
}

type EventReader = { readonly read: () => Promise<void> };

/** Tells what a worker appended since the last time; a line that is no event is passed over and counted as nothing. */
function createEventReader(file: string, from: number, { onEvent }: JobOptions): EventReader {
  let offset = from;
  let rest = '';
  return {
    read: async () => {
      const size = await sizeOf(file);
      if (size <= offset) return;
      const handle = await open(file, 'r');
      try {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(MOST_EVENT_BYTES, size - offset)), {
          position: offset,
        });
        offset += bytesRead;
        const lines = (rest + buffer.subarray(0, bytesRead).toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const event = parseEvent(line);
          if (event !== null) onEvent(event);
        }
      } finally {
        await handle.close();
      }
    },
  };
}

function parseEvent(line: string) {
  try {
    const parsed = TrialEvent.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // half a line of a worker that was killed
  }
}

async function sizeOf(file: string): Promise<number> {
  return existsSync(file) ? (await stat(file)).size : 0;
}

function lostMessage({ cluster }: There, runId: RunId, message: string): string {
  return `Trial ${runId} was lost ${MOST_ATTEMPTS} times on ${cluster.address}. ${message} Look at its log there; 'thaw sweep' goes on from its last checkpoint.`;
}
