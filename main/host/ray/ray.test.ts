/** Trials on a cluster, against a Ray that is a small server here: it starts what is submitted, loses and stops it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { quickestMs } from '../../../e2e/fixtures/quickest.ts';
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import type { Result } from '../../../shared/contract/errors.ts';
import type { KeptWeights } from '../../../shared/contract/weights.ts';
import { RayCluster } from '../../../shared/domain/cluster.ts';
import { Sha256, StageId } from '../../../shared/domain/ids.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { Job, JobResult, TrainJob } from '../../engine/protocol/messages.ts';
import { keepWeights } from '../../engine/weights/importing/kept-folder.ts';
import type { EngineClient, JobOptions } from '../engine-client.ts';
import { createRayJobs } from './jobs-client.ts';
import { createRayEngine } from './ray-engine.ts';
import { workOnTrial } from './work.ts';

const photo = Buffer.from('a photo');
const imageId = Sha256.parse(createHash('sha256').update(photo).digest('hex'));
const weightsSha256 = Sha256.parse('ab'.repeat(32));

type Submitted = {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly runtime_env: { env_vars: Record<string, string>; working_dir?: string };
};
type Behaviour = (submission: Submitted, attempt: number) => Promise<'SUCCEEDED' | 'FAILED'>;

let folder: string;
let server: Server;
let states: Map<string, string>;
let submissions: Submitted[];
let requests: { readonly method: string; readonly authorization: string | undefined }[];
let behaviour: Behaviour;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thaw-ray-'));
  writeFileSync(join(folder, 'photo.jpg'), photo);
  [states, submissions, requests] = [new Map(), [], []];
  behaviour = async (submission) => work(submission);
  server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const { method = '', url = '', headers } = request;
  requests.push({ method, authorization: headers.authorization });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const id = decodeURIComponent(url.split('/')[3] ?? '');
  if (url.startsWith('/api/packages/')) return { status: method === 'GET' ? 404 : 200, body: {} };
  if (url.endsWith('/stop')) {
    states.set(id, 'STOPPED');
    return { status: 200, body: { stopped: true } };
  }
  if (url.endsWith('/logs')) return { status: 200, body: { logs: 'its last words' } };
  if (method === 'GET')
    return states.has(id)
      ? { status: 200, body: { status: states.get(id), message: 'as the fake says' } }
      : { status: 404, body: 'no such job' };
  const submission = JSON.parse(Buffer.concat(chunks).toString()) as Submitted;
  submissions.push(submission);
  states.set(submission.submission_id, 'RUNNING');
  void behaviour(submission, submissions.length).then((end) => {
    if (states.get(submission.submission_id) === 'RUNNING') states.set(submission.submission_id, end);
  });
  return { status: 200, body: { submission_id: submission.submission_id } };
}

/** What a node would do with the command line; its engine is a fake one. */
async function work({ entrypoint }: Submitted, engine = engineThat(async () => trained)): Promise<'SUCCEEDED'> {
  const [, trial = ''] = /--trial '([^']+)'/.exec(entrypoint) ?? [];
  const [, data = ''] = /--data '([^']+)'/.exec(entrypoint) ?? [];
  const file = existsSync(data) ? data : join(folder, 'storage', 'thaw', 'data', data);
  const context = { signal: new AbortController().signal, onEvent: () => undefined };
  await workOnTrial(engine, { trial, data: file, cache: join(folder, 'node') }, context).catch(() => undefined);
  return 'SUCCEEDED';
}

const trained: Result<JobResult> = {
  ok: true,
  value: {
    kind: 'train',
    device: { executor: 'fake', trainer: 'fake' },
    ...{ bestEpoch: 1, weightDecay: 0, selectionCorrect: 9, selectionTotal: 10, epochsRun: 2 },
    ...{ featurised: 1, featuriseMs: 1, trainMs: 1, weightsSha256, skipped: [] },
  },
};

function engineThat(train: (job: TrainJob, options: JobOptions) => Promise<Result<JobResult>>): EngineClient {
  return {
    run: async (job: Job, options) => {
      const own = job as TrainJob;
      expect(readFileSync(own.images[0]!.path).equals(photo)).toBe(true);
      mkdirSync(own.runFolder, { recursive: true });
      writeFileSync(join(own.runFolder, 'checkpoint-1.json'), 'a checkpoint');
      options.onEvent({ kind: 'note', text: own.resume ? 'goes on' : 'begins' });
      return train(own, options);
    },
    connections: () => ({ connections: 0, hosts: [] }),
    close: async () => undefined,
  };
}

const report: KeptWeights['report'] = {
  ...{
    format: 'torch',
    fileSha256: weightsSha256,
    fileBytes: 8,
    network: 'lenet5',
    names: 'torchvision',
    prefix: '',
  },
  ...{ matched: 1, classifier: 'kept', missingCount: 0, missing: [], mismatchedCount: 0, mismatched: [] },
  ...{ unexpectedCount: 0, unexpected: [], completeThrough: 'input', notes: [] },
};

