/** Opens a project for a front end: as its owner, or by joining the host that has it open. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { createImagingPool, type ImagingPool } from '../imaging/pool.ts';
import { removeTemporaryFiles } from '../kernel/atomic-write.ts';
import { asWriteFailure, systemErrorCode } from '../kernel/system-error.ts';
import { acquireLock, type OwnedLock } from '../store/lock.ts';
import { openProject, type Project } from '../store/project.ts';
import { createInProcessClient } from './dispatch.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { createHost } from './handlers.ts';
import type { JobRegistry } from './jobs/registry.ts';
import { openingNotes } from './opening-notes.ts';
import { redrawThumbnails } from './redraw-thumbnails.ts';
import type { Session } from './session.ts';
import { joinHost } from './transports/websocket-client.ts';
import { type ContractServer, serveContract } from './transports/websocket-server.ts';

const JOIN_LIMIT_MS = 10_000;
const JOIN_PAUSE_MS = 250;
const MOST_DECODERS = 8; // one more than cores, since each waits for the disk and for the next photo

export type OpenRequest = {
  readonly folder: string | null; // null: only what needs no project
  readonly create: boolean;
  readonly onNote?: (text: string) => void; // sentences for the user, of no single command; to stderr unless told
  readonly onLost?: () => void; // the Thaw that was joined has ended; never called for an owner, nor after close
  readonly onClose?: 'wait' | 'stop'; // what others do through this process when it closes: waited for unless told
};

export async function openClient(request: OpenRequest): Promise<Client> {
  if (request.folder === null) {
    return openWithoutProject();
  }
  const folder = resolve(request.folder);
  if (request.create) makeFolder(folder);
  else if (!holdsProject(folder) && !existsSync(join(folder, 'backups')))
    throw new AppError(
      'PROJECT_MISSING',
      `${folder} holds no Thaw project. Importing photos ('thaw import') makes one.`,
    );
  try {
    return await joinOrOwn(folder, request);
  } catch (error) {
    if (!isNotWritable(error) || !holdsProject(folder)) throw error;
    return openForReading(folder, request, error);
  }
}

function openWithoutProject(): Client {
  const engine = createEngineClient();
  const { handlers, jobs } = createHost(engine, null);
  return createInProcessClient(handlers, async () => {
    await jobs.close('all');
    await engine.close();
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR'].includes(systemErrorCode(error))) throw asWriteFailure(folder, error);
    const message = `${folder}: a file stands in the way of this folder. Choose another project folder.`;
    throw new AppError('INVALID_INPUT', message, { cause: error });
  }
}

/** The owner may end between our look at the lock and our knock: then the lock is tried again, for a while. */
async function joinOrOwn(folder: string, request: OpenRequest): Promise<Client> {
  const deadlineMs = performance.now() + JOIN_LIMIT_MS;
  for (;;) {
    const lock = await acquireLock(folder, { pid: process.pid });
    if (lock.kind === 'owner') return openAsOwner(folder, request, lock);
    try {
      return await joinHost(lock, request.onLost);
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(JOIN_PAUSE_MS);
    }
  }
}

function holdsProject(folder: string): boolean {
  return existsSync(join(folder, 'thaw.sqlite'));
}

/** A full disk has no room for the lock or the log either: what is there can be looked at all the same. */
function isNotWritable(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === 'PROJECT_READ_ONLY' || error.code === 'DISK_FULL');
}

/** A project that may not be written: a copy of its database in memory, and no command that changes anything. */
function openForReading(folder: string, request: OpenRequest, reason: AppError): Client {
  const engine = createEngineClient();
  const project = openProject(folder, { clock: () => new Date(), readOnly: true });
  const why = reason.code === 'DISK_FULL' ? 'disk-full' : 'not-permitted';
  const owned: Owned = { ...unopened({ engine, lock: null, onNote: tellerOf(request) }), project };
  const notes = openingNotes(project, why);
  for (const note of notes) owned.onNote(note);
  const { handlers, jobs } = createHost(engine, createSession(project, owned, notes));
  owned.jobs = jobs;
  return createInProcessClient(handlers, () => closeOwned(owned, 'stop'));
}

function tellerOf({ onNote }: OpenRequest): (text: string) => void {
  return onNote ?? ((text) => void process.stderr.write(`${text}\n`));
}

async function openAsOwner(folder: string, request: OpenRequest, lock: OwnedLock): Promise<Client> {
  const engine = createEngineClient();
  const onNote = tellerOf(request);
  const owned = unopened({ engine, lock, onNote });
  try {
    const project = openProject(folder, { clock: () => new Date(), create: request.create });
    owned.project = project;
    const notes = openingNotes(project);
    for (const note of notes) onNote(note);
    await removeUnfinished(project);
    const session = createSession(project, owned, notes);
    const { handlers, jobs } = createHost(engine, session);
    owned.jobs = jobs;
    const token = randomBytes(24).toString('hex');
    owned.server = await serveContract(handlers, token);
    lock.publish({ port: owned.server.port, token });
    owned.redrawing = redrawThumbnails(session, { signal: owned.closing.signal, onNote });
    return createInProcessClient(handlers, () => closeOwned(owned, request.onClose ?? 'wait'));
  } catch (error) {
    await closeOwned(owned, 'stop');
    throw error;
  }
}

type Owned = {
  readonly engine: EngineClient;
  readonly lock: OwnedLock | null; // null: open for reading only
  readonly onNote: (text: string) => void;
  project: Project | null;
  jobs: JobRegistry | null;
  server: ContractServer | null;
  pool: ImagingPool | null;
  redrawing: Promise<void>; // never rejects
  readonly closing: AbortController;
};

function unopened(begun: Pick<Owned, 'engine' | 'lock' | 'onNote'>): Owned {
  const closing = new AbortController();
  return { ...begun, project: null, jobs: null, server: null, pool: null, redrawing: Promise.resolve(), closing };
}

/** Copies and thumbnails that a killed process was writing; nobody writes there before the owner has opened. */
async function removeUnfinished({ folders }: Project): Promise<void> {
  for (const folder of [folders.images, folders.thumbs, folders.previews]) await removeTemporaryFiles(folder);
}

function createSession(project: Project, owned: Owned, notes: readonly string[]): Session {
  return {
    project,
    engine: owned.engine,
    notes,
    clock: () => new Date(),
    random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
    imaging: () => {
      owned.pool ??= createImagingPool({ processes: Math.min(MOST_DECODERS, cpus().length + 1) });
      return owned.pool;
    },
  };
}

/**
 * Ends what was started; the lock goes last, whatever fails before: whoever takes it next opens the database.
 *
 * 'wait': what other front ends do through this one is waited for; 'stop': it is stopped, and trainings keep their
 * checkpoints.
 */
async function closeOwned(owned: Owned, others: 'wait' | 'stop'): Promise<void> {
  const { engine, lock, jobs, project, server } = owned;
  try {
    owned.closing.abort();
    if (others === 'wait') await waitForOthers(owned);
    await jobs?.close(others === 'wait' ? 'detached' : 'all');
    await server?.drain();
    await engine.close();
    await owned.redrawing;
    await owned.pool?.close();
    project?.close();
  } finally {
    lock?.release();
  }
}

/** Until no other front end has work under way here. One that only watches is told by the end of its connection. */
async function waitForOthers({ jobs, onNote }: Owned): Promise<void> {
  if (jobs === null || jobs.running() === 0) return;
  onNote('Another Thaw still works in this project through this one: waiting for it. Ctrl-C ends both.');
  await jobs.settle();
}
