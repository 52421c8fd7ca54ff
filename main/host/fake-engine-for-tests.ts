/** An engine that behaves as the job's id says: it speaks the protocol and computes nothing. */
import { Socket } from 'node:net';
import { lineSplitter } from '../kernel/json-lines.ts';

const HEARTBEAT_MS = 20;
const control = new Socket({ fd: 3, readable: true, writable: true });
const send = (message: unknown): void => void control.write(`${JSON.stringify(message)}\n`);
const device = { executor: String(process.pid), trainer: 'fake' };
const finish = (): void =>
  send({ kind: 'finished', result: { kind: 'evaluate', device, views: [], computed: 0, elapsedMs: 0, skipped: [] } });
const beat = (count: () => number): void => {
  setInterval(() => send({ kind: 'heartbeat', counter: count(), busy: true }), HEARTBEAT_MS);
};
let counter = 0;
let isCancellable = true;

/** What happens when the job of this id starts. */
const behaviours: Readonly<Record<string, () => void>> = {
  finish,
  'finish when cancelled': () => beat(() => counter++),
  'ignore cancel': () => {
    isCancellable = false;
    beat(() => counter++);
  },
  'finish when asked to': () => beat(() => counter++),
  'beat without counting': () => beat(() => 7),
  'no heartbeat': () => undefined,
  'work for long': () => {
    beat(() => counter++);
    setTimeout(finish, 8000);
  },
  'report and finish': () => {
    send({ kind: 'note', text: 'a note' });
    const progress = { phase: 'training', done: 1, total: 2, unitsPerSecond: null, secondsLeft: null };
    send({ kind: 'progress', progress });
    finish();
  },
  crash: () => {
    process.stderr.write('a library says why\n', () => process.kill(process.pid, 'SIGABRT'));
  },
  'not JSON': () => void control.write('{"kind":\n'),
  'unknown kind': () => send({ kind: 'finished', result: { kind: 'nonsense' } }),
  deep: () => void control.write(`${'['.repeat(200_000)}\n`),
  'close the pipe': () => void control.destroy(),
};

function receive(line: string): void {
  const message = JSON.parse(line) as { readonly kind: string; readonly job?: { readonly jobId: string } };
  if (message.kind === 'start') behaviours[message.job?.jobId ?? '']?.();
  else if (message.kind === 'finish') finish();
  else if (isCancellable) send({ kind: 'failed', failure: { code: 'CANCELLED', message: 'Stopped as asked.' } });
}

control.on('data', lineSplitter({ maxBytes: 1_000_000, onLine: receive, onOverflow: () => process.exit(3) }));
control.on('end', () => process.exit(0));
send({ kind: 'ready', pid: process.pid, node: process.version });