function keepSomeWeights(into: string) {
  const tensors = [{ name: 'weight', shape: [2], pieces: () => [Float32Array.of(1, 2)] }];
  return keepWeights(into, tensors, ({ id, ...written }) => ({
    ...{ id, network: 'lenet5', backbone: `lenet5@${id}`, file: 'model.safetensors', source: 'mine.pt', licence: null },
    ...{ ...written, importedAt: new Date(0).toISOString(), report },
  }));
}

const job = (change: Partial<TrainJob> = {}): TrainJob => ({
  kind: 'train',
  jobId: 'run_abcdefghij01',
  ...{
    featuresFolder: join(folder, 'features'),
    backbonesFolder: '',
    runFolder: join(folder, 'runs', 'run_abcdefghij01'),
  },
  ...{ backbone: 'lenet5', frozenThrough: StageId.parse('input'), classes: ['Misty', 'Tigger'] },
  images: [{ imageId, path: join(folder, 'photo.jpg'), label: 0, groupId: 'one', side: 'train' }],
  ...{ recipe: Recipe.parse({}), selection: { kind: 'validation' }, seed: 0 },
  ...change,
});

function cluster(): RayCluster {
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  return RayCluster.parse({
    address,
    storage: join(folder, 'storage'),
    storageThere: null,
    command: 'thaw',
    parallel: 2,
    gpus: 0,
  });
}

const nobody = { address: 'http://127.0.0.1:1', token: null } as const;
const onSilence = (): void => undefined;

type Wish = { readonly signal?: AbortSignal; readonly finishSignal?: AbortSignal; readonly token?: string };
async function runThere(wanted: TrainJob, { signal = new AbortController().signal, finishSignal, token }: Wish = {}) {
  const events: CommandEvent[] = [];
  const jobs = createRayJobs({ address: cluster().address, token: token ?? null, signal, onSilence, firstPauseMs: 1 });
  const local = engineThat(async () => trained);
  const engine = createRayEngine({ jobs, cluster: cluster(), threads: 2, local, pollMs: 20 });
  const result = await engine.run(wanted, { signal, finishSignal, onEvent: (event) => events.push(event) });
  const notes = events.flatMap((event) => (event.kind === 'note' || event.kind === 'logged' ? [event.text] : []));
  return { result, notes, engine };
}

