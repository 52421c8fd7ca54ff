/**
 * The entries of a zip archive as parts of its file; only entries that are stored as they are can be read by offset.
 *
 * Read here and not by yauzl: that one throws outside of every callback for some damaged zip64 records (found by the fuzz
 * test), which would end the process. After APPNOTE 6.3.10; one disk, names in UTF-8.
 */
import { DamagedFile } from '../checked-file.ts';
import { type ByteSource, partOf } from './byte-source.ts';
import { MOST_TENSORS, quoted } from './stored-tensor.ts';

const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
const CENTRAL = { signature: 0x02014b50, bytes: 46 } as const;
const END = { signature: 0x06054b50, bytes: 22 } as const;
const END64 = { signature: 0x06064b50, bytes: 56 } as const;
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 } as const;
const MOST_COMMENT_BYTES = 65_535;
const MOST_DIRECTORY_BYTES = 64 * 1024 * 1024;
const ZIP64_FIELD = 1;
const STORED = 0;
const IN_ZIP64 = 0xffff_ffff; // the number is in the extra field

export type ZipEntries = {
  readonly names: readonly string[];
  readonly has: (name: string) => boolean;
  /** Throws DamagedFile where it is missing, compressed or encrypted, or reaches outside. */
  readonly part: (name: string) => Promise<ByteSource>;
};

type Entry = {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
};

/** Throws DamagedFile. */
export async function listZipEntries(source: ByteSource): Promise<ZipEntries> {
  const { start, length, count } = await findDirectory(source);
  if (count > MOST_TENSORS) throw new DamagedFile(`it has ${count} entries`);
  if (length > MOST_DIRECTORY_BYTES) throw new DamagedFile(`its list of entries has ${length} bytes`);
  const entries = new Map<string, Entry>();
  for (const entry of entriesIn(await bufferAt(source, start, length), count)) {
    if (entries.has(entry.name)) throw new DamagedFile(`${quoted(entry.name)} is in it twice`);
    entries.set(entry.name, entry);
  }
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    part: async (name) => {
      const entry = entries.get(name);
      if (entry === undefined) throw new DamagedFile(`${quoted(name)} is missing in it`);
      return await contentOf(source, entry);
    },
  };
}

async function bufferAt(source: ByteSource, start: number, length: number): Promise<Buffer> {
  return Buffer.from((await source.read(start, length)).buffer);
}

function numberAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DamagedFile('an address in its zip archive is out of reach');
  return Number(value);
}

type Directory = { readonly start: number; readonly length: number; readonly count: number };

/** From the record at the end, or from the larger one that it points to. */
async function findDirectory(source: ByteSource): Promise<Directory> {
  const tailBytes = Math.min(source.bytes, END.bytes + MOST_COMMENT_BYTES);
  const tail = await bufferAt(source, source.bytes - tailBytes, tailBytes);
  for (let at = tail.byteLength - END.bytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END.signature) continue;
    const [count, length, start] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    const isLarge = count === 0xffff || length === IN_ZIP64 || start === IN_ZIP64;
    return isLarge ? await findDirectory64(source, source.bytes - tailBytes + at) : { start, length, count };
  }
  throw new DamagedFile('its zip archive has no end');
}

async function findDirectory64(source: ByteSource, endAt: number): Promise<Directory> {
  const locator = await bufferAt(source, endAt - LOCATOR64.bytes, LOCATOR64.bytes);
  if (locator.readUInt32LE(0) !== LOCATOR64.signature) throw new DamagedFile('its zip archive has no end');
  const record = await bufferAt(source, numberAt(locator, 8), END64.bytes);
  if (record.readUInt32LE(0) !== END64.signature) throw new DamagedFile('its zip archive has no end');
  return { count: numberAt(record, 32), length: numberAt(record, 40), start: numberAt(record, 48) };
}

function* entriesIn(directory: Buffer, count: number): Generator<Entry> {
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL.bytes > directory.byteLength || directory.readUInt32LE(at) !== CENTRAL.signature)
      throw new DamagedFile('its list of entries is damaged');
    const [nameBytes, extraBytes] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30)];
    const end = at + CENTRAL.bytes + nameBytes + extraBytes + directory.readUInt16LE(at + 32);
    if (end > directory.byteLength) throw new DamagedFile('its list of entries is cut off');
    const nameAt = at + CENTRAL.bytes;
    const extra = directory.subarray(nameAt + nameBytes, nameAt + nameBytes + extraBytes);
    yield {
      name: directory.toString('utf8', nameAt, nameAt + nameBytes),
      isEncrypted: (directory.readUInt16LE(at + 8) & 1) !== 0,
      method: directory.readUInt16LE(at + 10),
      ...sizesOf(directory.subarray(at, nameAt), extra),
    };
    at = end;
  }
}

/** Those that do not fit into 32 bits follow each other in the extra field. */
function sizesOf(fixed: Buffer, extra: Buffer): Pick<Entry, 'bytes' | 'compressedBytes' | 'headerAt'> {
  const large = zip64Numbers(extra);
  const read = (at: number): number => {
    const value = fixed.readUInt32LE(at);
    if (value !== IN_ZIP64) return value;
    const next = large.shift();
    if (next === undefined) throw new DamagedFile('its list of entries is damaged');
    return next;
  };
  return { bytes: read(24), compressedBytes: read(20), headerAt: read(42) };
}

function zip64Numbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const length = extra.readUInt16LE(at + 2);
    const field = extra.subarray(at + 4, at + 4 + length);
    if (extra.readUInt16LE(at) === ZIP64_FIELD)
      return Array.from({ length: Math.min(3, Math.floor(field.byteLength / 8)) }, (_, index) =>
        numberAt(field, 8 * index),
      );
    at += 4 + length;
  }
  return [];
}

async function contentOf(source: ByteSource, entry: Entry): Promise<ByteSource> {
  const name = quoted(entry.name);
  if (entry.isEncrypted) throw new DamagedFile(`${name} is encrypted`);
  if (entry.method !== STORED || entry.compressedBytes !== entry.bytes)
    throw new DamagedFile(`${name} is compressed in it, and such files store their entries as they are`);
  const header = await bufferAt(source, entry.headerAt, LOCAL.bytes);
  if (header.readUInt32LE(0) !== LOCAL.signature) throw new DamagedFile(`${name} is not where its index says`);
  const start = entry.headerAt + LOCAL.bytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  return partOf(source, start, entry.bytes);
}
