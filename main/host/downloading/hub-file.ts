/** One file of a model hub, through the hub's own client library: what it says of the file, and its bytes from an offset on. */
import type { FileDownloadInfoOutput } from '@huggingface/hub';
import { AppError } from '../../../shared/contract/errors.ts';
import { isLoopback } from '../../kernel/count-connections.ts';

const SILENCE_MS = 60_000; // a connection that says nothing for so long is given up

export type HubPlace = { readonly repository: string; readonly path: string; readonly revision: string };

export type HubFile = {
  readonly bytes: number;
  readonly tag: string; // changes with the content
  readonly sha256: string | null; // where the hub tells it: of large files
  /** The rest of the file. Throws what the network throws; DownloadFailed where the hub does not start at `from`. */
  readonly read: (from: number) => AsyncIterable<Uint8Array>;
};

export type HubAccess = {
  readonly hubUrl: string | null; // null: the client's own
  readonly signal: AbortSignal;
};

/** The hub or the network failed; worth another try. */
export class DownloadFailed extends Error {}

/** Another hub than the client's own: a mirror, or a test. Throws INVALID_INPUT for a place that is not encrypted and not here. */
export function hubUrlOf(environment: NodeJS.ProcessEnv): string | null {
  const own = environment.THAW_HUB_URL;
  if (own === undefined || own === '') return null;
  const url = URL.canParse(own) ? new URL(own) : null;
  const isSafe = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (isSafe) return own.replace(/\/+$/, '');
  throw new AppError('INVALID_INPUT', `THAW_HUB_URL is ${JSON.stringify(own.slice(0, 200))}. Give an https address.`);
}

/** Asks the hub. Throws NOT_FOUND where it has no such file, DownloadFailed, CANCELLED. */
export async function findHubFile(place: HubPlace, access: HubAccess): Promise<HubFile> {
  const { fileDownloadInfo } = await import('@huggingface/hub'); // loaded when somebody downloads, and not before
  const { repository: repo, path, revision } = place;
  const common = { repo, path, revision, ...(access.hubUrl === null ? {} : { hubUrl: access.hubUrl }) };
  const info = await fileDownloadInfo({ ...common, fetch: watchedFetch(access.signal) }).catch((error: unknown) => {
    throw asFailure(error, place, access.signal);
  });
  if (info === null) throw notThere(place);
  if (!Number.isSafeInteger(info.size) || info.size <= 0)
    throw new DownloadFailed(`the hub says it has ${info.size} bytes`);
  const sha256 = /^"?([0-9a-f]{64})"?$/.exec(info.etag)?.[1] ?? null;
  const read = (from: number): AsyncIterable<Uint8Array> => readFrom(place, { info, common, from, access });
  return { bytes: info.size, tag: info.etag, sha256, read };
}

type Reading = {
  readonly info: FileDownloadInfoOutput;
  readonly common: {
    readonly repo: string;
    readonly path: string;
    readonly revision: string;
    readonly hubUrl?: string;
  };
  readonly from: number;
  readonly access: HubAccess;
};

async function* readFrom(place: HubPlace, { info, common, from, access }: Reading): AsyncGenerator<Uint8Array> {
  const { downloadFile } = await import('@huggingface/hub');
  const silence = new AbortController();
  const signal = AbortSignal.any([access.signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const options = { ...common, fetch: watchedFetch(signal), xet: false, downloadInfo: info };
    const blob = await downloadFile(options);
    if (blob === null) throw notThere(place);
    for await (const chunk of blob.slice(from, info.size).stream()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      yield chunk;
    }
  } catch (error) {
    throw asFailure(error, place, access.signal);
  } finally {
    clearTimeout(timer);
    silence.abort(); // a reader that stopped early ends the connection
  }
}

/** Where a part is asked for, that part must come. */
function watchedFetch(signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, signal });
    const asked = /^bytes=(\d+)-/.exec(new Headers(init?.headers).get('range') ?? '')?.[1];
    if (asked === undefined || !response.ok) return response;
    const told = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    const isFileInfo = response.headers.get('content-type')?.includes('xet-fileinfo') === true;
    if (isFileInfo || (response.status === 206 && told === asked)) return response;
    await response.body?.cancel();
    throw new DownloadFailed('the server does not give parts of files');
  };
}

function asFailure(error: unknown, place: HubPlace, signal: AbortSignal): unknown {
  if (signal.aborted) return new AppError('CANCELLED', 'Stopped as asked.');
  if (error instanceof AppError || error instanceof DownloadFailed) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
  if (status === 404 || status === 401) return notThere(place); // the hub answers 401 for what is not there, too
  const why = error instanceof Error ? (causeOf(error) ?? error.message) : String(error);
  return new DownloadFailed(why.slice(0, 300), { cause: error });
}

/** Node says only `fetch failed`; its cause says why. */
function causeOf({ cause }: Error): string | null {
  return cause instanceof Error && cause.message !== '' ? cause.message : null;
}

function notThere({ repository, path, revision }: HubPlace): AppError {
  const text = `${repository}/${path} (${revision}): the hub has no such file, or it is not open to everybody.`;
  return new AppError('NOT_FOUND', `${text} Get the weights elsewhere and add the file.`);
}
