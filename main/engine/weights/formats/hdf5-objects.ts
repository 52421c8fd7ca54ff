/** Objects of an HDF5 file: the messages of a header, and the links of a group (the HDF5 format specification, version 3). */
import { DamagedFile } from '../checked-file.ts';
import type { ByteSource } from './byte-source.ts';
import { MOST_TENSORS } from './stored-tensor.ts';

export const UNDEFINED_ADDRESS = 0xffff_ffff_ffff_ffffn;
const MOST_MESSAGES = 10_000;
const MOST_HEADER_BYTES = 16 * 1024 * 1024;
const MOST_TREE_DEPTH = 32;

export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

export type Message = { readonly type: number; readonly isShared: boolean; readonly data: Buffer };
export type Link = { readonly name: string; readonly address: number };

export async function readBuffer(source: ByteSource, start: number, length: number): Promise<Buffer> {
  return Buffer.from((await source.read(start, length)).buffer);
}

/** A file offset as a number; throws DamagedFile for one that no file has. */
export function offsetAt(bytes: Buffer, at: number): number {
  return asNumber(bytes.readBigUInt64LE(at));
}

export function asNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new DamagedFile('an address in it is out of reach');
  return Number(value);
}

/** The messages of the object header at `address`, of either version. Throws DamagedFile. */
export async function readMessages(source: ByteSource, address: number): Promise<readonly Message[]> {
  const head = await readBuffer(source, address, 6);
  const isSecond = head.toString('latin1', 0, 4) === 'OHDR';
  const messages: Message[] = [];
  const blocks = [isSecond ? await firstBlock2(source, address) : await firstBlock1(source, address)];
  for (let index = 0; index < blocks.length; index += 1) {
    for (const message of isSecond ? messagesIn2(blocks[index]!, head[5]!) : messagesIn1(blocks[index]!)) {
      messages.push(message);
      if (messages.length > MOST_MESSAGES) throw new DamagedFile('an object in it has too many properties');
      if (message.type === messageTypes.continuation) blocks.push(await continuedBlock(source, message.data, isSecond));
    }
  }
  return messages;
}

async function firstBlock1(source: ByteSource, address: number): Promise<Buffer> {
  const prefix = await readBuffer(source, address, 16);
  if (prefix[0] !== 1) throw new DamagedFile(`there is no object at byte ${address}, where one is told of`);
  return boundedBlock(source, address + 16, prefix.readUInt32LE(8));
}

async function firstBlock2(source: ByteSource, address: number): Promise<Buffer> {
  const fixed = await readBuffer(source, address, 6);
  const flags = fixed[5]!;
  const start = address + 6 + ((flags & 0x20) !== 0 ? 16 : 0) + ((flags & 0x10) !== 0 ? 4 : 0);
  const width = 1 << (flags & 3);
  const size = await readBuffer(source, start, width);
  const length = width === 8 ? offsetAt(size, 0) : size.readUIntLE(0, width);
  return boundedBlock(source, start + width, length);
}

function boundedBlock(source: ByteSource, start: number, length: number): Promise<Buffer> {
  if (length > MOST_HEADER_BYTES) throw new DamagedFile(`an object in it has a header of ${length} bytes`);
  return readBuffer(source, start, length);
}

async function continuedBlock(source: ByteSource, data: Buffer, isSecond: boolean): Promise<Buffer> {
  requireLength(data, 16);
  const [start, length] = [offsetAt(data, 0), offsetAt(data, 8)];
  const block = await boundedBlock(source, start, length);
  return isSecond ? block.subarray(4, Math.max(4, block.byteLength - 4)) : block; // 'OCHK' before, checksum behind
}

function* messagesIn1(block: Buffer): Generator<Message> {
  for (let at = 0; at + 8 <= block.byteLength; ) {
    const size = block.readUInt16LE(at + 2);
    const data = block.subarray(at + 8, at + 8 + size);
    if (data.byteLength < size) throw new DamagedFile('a property of an object in it is cut off');
    yield { type: block.readUInt16LE(at), isShared: (block[at + 4]! & 2) !== 0, data };
    at += 8 + size;
  }
}

