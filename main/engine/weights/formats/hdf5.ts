/**
 * The datasets of floats in an HDF5 file, as Keras writes them: contiguous, neither compressed nor chunked.
 *
 * A small reader instead of the C library as WebAssembly: it allocates what a tensor needs and nothing more, and what it does not
 * know it refuses by name. After the HDF5 file format specification, version 3.0.
 */
import { DamagedFile } from '../checked-file.ts';
import { type ByteSource, requireInside } from './byte-source.ts';
import {
  asNumber,
  type Message,
  messageTypes,
  offsetAt,
  readBuffer,
  readLinks,
  readMessages,
  requireLength,
  UNDEFINED_ADDRESS,
} from './hdf5-objects.ts';
import { type FloatType, MOST_TENSORS, quoted, type StoredTensor, storedAt, type TensorFile } from './stored-tensor.ts';

export const hdf5Signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const MOST_NESTING = 32;

/** Every dataset by its path, parts joined by '/'. Throws DamagedFile. */
export async function readHdf5(source: ByteSource): Promise<TensorFile> {
  const tensors: StoredTensor[] = [];
  const ignored: string[] = [];
  const seen = new Set<number>();
  const visit = async (address: number, name: string, depth: number): Promise<void> => {
    if (seen.has(address)) return; // a second link to what is there already
    seen.add(address);
    if (depth > MOST_NESTING || seen.size > 3 * MOST_TENSORS) throw new DamagedFile('it holds too much');
    const messages = await readMessages(source, address);
    const space = messages.find(({ type }) => type === messageTypes.dataspace);
    if (space !== undefined) {
      const tensor = datasetOf(source, name, messages);
      if (tensor === null) ignored.push(name);
      else tensors.push(tensor);
    }
    for (const link of await readLinks(source, messages))
      await visit(link.address, name === '' ? link.name : `${name}/${link.name}`, depth + 1);
  };
  await visit(await rootAddress(source), '', 0);
  return { tensors, ignored };
}

async function rootAddress(source: ByteSource): Promise<number> {
  const block = await readBuffer(source, 0, Math.min(source.bytes, 96));
  if (!block.subarray(0, 8).equals(hdf5Signature)) throw new DamagedFile('it does not start as HDF5 does');
  const version = block[8];
  if (version === 0 || version === 1) {
    requireLength(block, 80);
    requireEightBytes(block[13], block[14]);
    return offsetAt(block, version === 0 ? 64 : 68);
  }
  if (version !== 2 && version !== 3) throw new DamagedFile(`it is HDF5 of the unknown version ${version}`);
  requireLength(block, 48);
  requireEightBytes(block[9], block[10]);
  return offsetAt(block, 36);
}

function requireEightBytes(offsets: number | undefined, lengths: number | undefined): void {
  if (offsets !== 8 || lengths !== 8) throw new DamagedFile('its addresses do not have 8 bytes');
}

/** null: no floats. */
function datasetOf(source: ByteSource, name: string, messages: readonly Message[]): StoredTensor | null {
  const find = (type: number): Message | undefined => messages.find((message) => message.type === type);
  const [space, datatype, layout] = [messageTypes.dataspace, messageTypes.datatype, messageTypes.layout].map(find);
  if (space === undefined || datatype === undefined || layout === undefined) return null;
  if (datatype.isShared || space.isShared) return null;
  const type = floatTypeOf(datatype.data);
  if (type === null) return null;
  if (find(messageTypes.filters) !== undefined)
    throw new DamagedFile(`${quoted(name)} is compressed; save the weights again without compression`);
  const shape = shapeOf(space.data);
  const { start, bytes } = placeOf(name, layout.data);
  requireInside(source.bytes, start, bytes);
  return storedAt({ name, shape, type }, { source, start, bytes });
}

function shapeOf(data: Buffer): number[] {
  requireLength(data, 4);
  const [version, rank] = [data[0], data[1]!];
  if (version !== 1 && version !== 2) throw new DamagedFile('a shape in it has an unknown form');
  const start = version === 1 ? 8 : 4;
  requireLength(data, start + 8 * rank);
  return Array.from({ length: rank }, (_, axis) => asNumber(data.readBigUInt64LE(start + 8 * axis)));
}

/** By size, exponent and mantissa; null for other classes and for big endian. */
function floatTypeOf(data: Buffer): FloatType | null {
  if (data.byteLength < 20 || (data[0]! & 0x0f) !== 1 || (data[1]! & 0x41) !== 0) return null;
  const [bytes, exponent, mantissa] = [data.readUInt32LE(4), data[13], data[15]];
  if (bytes === 4 && exponent === 8 && mantissa === 23) return 'F32';
  if (bytes === 8 && exponent === 11 && mantissa === 52) return 'F64';
  if (bytes === 2 && exponent === 5 && mantissa === 10) return 'F16';
  return bytes === 2 && exponent === 8 && mantissa === 7 ? 'BF16' : null;
}

function placeOf(name: string, data: Buffer): { readonly start: number; readonly bytes: number } {
  requireLength(data, 2);
  const isContiguous = (data[0] === 3 || data[0] === 4) && data[1] === 1;
  if (!isContiguous)
    throw new DamagedFile(`${quoted(name)} is not stored in one piece (chunked or compact); save the weights again`);
  requireLength(data, 18);
  if (data.readBigUInt64LE(2) === UNDEFINED_ADDRESS) throw new DamagedFile(`${quoted(name)} has no data`);
  return { start: offsetAt(data, 2), bytes: offsetAt(data, 10) };
}
