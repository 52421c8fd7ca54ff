/** Entry of the imaging child process: one task at a time, asked and answered over Node's IPC channel; ends with the channel. */
import { flushCompileCache } from 'node:module';
import { assertNever, toFailure } from '../../shared/contract/errors.ts';
import { type ChildReply, ChildRequest, type ImagingTask } from './child-messages.ts';
import { inspectFile } from './inspect.ts';

/** What an import does not need is loaded when it is asked for. */
async function perform(request: ImagingTask): Promise<unknown> {
  switch (request.kind) {
    case 'inspect':
      return await inspectFile(request);
    case 'view':
      return await (await import('./view-file.ts')).writeView(request);
    case 'preview':
      return await (await import('./previews.ts')).renderPreviews(request);
    case 'axes':
      return await (await import('./colour-axes-of-files.ts')).measureAxes(request);
    case 'sheet':
      return await (await import('./contact-sheet.ts')).writeContactSheet(request);
    default:
      return assertNever(request);
  }
}

async function answer(message: unknown): Promise<void> {
  const { id, request } = ChildRequest.parse(message);
  let result: ChildReply['result'];
  try {
    result = { ok: true, value: await perform(request) };
  } catch (error) {
    result = { ok: false, failure: toFailure(error) };
  }
  if (process.connected) process.send?.({ id, result } satisfies ChildReply);
}

process.once('message', () => setTimeout(flushCompileCache, 1000).unref()); // the parent ends it by a kill
process.on('message', (message: unknown) => void answer(message));
process.on('SIGINT', () => undefined); // Ctrl-C goes to all processes of a terminal: the parent says what is to be done
process.on('disconnect', () => process.exit(0));
