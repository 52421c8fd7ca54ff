/** The initializers of an ONNX model: its protobuf is walked by offset, so that the numbers stay where they are. */
import { dirname, join } from 'node:path';
import { DamagedFile } from '../checked-file.ts';
import { type ByteSource, openByteSource, partOf } from './byte-source.ts';
import {
  type Extent,
  elementsOf,
  type FloatType,
  floatBytes,
  MOST_TENSORS,
  quoted,
  type StoredTensor,
  storedAt,
} from './stored-tensor.ts';
import type { OpenedTensorFile } from './tfjs.ts';

const MOST_TEXT_BYTES = 4096;
const MOST_FIELDS = 4_000_000;

/** TensorProto.DataType of floats. */
const floatTypes = new Map<number, FloatType>([
  [1, 'F32'],
  [10, 'F16'],
  [11, 'F64'],
  [16, 'BF16'],
]);
const EXTERNAL = 1;

type Field = {
  readonly number: number;
  readonly wire: number;
  readonly start: number;
  readonly length: number;
  readonly value: bigint;
};

/** Names as they are in the graph. The caller closes `others`. Throws DamagedFile, NOT_FOUND for a missing data file. */
export async function readOnnx(source: ByteSource): Promise<OpenedTensorFile> {
  const walker = createWalker(source);
  const found = { tensors: [] as StoredTensor[], ignored: [] as string[] };
  const files = new Map<string, ByteSource>();
  try {
    let graphs = 0;
    for await (const field of walker.fields(0, source.bytes)) {
      if (field.number !== 7 || field.wire !== 2) continue; // ModelProto.graph
      graphs += 1;
      for await (const inner of walker.fields(field.start, field.length)) {
        if (inner.number !== 5 || inner.wire !== 2) continue; // GraphProto.initializer
        const parsed = await parseTensor(source, walker, inner);
        const tensor = await placeTensor(source, parsed, files);
        if (tensor === null) found.ignored.push(parsed.name);
        else found.tensors.push(tensor);
        if (found.tensors.length + found.ignored.length > MOST_TENSORS)
          throw new DamagedFile('it has too many tensors');
      }
    }
    if (graphs === 0) throw new DamagedFile('it holds no graph');
    return { ...found, others: [...files.values()] };
  } catch (error) {
    await Promise.all([...files.values()].map((file) => file.close()));
    throw error;
  }
}

type Walker = { readonly fields: (start: number, length: number) => AsyncGenerator<Field> };

function createWalker(source: ByteSource): Walker {
  let count = 0;
  const varint = async (at: number, end: number): Promise<{ readonly value: bigint; readonly next: number }> => {
    const bytes = await source.read(at, Math.min(10, end - at));
    let value = 0n;
    for (const [index, byte] of bytes.entries()) {
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: at + index + 1 };
    }
    throw new DamagedFile('a number in it does not end');
  };
  return {
    async *fields(start, length) {
      const end = start + length;
      for (let at = start; at < end; ) {
        count += 1;
        if (count > MOST_FIELDS) throw new DamagedFile('it has too many parts');
        const key = await varint(at, end);
        const [number, wire] = [Number(key.value >> 3n), Number(key.value & 7n)];
        const body = await bodyOf(wire, key.next, end);
        if (body.start + body.length > end) throw new DamagedFile('a part of it reaches beyond its end');
        yield { number, wire, ...body };
        at = body.start + body.length;
      }
    },
  };

  async function bodyOf(wire: number, at: number, end: number): Promise<Omit<Field, 'number' | 'wire'>> {
    if (wire === 1) return { start: at, length: 8, value: 0n };
    if (wire === 5) return { start: at, length: 4, value: 0n };
    const { value, next } = await varint(at, end);
    if (wire === 0) return { start: next, length: 0, value };
    if (wire !== 2) throw new DamagedFile(`it is no protobuf (wire type ${wire})`);
    if (value > BigInt(end - next)) throw new DamagedFile('a part of it reaches beyond its end');
    return { start: next, length: Number(value), value };
  }
}

