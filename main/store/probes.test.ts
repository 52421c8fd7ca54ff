import { describe, expect, it } from 'vitest';
import { ClassName, Sha256 } from '../../shared/domain/ids.ts';
import { insertImage, listImages, setImageClass } from './images.ts';
import { findProbe, type ProbeKey, upsertProbe } from './probes.ts';
import { datasetHash, splitHash } from './sides.ts';
import type { ProjectDatabase } from './statements.ts';
import { makeImage, openTestDatabase, testNow } from './testing.ts';

const weightsSha256 = Sha256.parse('a'.repeat(64));
const keyOf = (database: ProjectDatabase): ProbeKey => ({
  datasetHash: datasetHash(database),
  splitHash: splitHash(database),
  backbone: 'lenet5',
  weightsSha256,
});
const probe = {
  rungs: [
    { stage: 'input', features: 3, correct: 5, total: 10 },
    { stage: 'pool1', features: 6, correct: 8, total: 10 },
  ],
  device: { executor: 'onnxruntime-cpu' },
  featuriseMs: 12.5,
  probeMs: 3,
};

function projectWithProbe(): ProjectDatabase {
  const database = openTestDatabase();
  for (const content of ['a', 'b']) insertImage(database, makeImage({ content, side: 'train' }));
  upsertProbe(database, keyOf(database), { ...probe, probedAt: testNow() });
  return database;
}

describe('a stored probe', () => {
  it('is found again with its rungs in order, and replaced by the next one', () => {
    const database = projectWithProbe();
    expect(findProbe(database, keyOf(database))).toEqual(probe);
    const shorter = { ...probe, rungs: probe.rungs.slice(1) };
    upsertProbe(database, keyOf(database), { ...shorter, probedAt: testNow() });
    expect(findProbe(database, keyOf(database))).toEqual(shorter);
  });

  it('is not found once a label changes', () => {
    const database = projectWithProbe();
    const [first] = listImages(database);
    setImageClass(database, first!.imageId, ClassName.parse('Misty'));
    expect(findProbe(database, keyOf(database))).toBeNull();
  });

  it('is not found once a photo comes, or for other weights', () => {
    const database = projectWithProbe();
    expect(findProbe(database, { ...keyOf(database), weightsSha256: 'b'.repeat(64) })).toBeNull();
    insertImage(database, makeImage({ content: 'c', side: 'train' }));
    expect(findProbe(database, keyOf(database))).toBeNull();
  });
});
