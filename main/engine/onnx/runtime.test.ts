import { expect, it } from 'vitest';
import { fillTensor } from '../../../e2e/fixtures/parity.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { openOnnxSession } from './runtime.ts';
import { writeOnnx } from './writer.ts';

const network = findNetwork('tf_efficientnet_lite0');
const weights = new Map(
  listParameters(network).map(({ name, shape }, i) => [name, { shape, values: fillTensor(i, name, shape) }]),
);
const model = writeOnnx(network, weights, { outputNode: 'bn1.act', preprocessing: 'none', batch: 'dynamic' });
const input = fillTensor(9999, 'input', [2, 3, 224, 224]);

it('gives the same bits again at the same number of threads, also from a new session', async () => {
  const answers: Float32Array[] = [];
  for (let attempt = 0; attempt < 2; attempt++) {
    const session = await openOnnxSession({ model, threads: 2, provider: 'cpu' });
    answers.push(await session.run(input, 2), await session.run(input, 2));
    await session.close();
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

it('knows the shapes of one image', async () => {
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  expect(session.inputShape).toEqual([3, 224, 224]);
  expect(session.outputShape).toEqual([32, 112, 112]);
  await session.close();
});

it('refuses an input of another length', async () => {
  const session = await openOnnxSession({ model, threads: 1, provider: 'cpu' });
  await expect(session.run(input, 3)).rejects.toMatchObject({ code: 'BUG' });
  await session.close();
});

it('fails to open bytes that are no network, a device that is not there and a senseless number of threads', async () => {
  const broken = model.subarray(0, 1000);
  await expect(openOnnxSession({ model: broken, threads: 1, provider: 'cpu' })).rejects.toMatchObject({
    code: 'BACKEND_MISSING',
  });
  await expect(openOnnxSession({ model, threads: 1, provider: 'coreml' })).rejects.toMatchObject({
    code: 'BACKEND_MISSING',
  });
  await expect(openOnnxSession({ model, threads: 0, provider: 'cpu' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});