type ParsedTensor = {
  name: string;
  readonly shape: number[];
  type: number;
  data: { readonly start: number; readonly bytes: number } | null;
  isExternal: boolean;
  readonly external: Map<string, string>;
};

async function parseTensor(source: ByteSource, walker: Walker, message: Field): Promise<ParsedTensor> {
  const tensor: ParsedTensor = { name: '', shape: [], type: 0, data: null, isExternal: false, external: new Map() };
  for await (const field of walker.fields(message.start, message.length)) {
    const { number, wire, start, length, value } = field;
    if (number === 1 && wire === 0) tensor.shape.push(Number(value));
    else if (number === 1 && wire === 2) tensor.shape.push(...(await packedNumbers(source, field)));
    else if (number === 2 && wire === 0) tensor.type = Number(value);
    else if (number === 8 && wire === 2) tensor.name = await textAt(source, field);
    else if ((number === 9 || number === 4 || number === 10) && wire === 2)
      tensor.data = { start, bytes: length }; // raw, floats, doubles
    else if (number === 14 && wire === 0) tensor.isExternal = Number(value) === EXTERNAL;
    else if (number === 13 && wire === 2) tensor.external.set(...(await pairAt(source, walker, field)));
  }
  return tensor;
}

async function packedNumbers(source: ByteSource, { start, length }: Field): Promise<number[]> {
  if (length > 80) throw new DamagedFile('a tensor has too many dimensions');
  const numbers: number[] = [];
  let [value, shift] = [0n, 0n];
  for (const byte of await source.read(start, length)) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    numbers.push(Number(value));
    [value, shift] = [0n, 0n];
  }
  return numbers;
}

async function textAt(source: ByteSource, { start, length }: Field): Promise<string> {
  if (length > MOST_TEXT_BYTES) throw new DamagedFile(`a name in it has ${length} bytes`);
  return Buffer.from(await source.read(start, length)).toString('utf8');
}

/** StringStringEntryProto */
async function pairAt(source: ByteSource, walker: Walker, message: Field): Promise<[string, string]> {
  const pair: [string, string] = ['', ''];
  for await (const field of walker.fields(message.start, message.length))
    if (field.wire === 2 && (field.number === 1 || field.number === 2))
      pair[field.number - 1] = await textAt(source, field);
  return pair;
}

/** null: no floats. */
async function placeTensor(
  source: ByteSource,
  { name, shape, type: code, data, isExternal, external }: ParsedTensor,
  files: Map<string, ByteSource>,
): Promise<StoredTensor | null> {
  const type = floatTypes.get(code);
  if (type === undefined) return null;
  const tensor = { name, shape, type };
  if (isExternal) return storedAt(tensor, await externalExtent(source, tensor, { external, files }));
  if (data === null && elementsOf(shape) > 0) throw new DamagedFile(`${quoted(name)} has no numbers that can be read`);
  return storedAt(tensor, { source, start: data?.start ?? 0, bytes: data?.bytes ?? 0 });
}

/** Numbers in a file beside the model, as exporters of large models write them. */
async function externalExtent(
  source: ByteSource,
  { name, shape, type }: Pick<StoredTensor, 'name' | 'shape' | 'type'>,
  { external, files }: { readonly external: ReadonlyMap<string, string>; readonly files: Map<string, ByteSource> },
): Promise<Extent> {
  const location = external.get('location') ?? '';
  if (!/^[\w.-]{1,200}$/.test(location) || location.startsWith('..'))
    throw new DamagedFile(`${quoted(name)} lies in ${quoted(location)}, which is no name of a file beside it`);
  const file = files.get(location) ?? (await openByteSource(join(dirname(source.file), location)));
  files.set(location, file);
  const start = Number(external.get('offset') ?? '0');
  const bytes = Number(external.get('length') ?? String(elementsOf(shape) * floatBytes[type]));
  return { source: partOf(file, start, bytes), start: 0, bytes };
}