function* messagesIn2(block: Buffer, headerFlags: number): Generator<Message> {
  const prefix = (headerFlags & 4) !== 0 ? 6 : 4;
  for (let at = 0; at + prefix <= block.byteLength; ) {
    const size = block.readUInt16LE(at + 1);
    const data = block.subarray(at + prefix, at + prefix + size);
    if (data.byteLength < size) throw new DamagedFile('a property of an object in it is cut off');
    yield { type: block[at]!, isShared: (block[at + 3]! & 2) !== 0, data };
    at += prefix + size;
  }
}

export function requireLength(data: Buffer, length: number): void {
  if (data.byteLength < length) throw new DamagedFile('a property of an object in it is cut off');
}

/** The links of a group by its messages; none for what is no group. Throws DamagedFile. */
export async function readLinks(source: ByteSource, messages: readonly Message[]): Promise<readonly Link[]> {
  const links: Link[] = [];
  for (const { type, data } of messages) {
    if (type === messageTypes.symbolTable) links.push(...(await symbolTableLinks(source, data)));
    if (type === messageTypes.link) links.push(...linkOf(data));
    if (type === messageTypes.linkInfo) requireCompact(data);
  }
  return links;
}

function requireCompact(data: Buffer): void {
  requireLength(data, 2);
  const at = (data[1]! & 1) !== 0 ? 10 : 2;
  requireLength(data, at + 8);
  if (data.readBigUInt64LE(at) !== UNDEFINED_ADDRESS)
    throw new DamagedFile('a group in it is stored in the dense form of HDF5 1.8, which is not read');
}

/** One hard link; soft and external ones lead to nothing that is not there under its own name. */
function linkOf(data: Buffer): Link[] {
  requireLength(data, 2);
  const flags = data[1]!;
  let at = 2;
  const kind = (flags & 8) !== 0 ? data[at++] : 0;
  at += ((flags & 4) !== 0 ? 8 : 0) + ((flags & 16) !== 0 ? 1 : 0);
  const width = 1 << (flags & 3);
  requireLength(data, at + width);
  const length = width === 8 ? offsetAt(data, at) : data.readUIntLE(at, width);
  at += width;
  requireLength(data, at + length + (kind === 0 ? 8 : 0));
  if (kind !== 0) return [];
  return [{ name: data.toString('utf8', at, at + length), address: offsetAt(data, at + length) }];
}

async function symbolTableLinks(source: ByteSource, data: Buffer): Promise<Link[]> {
  requireLength(data, 16);
  const names = await readHeap(source, offsetAt(data, 8));
  const links: Link[] = [];
  for await (const node of symbolNodes(source, offsetAt(data, 0), new Set())) {
    const count = node.readUInt16LE(6);
    const entries = await readBuffer(source, offsetAt(node, 8), count * 40);
    for (let at = 0; at < entries.byteLength; at += 40) {
      const start = offsetAt(entries, at);
      const end = names.indexOf(0, start);
      if (start >= names.byteLength || end < 0) throw new DamagedFile('a name in it is cut off');
      links.push({ name: names.toString('utf8', start, end), address: offsetAt(entries, at + 8) });
      if (links.length > MOST_TENSORS) throw new DamagedFile('a group in it has too many members');
    }
  }
  return links;
}

async function readHeap(source: ByteSource, address: number): Promise<Buffer> {
  const head = await readBuffer(source, address, 32);
  if (head.toString('latin1', 0, 4) !== 'HEAP') throw new DamagedFile('the names of a group in it are missing');
  return boundedBlock(source, offsetAt(head, 24), offsetAt(head, 8));
}

/** Of every leaf: 8 bytes of its head, and the address behind it where its entries start. */
async function* symbolNodes(source: ByteSource, address: number, seen: Set<number>, depth = 0): AsyncGenerator<Buffer> {
  if (seen.has(address) || depth > MOST_TREE_DEPTH) throw new DamagedFile('a group in it leads back to itself');
  seen.add(address);
  const head = await readBuffer(source, address, 8);
  const signature = head.toString('latin1', 0, 4);
  if (signature === 'SNOD') {
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(BigInt(address + 8));
    yield Buffer.concat([head, start]);
    return;
  }
  if (signature !== 'TREE' || head[4] !== 0) throw new DamagedFile('the index of a group in it is damaged');
  const used = head.readUInt16LE(6);
  const children = await readBuffer(source, address + 24, used * 16 + 8); // key, child, key, child, ..., key
  for (let index = 0; index < used; index += 1)
    yield* symbolNodes(source, offsetAt(children, index * 16 + 8), seen, depth + 1);
}
