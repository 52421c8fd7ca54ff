/** Keras' own networks, filled by the names of their variables, beside the same variables imported by name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tellLeftOut } from '../../../../e2e/fixtures/left-out.ts';
import { fillTensor } from '../../../../e2e/fixtures/parity.ts';
import type { NamedTensor, Shape } from '../../../../shared/networks/network.ts';
import { listParameters } from '../../../../shared/networks/parameters.ts';
import { findNetwork, networks } from '../../../../shared/networks/registry.ts';
import { mainOutputNode } from '../../../../shared/networks/split.ts';
import { openOnnxSession } from '../../onnx/runtime.ts';
import { writeOnnx } from '../../onnx/writer.ts';
import { elementsOf, type StoredTensor } from '../formats/stored-tensor.ts';
import { convertedPieces } from '../importing/converted.ts';
import { bestFit } from './fit.ts';

type KerasNetwork = {
  readonly variables: readonly (readonly [name: string, shape: Shape])[];
  readonly logits: readonly (readonly number[])[]; // the first of each row
  readonly norms: readonly number[];
};

const file = join(import.meta.dirname, '../../../../e2e/fixtures/parity/keras-networks.json');
const oracles = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, KerasNetwork>>;
const tolerance = 1e-4; // float32 on both sides

/** As keras-networks.py does it. */
function fill(index: number, name: string, shape: Shape): Float32Array<ArrayBuffer> {
  const units = fillTensor(index, 'input', shape);
  const isDepthwise = shape.length === 4 && shape[3] === 1 && name.includes('depthwise');
  const inputs = isDepthwise ? shape[0]! * shape[1]! : shape.slice(0, -1).reduce((a, b) => a * b, 1);
  const scale = shape.length >= 2 ? Math.sqrt(6 / inputs) : 0.1;
  const offset = /\/(gamma|moving_variance)$/.test(name) ? 1 : 0;
  return units.map((unit) => offset + unit * scale);
}

/** A tensor whose "file" is its own numbers. */
function stored(name: string, shape: Shape, values: Float32Array<ArrayBuffer>): StoredTensor {
  const read = async (start: number, length: number) => new Uint8Array(values.buffer.slice(start, start + length));
  const source = { file: name, bytes: values.byteLength, read, close: async () => undefined };
  return { name, shape, type: 'F32', extents: [{ source, start: 0, bytes: values.byteLength }], strides: null };
}

const isFull = process.env.THAW_FULL === '1';
const compared = Object.entries(oracles).filter(([id]) => isFull || /mobilenet|resnet50/.test(id));
const left = Object.keys(oracles).filter((id) => compared.every(([other]) => other !== id));
tellLeftOut(`logits of ${left.join(', ')} by Keras' names`, left.length > 0 ? 'they take minutes (THAW_FULL=1)' : null);

describe.each(compared)('the variables of %s', (id, { variables, logits, norms }) => {
  it('are all matched by name, and give the logits that Keras gives', async () => {
    const all = Object.values(networks).map((make) => make());
    const tensors = variables.map(([name, shape], index) => stored(name, shape, fill(index, name, shape)));
    const fit = bestFit(all, tensors);
    expect(fit).toMatchObject({ names: 'Keras', missing: [], mismatched: [], unexpected: [], classifier: 'kept' });
    expect(fit?.network.id).toBe(id);
    const weights = new Map<string, NamedTensor>();
    for (const { name, shape } of listParameters(fit!.network))
      if (fit!.implied.includes(name)) weights.set(name, { shape, values: new Float32Array(shape[0]!).fill(1) });
    for (const { wanted, tensor } of fit!.matched) {
      const values = new Float32Array(elementsOf(wanted.shape));
      let at = 0;
      for await (const piece of convertedPieces(wanted, tensor)) {
        values.set(piece, at);
        at += piece.length;
      }
      weights.set(wanted.name, { shape: wanted.shape, values });
    }
    const network = findNetwork(id);
    const options = { outputNode: mainOutputNode(network), preprocessing: 'none', batch: 'dynamic' } as const;
    const session = await openOnnxSession({ model: writeOnnx(network, weights, options), threads: 2, provider: 'cpu' });
    const found = await session.run(fillTensor(9999, 'input', [2, ...network.inputShape]), 2);
    await session.close();
    for (const [row, wanted] of logits.entries()) {
      const own = found.subarray(row * 1000, (row + 1) * 1000);
      expect(Math.abs(Math.hypot(...own) / norms[row]! - 1)).toBeLessThan(tolerance);
      const typical = norms[row]! / Math.sqrt(1000);
      for (const [k, value] of wanted.entries()) expect(Math.abs(own[k]! - value) / typical).toBeLessThan(tolerance);
    }
  });
});
