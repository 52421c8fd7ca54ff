import { Recipe } from '../../../shared/domain/recipe.ts';
import { RunRecord } from '../../../shared/domain/run.ts';

/** A finished run as the host lists it; parts may differ. */
export function runForTests(different: Partial<Record<keyof RunRecord, unknown>> = {}): RunRecord {
  return RunRecord.parse({
    runId: 'run_abcdefghijkl',
    name: 'First try',
    status: 'done',
    config: {
      backbone: 'tf_efficientnet_lite0',
      frozenThrough: 'pooled',
      recipe: Recipe.parse({}),
      seed: 0,
      selection: { kind: 'validation' },
    },
    device: { executor: 'onnxruntime-cpu 1.30.0, 2 threads', trainer: 'tensorflow-cpu 2.21.0, 2 threads' },
    versions: { node: 'v24.0.0' },
    datasetHash: 'a'.repeat(64),
    splitHash: 'b'.repeat(64),
    queuedAt: '2026-11-24T10:00:00.000Z',
    startedAt: '2026-11-24T10:00:01.000Z',
    finishedAt: '2026-11-24T10:01:00.000Z',
    failure: null,
    tags: [],
    note: '',
    bestEpoch: 4,
    bestValAccuracy: 0.9,
    selectionCorrect: 45,
    selectionTotal: 50,
    weightDecay: 0,
    featurised: 100,
    featuriseMs: 2000,
    trainMs: 500,
    ...different,
  });
}
