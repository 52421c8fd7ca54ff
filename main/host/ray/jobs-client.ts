/** Ray's Jobs REST API: submit, look, stop, and hand a small package over. */
import { request } from 'node:http';
import { request as requestByTls } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';

const ANSWER_MS = 30_000;
const MOST_ANSWER_BYTES = 10_000_000;
const TRIES = 6; // of a cluster that cannot be reached: about a minute
const FIRST_PAUSE_MS = 2000;
const LAST_ANSWER_MS = 700; // once told to stop: for what is under way, and again for telling the cluster

export const JobState = z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']);
export type JobState = z.infer<typeof JobState>;
const JobDetails = z.object({ status: JobState, message: z.string().nullish() });
export type JobDetails = z.infer<typeof JobDetails>;

export type Submission = {
  readonly submissionId: string;
  readonly entrypoint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string | null; // of a package that was handed over
  readonly cpus: number;
  readonly gpus: number;
};
export type RayJobs = {
  readonly submit: (submission: Submission) => Promise<void>;
  readonly find: (submissionId: string) => Promise<JobDetails | null>; // null: not known there
  readonly stop: (submissionId: string) => Promise<void>;
  readonly logs: (submissionId: string) => Promise<string>;
  readonly upload: (name: string, bytes: Uint8Array) => Promise<string>; // the address that a job names
};

export type RayAccess = {
  readonly address: string;
  readonly token: string | null;
  readonly signal: AbortSignal; // from then on nothing is asked twice, and answers are waited for less than a second
  readonly onSilence: (reason: string) => void; // the cluster does not answer and is asked again; once until it does
  readonly firstPauseMs?: number;
};

/** Every call throws BACKEND_MISSING where the cluster cannot be reached for about a minute, or refuses. */
export function createRayJobs(access: RayAccess): RayJobs {
  const { address, token, signal } = access;
  const patiently = patience(access);
  const underWay = soonAfter(signal);
  const limit = (): AbortSignal =>
    signal.aborted ? AbortSignal.timeout(LAST_ANSWER_MS) : AbortSignal.any([AbortSignal.timeout(ANSWER_MS), underWay]);
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const call = (method: string, path: string, body?: Body): Promise<Answer> =>
    patiently(() =>
      ask(new URL(path, withSlash(address)), {
        method,
        signal: limit(),
        headers: { ...headers, ...(body !== undefined && { 'Content-Type': body.type }) },
        ...(body !== undefined && { body: body.bytes }),
      }),
    );
  const jobPath = (submissionId: string): string => `api/jobs/${encodeURIComponent(submissionId)}`;
  return {
    submit: async ({ submissionId, entrypoint, environment, workingDir, cpus, gpus }) => {
      const request = {
        entrypoint,
        submission_id: submissionId,
        runtime_env: { env_vars: environment, ...(workingDir !== null && { working_dir: workingDir }) },
        entrypoint_num_cpus: cpus,
        ...(gpus > 0 && { entrypoint_num_gpus: gpus }),
      };
      const response = await call('POST', 'api/jobs/', { type: 'application/json', bytes: JSON.stringify(request) });
      if (!isFine(response)) throw refused(address, response);
    },
    find: async (submissionId) => {
      const response = await call('GET', jobPath(submissionId));
      if (response.status === 404) return null;
      if (!isFine(response)) throw refused(address, response);
      return JobDetails.parse(JSON.parse(response.text));
    },
    stop: async (submissionId) => {
      const response = await call('POST', `${jobPath(submissionId)}/stop`);
      if (!isFine(response) && response.status !== 404) throw refused(address, response);
    },
    logs: async (submissionId) => {
      const response = await call('GET', `${jobPath(submissionId)}/logs`);
      if (!isFine(response)) return '';
      return z.object({ logs: z.string().nullish() }).parse(JSON.parse(response.text)).logs ?? '';
    },
    upload: async (name, bytes) => {
      const path = `api/packages/gcs/${encodeURIComponent(name)}`;
      const known = await call('GET', path);
      if (isFine(known)) return `gcs://${name}`;
      const response = await call('PUT', path, { type: 'application/octet-stream', bytes });
      if (!isFine(response)) throw refused(address, response);
      return `gcs://${name}`;
    },
  };
}

type Body = { readonly type: string; readonly bytes: string | Uint8Array };

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

/** A network that is away for a moment, or a head that is starting, is asked again. */
function patience({ address, signal, onSilence, firstPauseMs = FIRST_PAUSE_MS }: RayAccess) {
  let isSilent = false;
  const pause = async (attempt: number, reason: string): Promise<void> => {
    if (!isSilent) onSilence(reason);
    isSilent = true;
    await sleep(firstPauseMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new AppError('CANCELLED', 'Stopped as asked.');
  };
  return async (asking: () => Promise<Answer>): Promise<Answer> => {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt === TRIES || signal.aborted;
      const answer = await asking().catch((error: unknown) => {
        if (isLast) throw unreachable(address, error);
        return reasonOf(error);
      });
      if (typeof answer !== 'string') {
        if (answer.status < 500) isSilent = false;
        if (answer.status < 500 || isLast) return answer;
      }
      await pause(attempt, typeof answer === 'string' ? answer : `it answers with ${answer.status}`);
    }
  };
}

/** Aborts a moment after the signal does: what was sent by then may still be answered. */
function soonAfter(signal: AbortSignal): AbortSignal {
  const soon = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => soon.abort(), LAST_ANSWER_MS).unref(), { once: true });
  return soon.signal;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}

function unreachable(address: string, cause: unknown): AppError {
  const text = `${address}: the Ray cluster cannot be reached (${reasonOf(cause)}). Check the address and that 'ray start --head' runs there; the sweep can be gone on with.`;
  return new AppError('BACKEND_MISSING', text, { cause });
}

function refused(address: string, { status, text }: Answer): AppError {
  const advice =
    status === 401 || status === 403 ? 'Set THAW_RAY_TOKEN to a token of the cluster.' : 'Look at the log of its head.';
  return new AppError(
    'BACKEND_MISSING',
    `${address}: the Ray cluster refused (${status}): ${text.slice(0, 500)}. ${advice}`,
  );
}

type Answer = { readonly status: number; readonly text: string };
type Question = {
  readonly method: string;
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

function isFine({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** Not by fetch: that marks its requests as a browser's, and Ray lets browsers change nothing. Redirections are not followed. */
function ask(url: URL, { body, ...options }: Question): Promise<Answer> {
  const send = url.protocol === 'https:' ? requestByTls : request;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > MOST_ANSWER_BYTES) outgoing.destroy(new Error('it answered with more than 10 MB'));
        chunks.push(chunk);
      });
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
