import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTensors } from './read-tensors.ts';
import { elementsOf, readElements } from './stored-tensor.ts';

const fixtures = join(import.meta.dirname, '../../../../e2e/fixtures/weights');

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-tensors-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Expected = Readonly<Record<string, { readonly shape: readonly number[]; readonly hex: string }>>;

function readExpected(name: string): Expected {
  return JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as Expected;
}

/** All that a file holds, as its writer described it: shapes, and the bytes of the float32 values. */
async function readAll(file: string): Promise<Expected> {
  const opened = await openTensors(file);
  try {
    const entries = opened.tensors.map(async (tensor) => {
      const values = await readElements(tensor, 0, elementsOf(tensor.shape));
      const hex = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
      return [tensor.name, { shape: tensor.shape, hex }] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    await opened.close();
  }
}

/** The same numbers after a round through a shorter format. */
function rounded(expected: Expected, round: (value: number) => number): Expected {
  const change = (hex: string): string => {
    const bytes = Buffer.from(hex, 'hex');
    for (let at = 0; at < bytes.byteLength; at += 4) bytes.writeFloatLE(round(bytes.readFloatLE(at)), at);
    return bytes.toString('hex');
  };
  return Object.fromEntries(
    Object.entries(expected).map(([name, { shape, hex }]) => [name, { shape, hex: change(hex) }]),
  );
}

/** To bfloat16, half to even, by its definition. */
function toBfloat16(value: number): number {
  const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer);
  const up = ((bits >>> 16) & 1) + 0x7fff;
  return new Float32Array(Uint32Array.of(((bits + up) >>> 16) << 16).buffer)[0]!;
}

/** To binary16 by scaling to its last digit; the fixture has no subnormals and nothing large. */
function toFloat16(value: number): number {
  if (value === 0) return value;
  const digit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  const scaled = value / digit;
  const floor = Math.floor(scaled);
  const isTie = scaled - floor === 0.5;
  return (isTie ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(scaled)) * digit;
}

describe('tensors of the files that people have', () => {
  it.each(['state.safetensors', 'state.pth', 'legacy.pth', 'parameters.pt', 'channels-last.pth', 'double.pt'])(
    '%s holds bit for bit what PyTorch says',
    async (name) => {
      expect(await readAll(join(fixtures, name))).toEqual(readExpected('torch-expected.json'));
    },
  );

  it('16-bit floats are widened exactly', async () => {
    const expected = readExpected('torch-expected.json');
    expect(await readAll(join(fixtures, 'half.pt'))).toEqual(rounded(expected, toFloat16));
    expect(await readAll(join(fixtures, 'bfloat16.pt'))).toEqual(rounded(expected, toBfloat16));
  });

  it('nested state dicts keep the way to each tensor in its name', async () => {
    const entries = Object.entries(readExpected('torch-expected.json'));
    const nested = Object.fromEntries(entries.map(([name, tensor]) => [`state_dict.module.${name}`, tensor]));
    expect(await readAll(join(fixtures, 'nested.pt'))).toEqual(nested);
  });

  it.each(['model.h5', 'model.keras'])('%s holds what Keras says, under its own layer names', async (name) => {
    expect(await readAll(join(fixtures, name))).toEqual(readExpected('keras-expected.json'));
  });

  it('a file of Keras weights without a model has the numbers of the layers instead of names', async () => {
    const expected = readExpected('keras-expected.json');
    const found = await readAll(join(fixtures, 'model.weights.h5'));
    expect(found['conv2d_1/kernel']).toEqual(expected['narrow/kernel']);
    expect(found['batch_normalization/moving_variance']).toEqual(expected['stem_bn/moving_variance']);
    expect(Object.keys(found)).toHaveLength(Object.keys(expected).length);
  });

  it('a layers model of TensorFlow.js is read across the border of its shards', async () => {
    expect(await readAll(join(fixtures, 'model.json'))).toEqual(readExpected('tfjs-expected.json'));
  });

  it.each(['model.onnx', 'external.onnx'])('%s: its initializers, also those beside the model', async (name) => {
    expect(await readAll(join(fixtures, name))).toEqual(readExpected('onnx-expected.json'));
  });
});

describe('fault 37: a pickle that would run code', () => {
  it.each([
    ['evil.pt', 'posix.system'],
    ['evil-protocol-5.pt', 'posix.system'],
    ['whole-model.pt', 'torch.nn.modules.linear.Linear'],
  ])('%s is refused by the name of what it wants: %s', async (file, wanted) => {
    await expect(openTensors(join(fixtures, file))).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
      message: expect.stringContaining(`"${wanted}"`),
    });
  });
});

