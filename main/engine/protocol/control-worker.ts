/** Worker thread of the engine: holds the pipe to the host, beats, and ends the process when the host is gone. */
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { lineSplitter } from '../../kernel/json-lines.ts';
import { BUSY_CELL, CANCEL_CELL, COUNTER_CELL, FINISH_CELL } from './control-cells.ts';

const CONTROL_DESCRIPTOR = 3;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024; // 100,000 rows of a job
const HEARTBEAT_MS = 200;

const { cells } = workerData as { readonly cells: Int32Array };
const socket = new Socket({ fd: CONTROL_DESCRIPTOR, readable: true, writable: true });
const die = (): void => {
  process.kill(process.pid, 'SIGKILL'); // process.exit() in a worker ends the thread only
};
const send = (message: unknown): void => {
  socket.write(`${JSON.stringify(message)}\n`);
};

socket.on('data', lineSplitter({ maxBytes: MAX_MESSAGE_BYTES, onOverflow: die, onLine: receive }));
socket.on('end', die);
socket.on('close', die);
socket.on('error', die);
parentPort?.on('message', send);
setInterval(
  () =>
    send({ kind: 'heartbeat', counter: Atomics.load(cells, COUNTER_CELL), busy: Atomics.load(cells, BUSY_CELL) === 1 }),
  HEARTBEAT_MS,
);

function receive(line: string): void {
  const message = JSON.parse(line) as { kind?: unknown };
  // set and cleared here only, in the order in which the host wrote: a cancel right behind its start is not lost
  if (message.kind === 'cancel') Atomics.store(cells, CANCEL_CELL, 1);
  else if (message.kind === 'finish') Atomics.store(cells, FINISH_CELL, 1);
  else {
    Atomics.store(cells, CANCEL_CELL, 0);
    Atomics.store(cells, FINISH_CELL, 0);
    parentPort?.postMessage(message);
  }
}
