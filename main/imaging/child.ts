/** Entry of the imaging child process: a few tasks at a time, asked and answered over Node's IPC channel; ends with the channel. */
import { flushCompileCache } from 'node:module';
import { assertNever, toFailure } from '../../shared/contract/errors.ts';
import { makeLasting, type PlacedFile } from '../kernel/atomic-write.ts';
import { type ChildReply, ChildRequest, type ImagingTask, type TaskResult } from './child-messages.ts';
import { inspectFile } from './inspect.ts';

const TOGETHER_MS = 30; // after which no further task of a message is begun: an urgent one may be waiting

/** What an import does not need is loaded when it is asked for. */
async function perform(request: ImagingTask, placed: PlacedFile[]): Promise<unknown> {
  switch (request.kind) {
    case 'inspect':
      return await inspectFile(request, placed);
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

async function resultOf(work: Promise<unknown>): Promise<TaskResult> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    return { ok: false, failure: toFailure(error) };
  }
}

async function answer(message: unknown): Promise<void> {
  const { id, requests } = ChildRequest.parse(message);
  const startMs = performance.now();
  const placed: PlacedFile[] = [];
  const results: TaskResult[] = [];
  for (const request of requests) {
    results.push(await resultOf(perform(request, placed)));
    if (performance.now() - startMs > TOGETHER_MS) break;
  }
  if (placed.length > 0) tell({ kind: 'waiting', id });
  const lasting = await resultOf(makeLasting(placed)); // nobody is told of a file that a power cut may take
  const told = lasting.ok ? results : results.map((result) => (result.ok ? lasting : result));
  tell({ kind: 'answered', id, results: told });
}

function tell(reply: ChildReply): void {
  if (process.connected) process.send?.(reply);
}

process.once('message', () => setTimeout(flushCompileCache, 1000).unref()); // the parent ends it by a kill
process.on('message', (message: unknown) => void answer(message));
process.on('SIGINT', () => undefined); // Ctrl-C goes to all processes of a terminal: the parent says what is to be done
process.on('disconnect', () => process.exit(0));
