/** Every registered network, at an eighth of its width, as a TensorFlow.js graph model beside the float64 reference. */
import { beforeAll, describe, expect, it } from 'vitest';
import { departure } from '../../../../e2e/fixtures/parity-compare.ts';
import { narrowBatch, narrowed, narrowInput, narrowWeights } from '../../../../e2e/fixtures/parity-narrow.ts';
import { softmax } from '../../../../shared/math/statistics.ts';
import { findNetwork, networks } from '../../../../shared/networks/registry.ts';
import { inference64, widened } from '../../reference/training-step.ts';
import { openLibrary } from '../../tensorflow/door.ts';
import { inMemory } from './load.ts';
import { writeGraphModel } from './writer.ts';

let tf: Awaited<ReturnType<typeof openLibrary>>['tf'];
beforeAll(async () => {
  tf = (await openLibrary(1)).tf;
});

/** [N, C, H, W] to [N, H, W, C]. */
function channelsLast(values: Float32Array, [channels, height, width]: readonly number[]): Float32Array {
  const places = height! * width!;
  const size = channels! * places;
  return values.map((_, at) => {
    const image = Math.floor(at / size);
    const channel = at % channels!;
    const place = Math.floor((at % size) / channels!);
    return values[image * size + channel * places + place]!;
  });
}

describe.each(Object.keys(networks))('%s at an eighth of its width', (id) => {
  const network = narrowed(findNetwork(id));
  const weights = narrowWeights(network);
  const input = narrowInput(network);

  it('gives the probabilities of its main head in TensorFlow.js', async () => {
    const [logits] = inference64({ network, parameters: widened(weights), input }, [network.heads[0]!.node]);
    const files = writeGraphModel(network, weights, {});
    const model = await tf.loadGraphModel(inMemory(files));
    const [channels, height, width] = network.inputShape as readonly [number, number, number];
    const given = tf.tensor4d(channelsLast(input, network.inputShape), [narrowBatch, height, width, channels]);
    const outputs = model.execute(given, ['logits', 'output']) as { data(): Promise<Float32Array> }[];
    const [foundLogits, found] = await Promise.all(outputs.map((output) => output.data()));
    expect(departure(foundLogits!, logits!)).toBeLessThan(1e-4);
    const classes = found!.length / narrowBatch;
    for (let image = 0; image < narrowBatch; image += 1) {
      const wanted = softmax(logits!.subarray(image * classes, (image + 1) * classes));
      for (const [at, probability] of wanted.entries())
        expect(found![image * classes + at]).toBeCloseTo(probability, 4);
    }
    model.dispose();
    tf.disposeVariables();
  });
});
