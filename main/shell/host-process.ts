/** One host process: started, written to, listened to and ended. It knows nothing of windows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { HostProcessMessage, type ShellMessage } from '../../shared/contract/host-messages.ts';

const KEPT_ERROR_LENGTH = 4000;

export type HostPlace = {
  readonly node: string; // the Node that runs it, never Electron
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
};
export type HostListener = {
  readonly onMessage: (message: HostProcessMessage) => void;
  readonly onEnd: (how: string) => void; // once; 'SIGKILL', 'exit code 1', ... and its last words
};
export type HostProcess = {
  readonly pid: number | undefined;
  readonly send: (message: ShellMessage) => void; // lost when it has ended: onEnd tells
  readonly end: (limitMs: number) => Promise<void>; // asks it to quit, kills it after the limit, resolves when it is gone
};

/** Starts a host; failing to start is told as its end. */
export function startHost(place: HostPlace, args: readonly string[], listener: HostListener): HostProcess {
  const child = spawn(place.node, [place.entry, ...args], {
    env: place.env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const lastWords = collectTail(child);
  let startError: string | null = null;
  const ended = new Promise<void>((resolve) => {
    const onEnd = (): void => {
      resolve();
      listener.onEnd(`${startError ?? child.signalCode ?? `exit code ${child.exitCode}`}${lastWords()}`);
    };
    child.once('close', onEnd);
    child.on('error', (error) => {
      startError ??= error.message;
      if (child.pid === undefined) onceOnly(child, onEnd);
    });
  });
  child.on('message', (raw) => {
    const message = HostProcessMessage.safeParse(raw);
    if (message.success) listener.onMessage(message.data);
    else process.stderr.write('thaw: the host sent a message of no known kind; it is ignored\n');
  });
  const send = (message: ShellMessage): void => {
    if (child.connected) child.send(message, () => undefined); // EPIPE: it is ending, and 'close' will say how
  };
  return { pid: child.pid, send, end: (limitMs) => end(child, { send, ended, limitMs }) };
}

type Ending = {
  readonly send: (message: ShellMessage) => void;
  readonly ended: Promise<void>;
  readonly limitMs: number;
};

async function end(child: ChildProcess, { send, ended, limitMs }: Ending): Promise<void> {
  send({ kind: 'quit' });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  await ended;
  clearTimeout(timer);
}

/** A process that never started may or may not tell 'close'. */
function onceOnly(child: ChildProcess, onEnd: () => void): void {
  child.removeAllListeners('close');
  setImmediate(onEnd);
}

function collectTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-KEPT_ERROR_LENGTH);
  });
  return () => (tail.trim() === '' ? '' : `; its last words:\n${tail.trim()}`);
}
