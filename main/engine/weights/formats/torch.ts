/** PyTorch's state dicts, .pth and .pt: the zip archive that it writes since 1.6, and the single file of before. */
import { DamagedFile } from '../checked-file.ts';
import { type ByteSource, partOf } from './byte-source.ts';
import { PickleEnds } from './pickle.ts';
import { type Extent, quoted, type TensorFile } from './stored-tensor.ts';
import { readTorchPickle, type TorchStorage, tensorsBelow } from './torch-objects.ts';
import type { ZipEntries } from './zip-entries.ts';

const MOST_PICKLE_BYTES = 64 * 1024 * 1024;
const FIRST_PICKLE_BYTES = 1024 * 1024;
const LEGACY_MAGIC = '1950a86a20f9469cfc6c'; // the first pickle of the old format
const LEGACY_VERSION = 1001;

/** The tensors of an archive with `<name>/data.pkl`. Throws DamagedFile; nothing that it holds is executed. */
export async function readTorchZip(entries: ZipEntries): Promise<TensorFile> {
  const pickles = entries.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) throw new DamagedFile('it has no data.pkl, or several');
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (entries.names.some((name) => name.startsWith(`${folder}code/`)))
    throw new DamagedFile('it is a TorchScript program and no state dict; save model.state_dict() instead');
  await requireLittleEndian(entries, `${folder}byteorder`);
  const { value } = readTorchPickle(await wholePickle(await entries.part(pickle)), 0);
  const extents = new Map<string, Extent>();
  const wanted = new Map<string, TorchStorage>();
  tensorsBelow(value, (storage) => {
    wanted.set(storage.key, storage);
    return { source: nowhere, start: 0, bytes: storage.elements * storage.width };
  });
  for (const [key, storage] of wanted) {
    const part = await entries.part(`${folder}data/${key}`);
    extents.set(key, storageExtent(storage, { source: part, start: 0, bytes: part.bytes }));
  }
  return tensorsBelow(value, ({ key }) => extents.get(key)!);
}

/** Placeholder of the first walk, which only collects what there is. */
const nowhere: ByteSource = {
  file: '',
  bytes: 0,
  read: () => Promise.reject(new Error('Nothing is read while storages are collected.')),
  close: async () => undefined,
};

async function requireLittleEndian(entries: ZipEntries, name: string): Promise<void> {
  if (!entries.has(name)) return;
  const part = await entries.part(name);
  const order = Buffer.from(await part.read(0, Math.min(part.bytes, 16))).toString('latin1');
  if (order !== 'little') throw new DamagedFile(`its numbers are stored in the byte order ${quoted(order)}`);
}

async function wholePickle(part: ByteSource): Promise<Uint8Array> {
  if (part.bytes > MOST_PICKLE_BYTES) throw new DamagedFile(`its pickle has ${part.bytes} bytes`);
  return part.read(0, part.bytes);
}

/** A storage with as many bytes as its elements need; throws DamagedFile. */
function storageExtent(storage: TorchStorage, extent: Extent): Extent {
  const needed = storage.elements * storage.width;
  if (extent.bytes < needed)
    throw new DamagedFile(`storage ${quoted(storage.key)} has ${extent.bytes} bytes and needs ${needed}`);
  return { ...extent, bytes: needed };
}

/** The old format: magic, version and system as pickles, the object, the keys of the storages, their bytes. Throws DamagedFile. */
export async function readTorchLegacy(source: ByteSource): Promise<TensorFile> {
  const { value, keys, end } = await readLegacyHead(source);
  const wanted = new Map<string, TorchStorage>();
  const collect = (storage: TorchStorage): Extent => {
    wanted.set(storage.key, storage);
    return { source, start: 0, bytes: storage.elements * storage.width };
  };
  tensorsBelow(value, collect);
  const extents = new Map<string, Extent>();
  let at = end;
  for (const key of keys) {
    const storage = wanted.get(key);
    if (storage === undefined) throw new DamagedFile(`storage ${quoted(key)} belongs to no tensor of it`);
    const count = Buffer.from((await source.read(at, 8)).buffer).readBigInt64LE();
    if (count !== BigInt(storage.elements))
      throw new DamagedFile(`storage ${quoted(key)} has another length than told`);
    const part = partOf(source, at + 8, storage.elements * storage.width);
    extents.set(key, { source: part, start: 0, bytes: part.bytes });
    at += 8 + part.bytes;
  }
  return tensorsBelow(value, ({ key }) => {
    const extent = extents.get(key);
    if (extent === undefined) throw new DamagedFile(`storage ${quoted(key)} is missing in it`);
    return extent;
  });
}

async function readLegacyHead(source: ByteSource) {
  for (let length = FIRST_PICKLE_BYTES; ; length *= 8) {
    const bytes = await source.read(0, Math.min(length, source.bytes));
    try {
      return parseLegacyHead(bytes);
    } catch (error) {
      const isWhole = bytes.byteLength === source.bytes || length >= MOST_PICKLE_BYTES;
      if (!(error instanceof PickleEnds) || isWhole) throw error;
    }
  }
}

function parseLegacyHead(bytes: Uint8Array) {
  const magic = readTorchPickle(bytes, 0);
  if (magic.value !== LEGACY_MAGIC) throw new DamagedFile('it is a pickle, but not one that PyTorch saved');
  const version = readTorchPickle(bytes, magic.end);
  if (version.value !== LEGACY_VERSION) throw new DamagedFile('it is of an unknown version of the format');
  const system = readTorchPickle(bytes, version.end);
  if (system.value instanceof Map && system.value.get('little_endian') !== true)
    throw new DamagedFile('its numbers are not stored in little endian order');
  const { value, end } = readTorchPickle(bytes, system.end);
  const keys = readTorchPickle(bytes, end);
  if (!Array.isArray(keys.value)) throw new DamagedFile('the list of its storages is missing');
  const names = keys.value.map((key) => {
    if (typeof key === 'string') return key;
    throw new DamagedFile('the list of its storages is damaged');
  });
  return { value, keys: names, end: keys.end };
}
