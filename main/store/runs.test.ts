import { describe, expect, it } from 'vitest';
import { ClassName, makeRunId, RunId, Sha256, StageId } from '../../shared/domain/ids.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import { Evaluation, type RunConfig, RunRecord } from '../../shared/domain/run.ts';
import { listEvaluations, upsertEvaluation } from './evaluations.ts';
import { countTestLooks, insertTestLook, listEpochs, upsertEpoch } from './metrics.ts';
import {
  deleteRun,
  findRun,
  finishRun,
  insertRun,
  insertRunEvent,
  listAllRunEvents,
  listRunEvents,
  listRuns,
  markInterruptedRuns,
  markRunStarted,
  setRunDevice,
} from './runs.ts';
import type { ProjectDatabase } from './statements.ts';
import { openTestDatabase, testNow } from './testing.ts';

const runId = RunId.parse('run_abcdefghij01');
const config: RunConfig = {
  backbone: 'tf_efficientnet_lite0',
  frozenThrough: StageId.parse('blocks.4'),
  recipe: Recipe.parse({}),
  seed: 7,
  selection: { kind: 'cross-validation', folds: 5 },
};
const start = { startedAt: testNow(), device: { name: 'cpu', threads: 2 }, versions: { tensorflow: '2.21.0' } };

function addRun(database: ProjectDatabase, id = runId): void {
  const hash = Sha256.parse('0'.repeat(64));
  insertRun(database, { runId: id, name: 'first', config, datasetHash: hash, splitHash: hash }, testNow());
}

describe('runs', () => {
  it('that were stopped or failed can run again, keep their first start, and those that are done cannot', () => {
    const database = openTestDatabase();
    addRun(database);
    markRunStarted(database, runId, start);
    for (const status of ['interrupted', 'cancelled', 'failed'] as const) {
      const failure = { code: 'CANCELLED', message: 'Stopped.' } as const;
      finishRun(database, runId, { status, finishedAt: testNow(), failure });
      markRunStarted(database, runId, { ...start, startedAt: new Date(0) });
      expect(findRun(database, runId)).toMatchObject({ status: 'running', failure: null, finishedAt: null });
      expect(findRun(database, runId)!.startedAt).toBe(start.startedAt.toISOString());
    }
    finishRun(database, runId, { status: 'done', finishedAt: testNow() });
    expect(() => markRunStarted(database, runId, start)).toThrow('not waiting or stopped');
  });

  it('have a log in the order of what happened, of one run or of all', () => {
    const database = openTestDatabase();
    const other = RunId.parse('run_abcdefghij02');
    for (const id of [runId, other]) addRun(database, id);
    const event = { happenedAt: testNow().toISOString(), kind: 'resumed', message: 'Goes on.' };
    for (const id of [runId, other, runId]) insertRunEvent(database, id, event);
    expect(listAllRunEvents(database, null).map((entry) => entry.runId)).toEqual([runId, other, runId]);
    expect(listAllRunEvents(database, other)).toEqual([{ runId: other, ...event }]);
  });

  it('come back as they went in, through queued, running and done', () => {
    const database = openTestDatabase();
    addRun(database);
    expect(findRun(database, runId)).toMatchObject({
      status: 'queued',
      config,
      startedAt: null,
      device: null,
      failure: null,
    });
    markRunStarted(database, runId, { ...start, device: null, versions: null });
    setRunDevice(database, runId, start);
    const outcome = {
      bestEpoch: 4,
      bestValAccuracy: 0.9,
      selectionCorrect: 9,
      selectionTotal: 10,
      weightDecay: 0.01,
      featurised: 100,
      featuriseMs: 12.5,
      trainMs: 99.5,
    };
    finishRun(database, runId, { status: 'done', finishedAt: testNow(), outcome });
    const run = findRun(database, runId);
    expect(run).toMatchObject({ status: 'done', ...outcome, device: start.device, versions: start.versions });
    expect(RunRecord.parse(run)).toEqual(run);
    expect(listRuns(database)).toEqual([run]);
  });

  it('end once: a late failure does not undo a result', () => {
    const database = openTestDatabase();
    addRun(database);
    markRunStarted(database, runId, start);
    finishRun(database, runId, { status: 'cancelled', finishedAt: testNow() });
    const failure = { code: 'ENGINE_CRASHED', message: 'late' } as const;
    const late = () => finishRun(database, runId, { status: 'failed', finishedAt: testNow(), failure });
    expect(late).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(findRun(database, runId)).toMatchObject({ status: 'cancelled', failure: null });
  });

  it('fault 22: what was running is marked as interrupted, once, and can start again', () => {
    const database = openTestDatabase();
    addRun(database);
    addRun(
      database,
      makeRunId(() => 0.999),
    );
    markRunStarted(database, runId, start);
    expect(markInterruptedRuns(database, testNow())).toEqual([runId]);
    expect(markInterruptedRuns(database, testNow())).toEqual([]);
    expect(listRunEvents(database, runId).map((event) => event.kind)).toEqual(['interrupted']);
    markRunStarted(database, runId, { startedAt: new Date(0), device: null, versions: null });
    const expected = { status: 'running', startedAt: testNow().toISOString(), finishedAt: null, device: start.device };
    expect(findRun(database, runId)).toMatchObject(expected);
    expect(() => deleteRun(database, runId)).toThrow(/at rest/);
  });

  it('fault 22: an epoch played again replaces itself, so none is doubled', () => {
    const database = openTestDatabase();
    addRun(database);
    const report = {
      trainLoss: 0.5,
      trainAccuracy: 0.8,
      valLoss: null,
      valAccuracy: null,
      learningRate: 0.001,
      elapsedMs: 10,
    };
    for (const epoch of [0, 1, 2, 1, 2]) upsertEpoch(database, runId, { epoch, ...report });
    upsertEpoch(database, runId, { epoch: 2, ...report, valLoss: 0.25, valAccuracy: 0.75 });
    expect(listEpochs(database, runId)).toEqual([
      { epoch: 0, ...report },
      { epoch: 1, ...report },
      { epoch: 2, ...report, valLoss: 0.25, valAccuracy: 0.75 },
    ]);
  });

  it('take their epochs and evaluations with them when deleted, but not the looks at the test side', () => {
    const database = openTestDatabase();
    addRun(database);
    insertTestLook(database, { runId, views: 'centre', lookedAt: testNow() });
    upsertEvaluation(database, evaluation(3), testNow());
    deleteRun(database, runId);
    expect(listEvaluations(database, runId)).toEqual([]);
    expect(countTestLooks(database)).toBe(1);
  });
});

