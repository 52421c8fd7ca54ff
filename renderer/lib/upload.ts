/** Files of a browser on their way to the host that sent this page. */
import { z } from 'zod';
import { Failure } from '../../shared/contract/errors.ts';
import { FailureError } from './client/failure-error.ts';

export type UploadFile = { readonly name: string; readonly file: Blob }; // name: with the folders it was dropped in, '/' between

const Uploaded = z.strictObject({ path: z.string(), root: z.string() });
const AT_ONCE = 4;

type OnReceived = (received: { readonly done: number; readonly total: number }) => void;

/** Sends files; answers the paths to import: a file that stood alone, or the folder that it was dropped in. */
export async function uploadFiles(files: readonly UploadFile[], onReceived: OnReceived): Promise<readonly string[]> {
  const session = randomLetters();
  const paths = new Set<string>();
  const left = [...files];
  let done = 0;
  const sender = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      paths.add(placeOf(next.name, await send(next, session)));
      done += 1;
      onReceived({ done, total: files.length });
    }
  };
  onReceived({ done, total: files.length });
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return [...paths];
}

/** What to import for a file that was received: itself, or the uppermost folder of its name. */
export function placeOf(name: string, { path, root }: z.infer<typeof Uploaded>): string {
  const [top, ...below] = name.split('/');
  return below.length === 0 ? path : `${root}${root.includes('\\') ? '\\' : '/'}${top}`;
}

async function send({ name, file }: UploadFile, session: string): Promise<z.infer<typeof Uploaded>> {
  const response = await fetch(`/upload?${new URLSearchParams({ session, name })}`, { method: 'POST', body: file });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return Uploaded.parse(answer);
  const failure = Failure.safeParse(answer);
  const message = `${name}: the upload was refused (HTTP ${response.status}). Try again.`;
  throw new FailureError(failure.success ? failure.data : { code: 'INVALID_INPUT', message });
}

function randomLetters(): string {
  const draws = crypto.getRandomValues(new Uint8Array(16));
  return [...draws].map((draw) => 'abcdefghijklmnopqrstuvwxyz012345'[draw % 32]).join('');
}
