/**
 * Pickles read as data: a small stack machine that knows plain containers, numbers and texts, and executes nothing.
 *
 * A global is a name; what may be done with one is decided by the table of the caller, and every other name is refused.
 */
import { DamagedFile } from '../checked-file.ts';
import { quoted } from './stored-tensor.ts';

const MOST_CONTAINERS = 500_000;
const MOST_OPERATIONS = 8_000_000; // 80 a tensor, for as many tensors as are read; each may leave something behind
const MOST_DEPTH_OF_MARKS = 10_000;

/** The bytes ended before the pickle did. */
export class PickleEnds extends DamagedFile {}

/** A class or a function by name, as the pickle gives it: only a name. */
export type PickleGlobal = { readonly kind: 'global'; readonly name: string };
/** What the caller made of a call or of a persistent id. */
export type PickleObject<T> = { readonly kind: 'object'; readonly value: T };
export type PickleDict<T> = Map<string | number, PickleValue<T>>;
export type PickleValue<T> =
  | null
  | boolean
  | number
  | string
  | PickleGlobal
  | PickleObject<T>
  | PickleDict<T>
  | PickleValue<T>[];

/** The only names that may appear, and what is made of a call (null: it may be named and not called). */
export type PickleRules<T> = {
  readonly globals: ReadonlyMap<string, ((args: readonly PickleValue<T>[]) => PickleValue<T>) | null>;
  readonly persistent: (id: PickleValue<T>) => PickleValue<T>;
};

const isBig = (value: bigint): boolean =>
  value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER);

/** One pickle from `start` on, and where it ends. Throws DamagedFile, by name for what may not be in it. */
export function readPickle<T>(
  bytes: Uint8Array,
  start: number,
  rules: PickleRules<T>,
): { readonly value: PickleValue<T>; readonly end: number } {
  const machine = new PickleMachine(bytes, start, rules);
  const value = machine.run();
  return { value, end: machine.at };
}

class PickleMachine<T> {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #rules: PickleRules<T>;
  readonly #memo = new Map<number, PickleValue<T>>();
  #stack: PickleValue<T>[] = [];
  readonly #marked: PickleValue<T>[][] = []; // the stacks below each mark
  #containers = 0;

  constructor(bytes: Uint8Array, start: number, rules: PickleRules<T>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.#rules = rules;
  }

  run(): PickleValue<T> {
    for (let operations = 0; operations < MOST_OPERATIONS; operations += 1) {
      const opcode = this.#uint8();
      if (opcode === 0x2e) return this.#pop(); // '.'
      this.#step(opcode);
    }
    throw new DamagedFile('its pickle has too many operations');
  }

