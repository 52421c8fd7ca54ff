/** The part of the ONNX wire format (onnx.proto, IR version 9) that this program writes. */
import { endianness } from 'node:os';
import protobuf from 'protobufjs/minimal.js';
import { AppError } from '../../../shared/contract/errors.ts';

type Writer = ReturnType<typeof protobuf.Writer.create>;

export const irVersion = 9;
export const opsetVersion = 18; // the first with an antialiased Resize

const elementTypes = { float32: 1, uint8: 2, int64: 7 } as const; // TensorProto.DataType
export type ElementType = keyof typeof elementTypes;
export type TensorValues = Float32Array | BigInt64Array;

export type OnnxTensor = { readonly name: string; readonly shape: readonly number[]; readonly values: TensorValues };

/** A number is written as INT, `{ float }` as FLOAT, a string as STRING, an array as INTS. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export type OnnxNode = {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[]; // '' for an optional input that is left out
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
};

export type OnnxValue = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[]; // a string names an extent known only at run time
};

export type OnnxModel = {
  readonly name: string;
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly metadata: Readonly<Record<string, string>>;
};

const field = (number: number, wireType: 0 | 2 | 5): number => (number << 3) | wireType; // varint, length-delimited, 32-bit

/** A model as the bytes of an .onnx file. */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  if (endianness() !== 'LE') throw new AppError('BUG', 'ONNX files are little endian, this machine is not.');
  const writer = protobuf.Writer.create();
  writer.uint32(field(1, 0)).int64(irVersion);
  writer.uint32(field(2, 2)).string('thaw');
  message(writer, 7, () => writeGraph(writer, model));
  message(writer, 8, () => writer.uint32(field(1, 2)).string('').uint32(field(2, 0)).int64(opsetVersion));
  for (const [key, value] of Object.entries(model.metadata)) {
    message(writer, 14, () => writer.uint32(field(1, 2)).string(key).uint32(field(2, 2)).string(value));
  }
  return new Uint8Array(writer.finish());
}

function message(writer: Writer, number: number, write: () => void): void {
  writer.uint32(field(number, 2)).fork();
  write();
  writer.ldelim();
}

function writeGraph(writer: Writer, model: OnnxModel): void {
  for (const node of model.nodes) message(writer, 1, () => writeNode(writer, node));
  writer.uint32(field(2, 2)).string(model.name);
  for (const tensor of model.tensors) message(writer, 5, () => writeTensor(writer, tensor));
  message(writer, 11, () => writeValue(writer, model.input));
  message(writer, 12, () => writeValue(writer, model.output));
}

function writeNode(writer: Writer, node: OnnxNode): void {
  for (const input of node.inputs) writer.uint32(field(1, 2)).string(input);
  writer.uint32(field(2, 2)).string(node.output);
  writer.uint32(field(3, 2)).string(node.name);
  writer.uint32(field(4, 2)).string(node.op);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    message(writer, 5, () => writeAttribute(writer, name, value));
  }
}

function writeAttribute(writer: Writer, name: string, value: OnnxAttribute): void {
  writer.uint32(field(1, 2)).string(name);
  const attributeType = (type: number) => writer.uint32(field(20, 0)).int32(type);
  if (typeof value === 'number') {
    writer.uint32(field(3, 0)).int64(value);
    attributeType(2);
  } else if (typeof value === 'string') {
    writer.uint32(field(4, 2)).string(value);
    attributeType(3);
  } else if ('float' in value) {
    writer.uint32(field(2, 5)).float(value.float);
    attributeType(1);
  } else {
    for (const entry of value) writer.uint32(field(8, 0)).int64(entry);
    attributeType(7);
  }
}

function writeTensor(writer: Writer, { name, shape, values }: OnnxTensor): void {
  for (const extent of shape) writer.uint32(field(1, 0)).int64(extent);
  const type: ElementType = values instanceof Float32Array ? 'float32' : 'int64';
  writer.uint32(field(2, 0)).int32(elementTypes[type]);
  writer.uint32(field(8, 2)).string(name);
  writer.uint32(field(9, 2)).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeValue(writer: Writer, { name, type, shape }: OnnxValue): void {
  writer.uint32(field(1, 2)).string(name);
  const writeShape = () => {
    for (const extent of shape) {
      message(writer, 1, () => {
        if (typeof extent === 'number') writer.uint32(field(1, 0)).int64(extent);
        else writer.uint32(field(2, 2)).string(extent);
      });
    }
  };
  const writeTensorType = () => {
    writer.uint32(field(1, 0)).int32(elementTypes[type]);
    message(writer, 2, writeShape);
  };
  message(writer, 2, () => message(writer, 1, writeTensorType));
}
