/** Entry of the imaging child process: one file at a time, asked and answered over Node's IPC channel; ends with the channel. */
import { toFailure } from '../../shared/contract/errors.ts';
import { inspectFile } from './inspect.ts';
import { type ChildReply, ChildRequest } from './inspection.ts';

async function answer(message: unknown): Promise<void> {
  const { id, request } = ChildRequest.parse(message);
  let result: ChildReply['result'];
  try {
    result = { ok: true, value: await inspectFile(request) };
  } catch (error) {
    result = { ok: false, failure: toFailure(error) };
  }
  if (process.connected) process.send?.({ id, result } satisfies ChildReply);
}

process.on('message', (message: unknown) => void answer(message));
process.on('SIGINT', () => undefined); // Ctrl-C goes to all processes of a terminal: the parent says what is to be done
process.on('disconnect', () => process.exit(0));
