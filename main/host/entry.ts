/**
 * The host as a child of the desktop shell: `node main/host/entry.ts [--project FOLDER [--create]]`, with an IPC channel.
 *
 * Speaks host-messages.ts. Ends by itself when the channel closes, so that no training outlives its app unseen: jobs are
 * stopped first, and a training keeps its checkpoint. Exit codes: 0 quit or the shell has gone, 1 could not open, 2 usage.
 */
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import type { Client } from '../../shared/contract/commands.ts';
import { AppError, type Failure, toFailure } from '../../shared/contract/errors.ts';
import { type HostProcessMessage, ShellMessage } from '../../shared/contract/host-messages.ts';
import { openCrashLog, recordUncaught } from './crash-log.ts';
import { openLastingClient } from './lasting-client.ts';
import { callByName } from './transports/call-by-name.ts';
import { createPortHub, type PortHub } from './transports/port-hub.ts';

const CLOSE_LIMIT_MS = 15_000; // then the process ends as it is; a run under way is marked at the next open

const FLUSH_AFTER_MS = 5000; // what was compiled helps the next start, also when this host is killed

type Wish = { readonly folder: string | null; readonly create: boolean };

function readWish(): Wish {
  const { values } = parseArgs({ options: { project: { type: 'string' }, create: { type: 'boolean' } } });
  return { folder: values.project ?? null, create: values.create ?? false };
}

function send(message: HostProcessMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined); // EPIPE: 'disconnect' follows
}

async function fail(failure: Failure): Promise<void> {
  await new Promise<void>((resolve) => {
    if (!process.connected || process.send === undefined) return resolve();
    process.send({ kind: 'failed', failure } satisfies HostProcessMessage, undefined, undefined, () => resolve());
  });
  process.exit(1);
}

/** What the shell says before the project is open is kept in order; 'quit' and the end of the channel count at once. */
async function serve(wish: Wish): Promise<void> {
  const early: unknown[] = [];
  let hub: PortHub | null = null;
  let client: Client | null = null;
  let isEnding = false;
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
    hub?.endAll();
    await client?.close();
    process.exit(0);
  };
  process.on('message', (message) => {
    if (isQuit(message)) void end();
    else if (hub === null) early.push(message);
    else hub.receive(message);
  });
  process.on('disconnect', () => void end());
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => undefined); // Ctrl-C on a terminal reaches the shell too, which quits in order
  const opened = await openLastingClient({ ...wish, onClose: 'stop', onNote: () => undefined });
  client = opened;
  if (isEnding) await opened.close().finally(() => process.exit(0));
  const info = wish.folder === null ? null : await requireInfo(opened);
  hub = createPortHub({ call: (request, context) => callByName(opened, request, context), send });
  send({ kind: 'opened', info });
  for (const message of early) hub.receive(message);
  setTimeout(flushCompileCache, FLUSH_AFTER_MS).unref();
}

function isQuit(message: unknown): boolean {
  const parsed = ShellMessage.safeParse(message);
  return parsed.success && 'kind' in parsed.data && parsed.data.kind === 'quit';
}

async function requireInfo(client: Client) {
  const info = await client.call('project.info', {});
  if (info.ok) return info.value;
  throw new AppError(info.failure.code, info.failure.message);
}

if (process.send === undefined) {
  process.stderr.write('main/host/entry.ts is started by the desktop app. Use `thaw serve` for a browser.\n');
  process.exitCode = 2;
} else {
  recordUncaught(openCrashLog());
  await serve(readWish()).catch((error: unknown) => fail(toFailure(error)));
}
