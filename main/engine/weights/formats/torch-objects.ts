/** What the pickles of PyTorch may hold: storages and tensors, described and not read; and where state dicts lie in them. */
import { DamagedFile } from '../checked-file.ts';
import { type PickleGlobal, type PickleRules, type PickleValue, readPickle } from './pickle.ts';
import {
  type Extent,
  elementsOf,
  type FloatType,
  floatBytes,
  MOST_TENSORS,
  quoted,
  type StoredTensor,
  type TensorFile,
} from './stored-tensor.ts';

const MOST_NESTING = 16;

/** Bytes of an element, and its float format; null: whole numbers, which are counters and no weights. */
const storageTypes = new Map<string, { readonly width: number; readonly type: FloatType | null }>([
  ['torch.FloatStorage', { width: 4, type: 'F32' }],
  ['torch.DoubleStorage', { width: 8, type: 'F64' }],
  ['torch.HalfStorage', { width: 2, type: 'F16' }],
  ['torch.BFloat16Storage', { width: 2, type: 'BF16' }],
  ['torch.LongStorage', { width: 8, type: null }],
  ['torch.IntStorage', { width: 4, type: null }],
  ['torch.ShortStorage', { width: 2, type: null }],
  ['torch.CharStorage', { width: 1, type: null }],
  ['torch.ByteStorage', { width: 1, type: null }],
  ['torch.BoolStorage', { width: 1, type: null }],
]);

export type TorchStorage = {
  readonly kind: 'storage';
  readonly key: string;
  readonly width: number;
  readonly type: FloatType | null;
  readonly elements: number;
};
type TorchTensor = {
  readonly kind: 'tensor';
  readonly storage: TorchStorage;
  readonly offset: number; // in elements
  readonly shape: readonly number[];
  readonly strides: readonly number[];
};
export type TorchPart = TorchStorage | TorchTensor;
type Value = PickleValue<TorchPart>;

export const torchRules: PickleRules<TorchPart> = {
  globals: new Map<string, ((args: readonly Value[]) => Value) | null>([
    ...[...storageTypes.keys()].map((name) => [name, null] as const),
    ['collections.OrderedDict', orderedDict],
    ['torch._utils._rebuild_tensor_v2', rebuildTensor],
    ['torch._utils._rebuild_parameter', ([tensor]) => tensor ?? null],
  ]),
  persistent: storageOf,
};

/** Reads one pickle of PyTorch; see readPickle. */
export function readTorchPickle(bytes: Uint8Array, start: number): { readonly value: Value; readonly end: number } {
  return readPickle(bytes, start, torchRules);
}

function orderedDict([items]: readonly Value[]): Value {
  const pairs = items === undefined ? [] : items;
  if (!Array.isArray(pairs)) throw new DamagedFile('its pickle makes a dictionary of what are no pairs');
  return new Map(
    pairs.map((pair) => {
      if (Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string') return [pair[0], pair[1]!];
      throw new DamagedFile('its pickle makes a dictionary of what are no pairs');
    }),
  );
}

/** ('storage', type, key, place, elements, and in the old format null or what makes it a view of another). */
function storageOf(id: Value): Value {
  const [kind, type, key, , elements, view] = Array.isArray(id) ? id : [];
  const described = isGlobal(type) ? storageTypes.get(type.name) : undefined;
  if (kind !== 'storage' || described === undefined || typeof key !== 'string' || typeof elements !== 'number')
    throw new DamagedFile('its pickle refers to what is no storage of a tensor');
  if (view !== undefined && view !== null) throw new DamagedFile('it holds a storage that is a view of another one');
  elementsOf([elements]);
  return { kind: 'object', value: { kind: 'storage', key, elements, ...described } };
}

function isGlobal(value: Value | undefined): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'global';
}

function rebuildTensor([storage, offset, shape, strides]: readonly Value[]): Value {
  const part = partIn(storage);
  if (part?.kind !== 'storage' || typeof offset !== 'number' || !isNumbers(shape) || !isNumbers(strides))
    throw new DamagedFile('its pickle describes a tensor in an unknown way');
  if (shape.length !== strides.length) throw new DamagedFile('a tensor has more dimensions than strides, or fewer');
  elementsOf(shape);
  if (![offset, ...strides].every((step) => Number.isSafeInteger(step) && step >= 0))
    throw new DamagedFile(`a tensor has the strides [${strides.slice(0, 8)}]`);
  return { kind: 'object', value: { kind: 'tensor', storage: part, offset, shape, strides } };
}

function isNumbers(value: Value | undefined): value is number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number');
}

function partIn(value: Value | undefined): TorchPart | null {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'object' ? value.value : null;
}

/**
 * Every tensor below `root`, named by the keys that lead to it, joined by points; where the same one is met again it is
 * left out. `extentOf` says where a storage lies. Throws DamagedFile for a tensor that leaves its storage.
 */
export function tensorsBelow(root: Value, extentOf: (storage: TorchStorage) => Extent): TensorFile {
  const tensors: StoredTensor[] = [];
  const ignored: string[] = [];
  const seen = new Set<Value>();
  const visit = (value: Value, name: string, depth: number): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const part = partIn(value);
    if (part?.kind === 'tensor') {
      const tensor = storedTensor(name, part, extentOf);
      if (tensor === null) ignored.push(name);
      else tensors.push(tensor);
      if (tensors.length + ignored.length > MOST_TENSORS) throw new DamagedFile('it has too many tensors');
    }
    if (depth >= MOST_NESTING) return;
    const children = value instanceof Map ? value : Array.isArray(value) ? value.entries() : [];
    for (const [key, child] of children) visit(child, name === '' ? String(key) : `${name}.${key}`, depth + 1);
  };
  visit(root, '', 0);
  return { tensors, ignored };
}

function storedTensor(
  name: string,
  { storage, offset, shape, strides }: TorchTensor,
  extentOf: (storage: TorchStorage) => Extent,
): StoredTensor | null {
  const { type } = storage;
  const whole = extentOf(storage);
  if (type === null) return null;
  const count = elementsOf(shape);
  const span = count === 0 ? 0 : 1 + shape.reduce((sum, extent, axis) => sum + (extent - 1) * strides[axis]!, 0);
  const width = floatBytes[type];
  if (span > count) throw new DamagedFile(`${quoted(name)} is spread over more memory than it needs`);
  if (span < count) throw new DamagedFile(`${quoted(name)} repeats elements of its storage`);
  if ((offset + span) * width > whole.bytes) throw new DamagedFile(`${quoted(name)} leaves its storage`);
  const extent = { ...whole, start: whole.start + offset * width, bytes: span * width };
  return { name, shape, type, extents: [extent], strides: isRowMajor(shape, strides) ? null : strides };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}
