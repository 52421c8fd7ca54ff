/** The engine as a process: started, written to, listened to and ended. It knows nothing of jobs. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { EngineMessage, type HostMessage } from '../engine/protocol/messages.ts';
import { engineEnvironment, findTensorFlowStamp } from '../engine/protocol/tensorflow-stamp.ts';
import { lineSplitter } from '../kernel/json-lines.ts';
import { lastWords } from './last-words.ts';

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const KEPT_ERROR_BYTES = 4000;
const QUOTED_LENGTH = 200;

export type EngineListener = {
  readonly onMessage: (message: EngineMessage) => void;
  readonly onMalformed: (why: string) => void; // the process is still there
  readonly onEnd: (how: string) => void; // 'SIGSEGV', 'exit code 1', ... and what it last wrote on stderr
};
export type EngineProcess = {
  readonly pid: number | undefined;
  readonly isUsable: () => boolean; // false once it ended or was told to
  readonly listen: (listener: EngineListener | null) => void; // one at a time
  readonly send: (message: HostMessage) => void; // lost when the process has ended: onEnd tells
  readonly kill: () => Promise<void>; // resolves when it is gone
};

/** Starts an engine; failing to start is told to the listener as its end. */
export function startEngine(entry: string): EngineProcess {
  const env = engineEnvironment(process.env, findTensorFlowStamp());
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const control = child.stdio[3] as Duplex | undefined; // undefined where the process could not be started
  const errorTail = collectTail(child);
  let listener: EngineListener | null = null;
  let isDoomed = false;
  let startError: string | null = null;
  const ended = new Promise<void>((resolve) => {
    const onEnd = (): void => {
      isDoomed = true;
      resolve();
      const how = startError ?? child.signalCode ?? `exit code ${child.exitCode}`;
      listener?.onEnd(`${how}${errorTail()}`);
    };
    child.on('close', onEnd);
    child.on('error', (error) => {
      startError ??= error.message;
      if (child.pid === undefined) setImmediate(onEnd); // never started: there may be no 'close'
    });
  });
  const onMalformed = (why: string): void => listener?.onMalformed(why);
  control?.on('error', () => undefined); // EPIPE: the process is ending, and 'close' will say how
  control?.on(
    'data',
    lineSplitter({
      maxBytes: MAX_MESSAGE_BYTES,
      onLine: (line) => {
        const message = parseMessage(line);
        if (message === null) onMalformed(line.slice(0, QUOTED_LENGTH));
        else listener?.onMessage(message);
      },
      onOverflow: () => onMalformed(`a line of over ${MAX_MESSAGE_BYTES} bytes`),
    }),
  );
  return {
    pid: child.pid,
    isUsable: () => !isDoomed && child.exitCode === null && child.signalCode === null,
    listen: (next) => {
      listener = next;
    },
    send: (message) => void control?.write(`${JSON.stringify(message)}\n`),
    kill: () => {
      isDoomed = true;
      child.kill('SIGKILL');
      return ended;
    },
  };
}

function collectTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-KEPT_ERROR_BYTES);
  });
  return () => lastWords(tail);
}

function parseMessage(line: string): EngineMessage | null {
  try {
    return EngineMessage.parse(JSON.parse(line));
  } catch {
    return null; // a SyntaxError, a ZodError, or a RangeError for JSON nested too deeply
  }
}
