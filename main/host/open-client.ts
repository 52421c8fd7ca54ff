/** Opens a project for a front end: as its owner, or by joining the host that has it open. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { createImagingPool, type ImagingPool } from '../imaging/pool.ts';
import { acquireLock, type OwnedLock } from '../store/lock.ts';
import { openProject } from '../store/project.ts';
import { createInProcessClient } from './dispatch.ts';
import { createEngineClient } from './engine-client.ts';
import { createHandlers } from './handlers.ts';
import type { Session } from './session.ts';
import { joinHost } from './transports/websocket-client.ts';
import { serveContract } from './transports/websocket-server.ts';

const JOIN_ATTEMPTS = 20;
const JOIN_PAUSE_MS = 250;

export type OpenRequest = {
  readonly folder: string | null; // null: only what needs no project
  readonly create: boolean;
};

export async function openClient(request: OpenRequest): Promise<Client> {
  if (request.folder === null) {
    const engine = createEngineClient();
    return createInProcessClient(createHandlers(engine, null), async () => engine.close());
  }
  const folder = resolve(request.folder);
  if (request.create) mkdirSync(folder, { recursive: true });
  else if (!existsSync(join(folder, 'thaw.sqlite')) && !existsSync(join(folder, 'backups')))
    throw new AppError('PROJECT_MISSING', `${folder} holds no Thaw project. 'thaw import' makes one.`);
  return joinOrOwn(folder, request.create);
}

/** The owner may end between our look at the lock and our knock: then the lock is tried again, for a while. */
async function joinOrOwn(folder: string, create: boolean): Promise<Client> {
  for (let attempt = 1; ; attempt += 1) {
    const lock = await acquireLock(folder, { pid: process.pid });
    if (lock.kind === 'owner') return openAsOwner(folder, create, lock);
    try {
      return await joinHost(lock);
    } catch (error) {
      if (attempt === JOIN_ATTEMPTS) throw error;
      await sleep(JOIN_PAUSE_MS);
    }
  }
}

async function openAsOwner(folder: string, create: boolean, lock: OwnedLock): Promise<Client> {
  try {
    const project = openProject(folder, { clock: () => new Date(), create });
    if (project.recovered !== undefined) process.stderr.write(`${JSON.stringify(project.recovered)}\n`);
    const engine = createEngineClient();
    let pool: ImagingPool | null = null;
    const session: Session = {
      project,
      engine,
      clock: () => new Date(),
      random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
      imaging: () => {
        pool ??= createImagingPool({ processes: 2 });
        return pool;
      },
    };
    const handlers = createHandlers(engine, session);
    const token = randomBytes(24).toString('hex');
    const server = await serveContract(handlers, token);
    lock.publish({ port: server.port, token });
    return createInProcessClient(handlers, async () => {
      await server.drain();
      engine.close();
      await pool?.close();
      project.close();
      lock.release(); // last: whoever takes it next opens the database
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}