  #step(opcode: number): void {
    const handler = this.#plain(opcode) || this.#numberOrText(opcode) || this.#container(opcode) || this.#name(opcode);
    if (!handler) throw new DamagedFile(`its pickle has the operation 0x${opcode.toString(16)}, which is not read`);
  }

  /** Protocol, frames, marks, memo. True where the operation was one of these. */
  #plain(opcode: number): boolean {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#uint8() > 5) throw new DamagedFile('its pickle is of a protocol above 5');
        return true;
      case 0x95: // FRAME
        this.#skip(8);
        return true;
      case 0x28: // MARK
        if (this.#marked.length >= MOST_DEPTH_OF_MARKS) throw new DamagedFile('its pickle is nested too deeply');
        this.#marked.push(this.#stack);
        this.#stack = [];
        return true;
      case 0x30: // POP
        this.#pop();
        return true;
      case 0x71: // BINPUT
        this.#memo.set(this.#uint8(), this.#top());
        return true;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#uint32(), this.#top());
        return true;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      case 0x68: // BINGET
        this.#stack.push(this.#remembered(this.#uint8()));
        return true;
      case 0x6a: // LONG_BINGET
        this.#stack.push(this.#remembered(this.#uint32()));
        return true;
      default:
        return false;
    }
  }

  #numberOrText(opcode: number): boolean {
    const value = this.#scalar(opcode);
    if (value === undefined) return false;
    this.#stack.push(value);
    return true;
  }

  #scalar(opcode: number): null | boolean | number | string | undefined {
    switch (opcode) {
      case 0x4e: // NONE
        return null;
      case 0x88: // NEWTRUE
        return true;
      case 0x89: // NEWFALSE
        return false;
      case 0x4b: // BININT1
        return this.#uint8();
      case 0x4d: // BININT2
        return this.#view.getUint16(this.#skip(2), true);
      case 0x4a: // BININT
        return this.#view.getInt32(this.#skip(4), true);
      case 0x8a: // LONG1
        return this.#long(this.#uint8());
      case 0x47: // BINFLOAT
        return this.#view.getFloat64(this.#skip(8), false);
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING, of Python 2
      case 0x43: // SHORT_BINBYTES
        return this.#text(this.#uint8());
      case 0x58: // BINUNICODE
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
        return this.#text(this.#uint32());
      default:
        return undefined;
    }
  }

  #container(opcode: number): boolean {
    switch (opcode) {
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        this.#push([]);
        return true;
      case 0x7d: // EMPTY_DICT
        this.#push(new Map());
        return true;
      case 0x74: // TUPLE
      case 0x6c: // LIST
        this.#push(this.#popMarked());
        return true;
      case 0x85: // TUPLE1, TUPLE2, TUPLE3
      case 0x86:
      case 0x87:
        this.#push(this.#popMany(opcode - 0x84));
        return true;
      case 0x61: // APPEND
        this.#append([this.#pop()]);
        return true;
      case 0x65: // APPENDS
        this.#append(this.#popMarked());
        return true;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        return true;
      case 0x75: // SETITEMS
        this.#setItems(this.#popMarked());
        return true;
      default:
        return false;
    }
  }

  #name(opcode: number): boolean {
    switch (opcode) {
      case 0x63: // GLOBAL
        this.#stack.push(this.#global(this.#line(), this.#line()));
        return true;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string')
          throw new DamagedFile('its pickle names a class by what is no text');
        this.#stack.push(this.#global(module, name));
        return true;
      }
      case 0x52: // REDUCE
        this.#call();
        return true;
      case 0x62: // BUILD: the attributes of an OrderedDict, as state dicts have them, are left out
        this.#pop();
        if (!(this.#top() instanceof Map)) throw new DamagedFile('its pickle sets attributes of what is no dictionary');
        return true;
      case 0x51: // BINPERSID
        this.#push(this.#rules.persistent(this.#pop()));
        return true;
      default:
        return false;
    }
  }

  #global(module: string, name: string): PickleGlobal {
    const full = `${module}.${name}`;
    if (this.#rules.globals.has(full)) return { kind: 'global', name: full };
    if (/^(torch\.nn|torchvision|timm)\./.test(full))
      throw new DamagedFile(
        `it is a whole model, whose pickle wants ${quoted(full)} to be run; nothing was. Its weights alone are read: torch.save(model.state_dict(), 'weights.pth')`,
      );
    throw new DamagedFile(
      `its pickle wants ${quoted(full)}, which a file of weights does not need; it was not run, and nothing was`,
    );
  }

  #call(): void {
    const [called, args] = this.#popMany(2);
    const isGlobal = typeof called === 'object' && called !== null && 'kind' in called && called.kind === 'global';
    if (!isGlobal || !Array.isArray(args)) throw new DamagedFile('its pickle calls what is no function');
    const make = this.#rules.globals.get(called.name);
    if (!make) throw new DamagedFile(`its pickle calls ${quoted(called.name)}, which may only be named`);
    this.#push(make(args));
  }

  #push(value: PickleValue<T>): void {
    this.#containers += 1;
    if (this.#containers > MOST_CONTAINERS) throw new DamagedFile('its pickle holds too many objects');
    this.#stack.push(value);
  }

  #append(values: readonly PickleValue<T>[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new DamagedFile('its pickle appends to what is no list');
    for (const value of values) list.push(value);
  }

  #setItems(pairs: readonly PickleValue<T>[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || pairs.length % 2 !== 0)
      throw new DamagedFile('its pickle sets items of what is no dictionary');
    for (let at = 0; at < pairs.length; at += 2) {
      const key = pairs[at];
      if (typeof key !== 'string' && typeof key !== 'number')
        throw new DamagedFile('its pickle has a dictionary whose keys are neither texts nor numbers');
      dict.set(key, pairs[at + 1]!);
    }
  }

  #top(): PickleValue<T> {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new DamagedFile('its pickle takes from an empty stack');
    return value;
  }

  #pop(): PickleValue<T> {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): PickleValue<T>[] {
    if (this.#stack.length < count) throw new DamagedFile('its pickle takes from an empty stack');
    return this.#stack.splice(-count);
  }

  #popMarked(): PickleValue<T>[] {
    const below = this.#marked.pop();
    if (below === undefined) throw new DamagedFile('its pickle closes what was not opened');
    const above = this.#stack;
    this.#stack = below;
    return above;
  }

  #remembered(index: number): PickleValue<T> {
    const value = this.#memo.get(index);
    if (value === undefined) throw new DamagedFile('its pickle refers to what it does not hold');
    return value;
  }

  #skip(count: number): number {
    const from = this.at;
    if (count > this.#bytes.byteLength - from) throw new PickleEnds('its pickle ends in the middle');
    this.at += count;
    return from;
  }

  #uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  #uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** Up to 8 bytes as a number; longer ones as their hexadecimal text, for marks that are only compared. */
  #long(length: number): number | string {
    const from = this.#skip(length);
    let value = 0n;
    for (let at = length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(this.#bytes[from + at]!);
    if (length > 0 && (this.#bytes[from + length - 1]! & 0x80) !== 0) value -= 1n << BigInt(8 * length);
    return isBig(value) ? value.toString(16) : Number(value);
  }

  #text(length: number): string {
    const from = this.#skip(length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, length).toString('utf8');
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new PickleEnds('its pickle ends in the middle');
    const from = this.#skip(end - this.at + 1);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + from, end - from).toString('utf8');
  }
}