it.each([
  ['whole-model.pt', 'torch.save(model.state_dict()'],
  ['group1-shard1of2.bin', "choose the model's .json file"],
])('%s, which people choose, is refused with what to do: %s', async (file, advice) => {
  await expect(openTensors(join(fixtures, file))).rejects.toThrow(advice);
});

describe('fault 37: a Keras model with a Lambda layer', () => {
  const asLambda = (bytes: Buffer): Buffer =>
    Buffer.from(bytes.toString('latin1').replace('"class_name": "Conv2D"', '"class_name": "Lambda"'), 'latin1');

  it.each([
    ['model.h5', 'Keras HDF5'],
    ['model.keras', 'Keras'],
  ])('in %s is refused as code that is not run', async (name, title) => {
    const file = join(emptyFolder(), name);
    const model = readFileSync(join(fixtures, name));
    expect(asLambda(model)).not.toEqual(model);
    writeFileSync(file, asLambda(model));
    await expect(openTensors(file)).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
      message: expect.stringContaining(
        `${name}: not a usable ${title} file: a layer of its model is a Lambda: code of its own, which is not run here`,
      ),
    });
  });

  it('is found wherever its name lies in a large file', async () => {
    const model = readFileSync(join(fixtures, 'model.h5'));
    for (const at of [1024 * 1024 - 11, 1024 * 1024, 2_500_000]) {
      const file = join(emptyFolder(), 'large.h5');
      const large = Buffer.concat([model, Buffer.alloc(3 * 1024 * 1024)]);
      writeFileSync(file, large);
      const opened = await openTensors(file);
      await opened.close();
      large.write('"class_name": "Lambda"', at, 'latin1');
      writeFileSync(file, large);
      await expect(openTensors(file), String(at)).rejects.toThrow(/a Lambda/);
    }
  });
});

describe('a file that names other files', () => {
  function copied(): string {
    const folder = emptyFolder();
    cpSync(fixtures, folder, { recursive: true });
    return folder;
  }

  it('cannot leave its folder', async () => {
    const folder = copied();
    const onnx = readFileSync(join(folder, 'external.onnx'));
    writeFileSync(
      join(folder, 'outside.onnx'),
      Buffer.from(onnx.toString('latin1').replaceAll('external.data', '../ternal.dat'), 'latin1'),
    );
    await expect(openTensors(join(folder, 'outside.onnx'))).rejects.toThrow(/no name of a file beside it/);
    const json = readFileSync(join(folder, 'model.json'), 'utf8').replace('group1-shard1of2.bin', '../etc/passwd');
    writeFileSync(join(folder, 'outside.json'), json);
    await expect(openTensors(join(folder, 'outside.json'))).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
  });

  it('is refused by the name of what is missing', async () => {
    const folder = copied();
    rmSync(join(folder, 'group1-shard2of2.bin'));
    await expect(openTensors(join(folder, 'model.json'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('group1-shard2of2.bin'),
    });
  });
});

describe('what is no file of weights', () => {
  it('is refused with the formats that are known', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'photo.jpg'), Buffer.from('\xff\xd8\xff\xe0 a photo, not weights', 'latin1'));
    await expect(openTensors(join(folder, 'photo.jpg'))).rejects.toThrow(/none of these: safetensors, PyTorch/);
    await expect(openTensors(folder)).rejects.toThrow(/not a file/);
    await expect(openTensors(join(folder, 'gone.pth'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