describe('a training on a cluster', () => {
  it('comes home with its checkpoints, its reports and its result', async () => {
    const { result, notes } = await runThere(job());
    expect(result).toEqual(trained);
    expect(notes).toEqual(['begins']);
    expect(readFileSync(join(folder, 'runs', 'run_abcdefghij01', 'checkpoint-1.json'), 'utf8')).toBe('a checkpoint');
    expect(submissions[0]).toMatchObject({
      submission_id: 'thaw-run_abcdefghij01-1',
      runtime_env: { env_vars: { THAW_THREADS: '2' } },
    });
    expect(submissions[0]!.runtime_env.working_dir).toMatch(/^gcs:\/\/_ray_pkg_[0-9a-f]{32}\.zip$/);
  });

  it('whose node is lost is sent again, from its last checkpoint, and says so', async () => {
    behaviour = async (submission, attempt) => (attempt < 3 ? 'FAILED' : work(submission));
    const { result, notes } = await runThere(job());
    expect(result).toEqual(trained);
    expect(notes.filter((text) => text.startsWith('Its node was lost'))).toHaveLength(2);
    expect(notes.at(-1)).toBe('goes on');
  });

  it('that is lost every time ends with advice and with the last words of its log there', async () => {
    behaviour = async () => 'FAILED';
    const { result } = await runThere(job());
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'ENGINE_CRASHED', message: expect.stringMatching(/was lost 4 times.*its last words/s) },
    });
    expect(submissions).toHaveLength(4);
  });

  it('that fails by itself is not sent again', async () => {
    const failed: Result<never> = { ok: false, failure: { code: 'LOSS_NOT_FINITE', message: 'too fast' } };
    behaviour = (submission) =>
      work(
        submission,
        engineThat(async () => failed),
      );
    expect((await runThere(job())).result).toEqual(failed);
    expect(submissions).toHaveLength(1);
  });

  it('fault 33: is stopped there when it is stopped here', async () => {
    const controller = new AbortController();
    behaviour = () => new Promise(() => undefined);
    setTimeout(() => controller.abort(), 100);
    const { result } = await runThere(job(), { signal: controller.signal });
    expect(result).toMatchObject({ ok: false, failure: { code: 'CANCELLED' } });
    expect([...states.values()]).toEqual(['STOPPED']);
  });

  it('is asked to end early and keeps its best epoch', async () => {
    const finish = new AbortController();
    behaviour = (submission) =>
      work(
        submission,
        engineThat(async (_job, { finishSignal }) => {
          await new Promise((resolve) => finishSignal?.addEventListener('abort', resolve));
          return trained;
        }),
      );
    setTimeout(() => finish.abort(), 50);
    expect((await runThere(job(), { finishSignal: finish.signal })).result).toEqual(trained);
  });

  it('that went on while the app was closed is found again and not sent twice', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    behaviour = async (submission) => gate.then(() => work(submission));
    const closing = new AbortController();
    void runThere(job(), { signal: closing.signal }); // an app that is killed: it stops nothing and hears nothing
    await expect.poll(() => submissions.length).toBe(1);
    const again = runThere(job({ resume: true }));
    release();
    expect((await again).result).toEqual(trained);
    expect(submissions).toHaveLength(1);
  });

  it('passes the token on, and leaves it nowhere in the shared folder', async () => {
    await runThere(job(), { token: 'very-secret' });
    expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer very-secret']));
    const trial = join(folder, 'storage', 'thaw', 'runs', 'run_abcdefghij01', 'trial.json');
    expect(readFileSync(trial, 'utf8')).not.toContain('very-secret');
    expect(JSON.stringify(submissions)).not.toContain('very-secret');
  });

  it('finds imported weights in the shared folder, byte for byte, and says where they are gone here', async () => {
    vi.stubEnv('THAW_WEIGHTS_DIR', join(folder, 'my-weights'));
    const { id } = await keepSomeWeights(join(folder, 'my-weights'));
    expect((await runThere(job({ backbone: `lenet5@${id}` }))).result).toEqual(trained);
    const shared = join(folder, 'storage', 'thaw', 'weights');
    expect(submissions[0]!.runtime_env.env_vars).toEqual({ THAW_THREADS: '2', THAW_WEIGHTS_DIR: shared });
    for (const name of ['spec.json', 'model.safetensors'])
      expect(readFileSync(join(shared, id, name)).equals(readFileSync(join(folder, 'my-weights', id, name)))).toBe(
        true,
      );
    const gone = await runThere(job({ backbone: `lenet5@${'0'.repeat(16)}` }));
    expect(gone.result).toMatchObject({ failure: { code: 'NOT_FOUND' } });
    vi.unstubAllEnvs();
  });

  it('leaves nothing of itself in the shared folder once it is home and recorded; the photos stay for others', async () => {
    const { engine } = await runThere(job());
    const runs = join(folder, 'storage', 'thaw', 'runs');
    expect(readdirSync(runs)).toEqual(['run_abcdefghij01']);
    await engine.close();
    expect(readdirSync(runs)).toEqual([]);
    expect(readdirSync(join(folder, 'storage', 'thaw', 'data'))).toHaveLength(1);
  });

  it('that failed leaves its checkpoints there', async () => {
    behaviour = async () => 'FAILED';
    const { engine } = await runThere(job());
    await engine.close();
    expect(readdirSync(join(folder, 'storage', 'thaw', 'runs'))).toEqual(['run_abcdefghij01']);
  });

  it('is refused where the cluster is not there', async () => {
    const told: string[] = [];
    const { signal } = new AbortController();
    const jobs = createRayJobs({ ...nobody, signal, onSilence: (reason) => told.push(reason), firstPauseMs: 1 });
    await expect(jobs.find('x')).rejects.toMatchObject({ code: 'BACKEND_MISSING' });
    expect(told).toEqual([expect.stringContaining('ECONNREFUSED')]); // once
  });

  it('is given up at once when told to stop while the cluster does not answer', async () => {
    const giveUp = async (): Promise<number> => {
      const stop = new AbortController();
      const jobs = createRayJobs({ ...nobody, signal: stop.signal, onSilence: () => stop.abort() });
      const startedMs = performance.now();
      await expect(jobs.find('x')).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(jobs.stop('x')).rejects.toMatchObject({ code: 'BACKEND_MISSING' }); // asked once more, and no second time
      return performance.now() - startedMs;
    };
    expect(await quickestMs(1000, giveUp)).toBeLessThan(1000);
  });

  it('is not waited for either where it takes connections and says nothing', async () => {
    const mute = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    onTestFinished(() => void mute.close());
    const address = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const giveUp = async (): Promise<number> => {
      const stop = new AbortController();
      const jobs = createRayJobs({ address, token: null, signal: stop.signal, onSilence });
      const startedMs = performance.now();
      setTimeout(() => stop.abort(), 50);
      await expect(jobs.find('x')).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(jobs.stop('x')).rejects.toMatchObject({ code: 'BACKEND_MISSING' });
      return performance.now() - startedMs;
    };
    expect(await quickestMs(2000, giveUp)).toBeLessThan(2000);
  });
});

describe('a worker', () => {
  it('refuses a data pack that is not the one of its trial', async () => {
    await runThere(job());
    const trial = join(folder, 'storage', 'thaw', 'runs', 'run_abcdefghij01', 'trial.json');
    const text = readFileSync(trial, 'utf8').replace(/"packId":"[0-9a-f]{64}"/, `"packId":"${'0'.repeat(64)}"`);
    writeFileSync(trial, text);
    const data = join(folder, 'storage', 'thaw', 'data');
    const [pack] = readdirSync(data);
    const context = { signal: new AbortController().signal, onEvent: () => undefined };
    const worked = workOnTrial(
      engineThat(async () => trained),
      { trial, data: join(data, pack!), cache: join(folder, 'other') },
      context,
    );
    await expect(worked).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('is not the data pack'),
    });
  });
});