/** `hits` of 4 photos right, by arithmetic: the third class is never seen. */
function evaluation(hits: 3 | 4): Evaluation {
  const [tigger, misty, neither] = ['Tigger', 'Misty', 'neither'].map((name) => ClassName.parse(name));
  const z2 = 1.959963984540054 ** 2;
  const [p, n] = [hits / 4, 4];
  const half = (Math.sqrt(z2) / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  return Evaluation.parse({
    runId,
    side: 'test',
    views: 'ten-crop',
    correct: hits,
    total: 4,
    accuracy: p,
    interval: [centre - half, hits === 4 ? 1 : centre + half],
    confusion:
      hits === 4
        ? [
            [2, 0, 0],
            [0, 2, 0],
            [0, 0, 0],
          ]
        : [
            [2, 0, 0],
            [1, 1, 0],
            [0, 0, 0],
          ],
    perClass: [
      { name: tigger, precision: hits === 4 ? 1 : 2 / 3, recall: 1, f1: hits === 4 ? 1 : 4 / 5 },
      { name: misty, precision: 1, recall: hits === 4 ? 1 : 1 / 2, f1: hits === 4 ? 1 : 2 / 3 },
      { name: neither, precision: 0, recall: 0, f1: 0 },
    ],
  });
}

it('an evaluation is rebuilt from its counts, and the same one again replaces it', () => {
  const database = openTestDatabase();
  addRun(database);
  upsertEvaluation(database, evaluation(4), testNow());
  upsertEvaluation(database, evaluation(3), testNow());
  const [found, ...others] = listEvaluations(database, runId);
  const expected = evaluation(3);
  expect(others).toEqual([]);
  expect({ ...found, interval: null }).toEqual({ ...expected, interval: null });
  found!.interval.forEach((end, index) => {
    expect(end).toBeCloseTo(expected.interval[index]!, 12);
  });
});
