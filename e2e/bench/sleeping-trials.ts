/** What a sweep itself costs: 1,000 trials over 50 workers that only sleep, through the real host, log and database. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trainRecorded } from '../../main/host/commands/run-training.ts';
import type { Session } from '../../main/host/session.ts';
import type { TrialPlace } from '../../main/host/sweeps/place.ts';
import { reportSweep } from '../../main/host/sweeps/report.ts';
import { runSweep } from '../../main/host/sweeps/run-sweep.ts';
import { insertImage } from '../../main/store/images.ts';
import { openProject } from '../../main/store/project.ts';
import { listRuns } from '../../main/store/runs.ts';
import { insertSweep } from '../../main/store/sweeps.ts';
import { ClassName, Sha256 } from '../../shared/domain/ids.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { makeSweepId, SweepSpec } from '../../shared/domain/sweep.ts';
import { listTrials } from '../../shared/sweeps/trials.ts';
import type { BenchRecord } from './record.ts';

const TRIALS = 1000;
const WORKERS = 50;
const SLEEP_MS = 200;
const EPOCHS = 3;
const MOST_OVERHEAD_MS = 200;
const weightsSha256 = Sha256.parse('0'.repeat(64));

export async function measureSleepingTrials(): Promise<BenchRecord> {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-bench-sleep-'));
  const project = openProject(folder, { clock: () => new Date(), create: true });
  try {
    for (let at = 0; at < 40; at += 1) insertPhoto(project.database, at);
    const session: Session = {
      project,
      engine: sleepingEngine,
      notes: [],
      clock: () => new Date(),
      random: Math.random,
      imaging: noPhotos,
    };
    const sweepId = makeSweepId(Math.random);
    const spec = SweepSpec.parse({
      name: 'Sleep',
      base: { backbone: 'lenet5', freeze: 'all', seed: 0, recipe: Recipe.parse({}) },
      dimensions: [{ kind: 'range', name: 'learningRate', low: 1e-4, high: 1, scale: 'log', whole: false }],
      method: { kind: 'random', points: TRIALS, seed: 0 },
      ...{ halving: null, seeds: [0], folds: null, foldSeed: 0, budget: { runs: null, minutes: null, epochs: null } },
    });
    const trials = listTrials(spec);
    insertSweep(project.database, { sweepId, spec, trialCount: trials.length }, new Date());
    const delays = watchEventLoop();
    const startedMs = performance.now();
    await runSweep(
      { session, sweepId, trials, place: placeOf(session) },
      { signal: new AbortController().signal, onEvent: () => undefined },
    );
    const elapsedMs = performance.now() - startedMs;
    const longestMs = delays.end();
    const report = reportSweep(project.database, sweepId);
    const done = report.trials.filter(({ state, epochs }) => state === 'done' && epochs === EPOCHS).length;
    const overheadMs = (elapsedMs - (TRIALS / WORKERS) * SLEEP_MS) / TRIALS;
    return {
      name: 'overhead of ours for each of 1,000 sleeping trials over 50 workers, ms',
      work: `${done} of ${TRIALS} in the log with ${EPOCHS} epochs each, ${listRuns(project.database).length} runs; the host answered within ${longestMs.toFixed(0)} ms at its slowest`,
      ours: overheadMs,
      ...{ peer: null, peerName: null, ratio: null },
      goal: `under ${MOST_OVERHEAD_MS} ms, and the log is correct`,
      met: overheadMs < MOST_OVERHEAD_MS && done === TRIALS,
    };
  } finally {
    project.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function insertPhoto(database: Parameters<typeof insertImage>[0], at: number): void {
  const imageId = Sha256.parse(createHash('sha256').update(String(at)).digest('hex'));
  insertImage(database, {
    ...{ imageId, fileBytes: 1, format: 'jpeg', widthPixels: 1, heightPixels: 1, groupId: imageId, copied: true },
    className: ClassName.parse(at % 2 === 0 ? 'Tigger' : 'Misty'),
    side: 'train',
    importedAt: new Date().toISOString(),
    sourcePath: `/photos/${at}.jpg`,
  });
}

const sleepingEngine: Session['engine'] = {
  run: async (_job, { onEvent }) => {
    for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
      await sleep(SLEEP_MS / EPOCHS);
      const losses = { trainLoss: 1, trainAccuracy: 0.5, valLoss: 1, valAccuracy: 0.5 };
      onEvent({ kind: 'epoch', report: { epoch, ...losses, learningRate: 0.1, elapsedMs: SLEEP_MS } });
    }
    const counts = { bestEpoch: 0, weightDecay: 0, selectionCorrect: 9, selectionTotal: 10, epochsRun: EPOCHS };
    const times = { featurised: 0, featuriseMs: 0, trainMs: SLEEP_MS };
    const device = { executor: 'sleep', trainer: 'sleep' };
    return { ok: true, value: { kind: 'train', device, ...counts, ...times, weightsSha256, skipped: [] } };
  },
  connections: () => ({ connections: 0, hosts: [] }),
  close: async () => undefined,
};

const noPhotos = (): never => {
  throw new Error('no photo is looked at here');
};

function placeOf(session: Session): TrialPlace {
  return {
    slots: WORKERS,
    name: 'sleep',
    train: (plan, context) => trainRecorded(session, { ...plan, isElsewhere: true }, context),
    close: async () => undefined,
  };
}

/** How long the event loop was held up at the longest, in ms. */
function watchEventLoop(): { readonly end: () => number } {
  let longestMs = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs - 10);
    lastMs = performance.now();
  }, 10);
  return {
    end: () => {
      clearInterval(timer);
      return longestMs;
    },
  };
}
