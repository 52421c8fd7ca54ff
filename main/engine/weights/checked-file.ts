import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { z } from 'zod';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';

/**
 * A file of float32 values that knows when it is damaged.
 *
 * Layout: 8 bytes magic, uint32 LE header length, header (JSON, padded with spaces so that the payload is 4-aligned),
 * payload float32 LE, 32 bytes SHA-256 of everything before. The values' number is fixed by the header.
 */
const MAGIC = Buffer.from('THAWF32\n', 'latin1');
const PREFIX_BYTES = 12;
const DIGEST_BYTES = 32;
const MAX_HEADER_BYTES = 64 * 1024 * 1024;

export type CheckedFormat<H> = {
  readonly schema: z.ZodType<H>;
  readonly valueCount: (header: H) => number; // from the header alone
};
export type CheckedHeader<H> = { readonly header: H; readonly payloadStart: number; readonly valueCount: number };
export type CheckedFile<H> = { readonly header: H; readonly values: Float32Array };

/** Why a file is not to be trusted; the caller turns it into the failure of its own kind. */
export class DamagedFile extends Error {}

/** Writes header and values atomically. Throws DISK_FULL or FILE_PERMISSION. */
export async function writeCheckedFile(file: string, header: unknown, values: Float32Array): Promise<void> {
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const padding = (4 - (json.byteLength % 4)) % 4;
  if (json.byteLength + padding > MAX_HEADER_BYTES)
    throw new RangeError(`${file}: header of ${json.byteLength} bytes.`);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.byteLength + padding);
  const payload = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const chunks = [MAGIC, length, json, Buffer.alloc(padding, ' '), payload];
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  await writeFileAtomically(file, [...chunks, hash.digest()]);
}

/** Header only, and whether the file is as long as it says; the checksum is not looked at. Throws DamagedFile. */
export async function readCheckedHeader<H>(file: string, format: CheckedFormat<H>): Promise<CheckedHeader<H>> {
  const handle = await openChecked(file);
  try {
    return await headerOf(handle, format);
  } finally {
    await handle.close();
  }
}

/** The whole file, checksum verified before anything is believed. Throws DamagedFile. */
export async function readCheckedFile<H>(file: string, format: CheckedFormat<H>): Promise<CheckedFile<H>> {
  const handle = await openChecked(file);
  try {
    const { header, payloadStart, valueCount } = await headerOf(handle, format);
    const hash = createHash('sha256').update(await readExactly(handle, 0, payloadStart));
    const values = await readValues(handle, payloadStart, valueCount);
    hash.update(new Uint8Array(values.buffer));
    const stored = await readExactly(handle, payloadStart + values.byteLength, DIGEST_BYTES);
    if (!hash.digest().equals(stored)) throw new DamagedFile('its checksum does not match its content');
    return { header, values };
  } finally {
    await handle.close();
  }
}

/** `count` float32 values from byte `start`; throws DamagedFile when the file ends before. */
export async function readValues(handle: FileHandle, start: number, count: number): Promise<Float32Array<ArrayBuffer>> {
  const values = new Float32Array(count);
  await fill(handle, start, new Uint8Array(values.buffer));
  return values;
}

async function openChecked(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw new DamagedFile('the file is gone', { cause: error });
    throw error;
  }
}

async function headerOf<H>(handle: FileHandle, format: CheckedFormat<H>): Promise<CheckedHeader<H>> {
  const stats = await handle.stat();
  if (!stats.isFile()) throw new DamagedFile('it is not a file');
  const fileBytes = stats.size;
  if (fileBytes < PREFIX_BYTES + DIGEST_BYTES) throw new DamagedFile(`it ends after ${fileBytes} bytes`);
  const prefix = await readExactly(handle, 0, PREFIX_BYTES);
  if (!prefix.subarray(0, MAGIC.byteLength).equals(MAGIC))
    throw new DamagedFile('it does not start as such a file does');
  const headerBytes = prefix.readUInt32LE(MAGIC.byteLength);
  const payloadStart = PREFIX_BYTES + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || payloadStart + DIGEST_BYTES > fileBytes)
    throw new DamagedFile('its header is longer than the file');
  const header = parseHeader(await readExactly(handle, PREFIX_BYTES, headerBytes), format.schema);
  const valueCount = format.valueCount(header);
  const expectedBytes = payloadStart + valueCount * 4 + DIGEST_BYTES;
  if (expectedBytes !== fileBytes) throw new DamagedFile(`it has ${fileBytes} bytes instead of ${expectedBytes}`);
  return { header, payloadStart, valueCount };
}

function parseHeader<H>(bytes: Buffer, schema: z.ZodType<H>): H {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new DamagedFile('its header cannot be read', { cause: error });
  }
}

async function readExactly(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await fill(handle, start, bytes);
  return bytes;
}

async function fill(handle: FileHandle, start: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.byteLength - done, start + done);
    if (bytesRead === 0) throw new DamagedFile(`it ends after ${start + done} bytes`);
    done += bytesRead;
  }
}

/** SHA-256 of a file, lower-case hex, read in pieces. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
