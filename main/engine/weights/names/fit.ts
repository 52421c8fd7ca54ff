/** Which tensors of a file are which of a network: names by table, behind whatever prefix they have in common. */
import type { Network, Shape } from '../../../../shared/networks/network.ts';
import { listParameters } from '../../../../shared/networks/parameters.ts';
import { split } from '../../../../shared/networks/split.ts';
import { type NameTable, nameTables } from './tables.ts';
import { theirShape, type WantedTensor } from './wanted.ts';

export type NamedShape = { readonly name: string; readonly shape: Shape };
export type Fit<T extends NamedShape> = {
  readonly network: Network;
  readonly names: string; // title of the table
  readonly prefix: string;
  readonly matched: readonly { readonly wanted: WantedTensor; readonly tensor: T }[]; // in the network's order
  readonly missing: readonly WantedTensor[];
  readonly mismatched: readonly { readonly wanted: WantedTensor; readonly tensor: T }[];
  readonly unexpected: readonly T[];
  readonly implied: readonly string[]; // not in the file, since all of it is 1
  readonly completeThrough: string; // the last stage up to which every tensor is matched
  readonly classifier: 'kept' | 'dropped'; // of the main head, as a whole
};

/** The best of a network's tables and of the prefixes that occur. */
export function fitNetwork<T extends NamedShape>(network: Network, tensors: readonly T[]): Fit<T> {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const fits = nameTables(network, [...byName.keys()]).map((table) => fitTable(network, table, byName));
  return fits.reduce((best, fit) => (fit.matched.length > best.matched.length ? fit : best));
}

/** The network that a file is of: the longest part of it complete, the fewest tensors left over. null: none begins to fit. */
export function bestFit<T extends NamedShape>(networks: readonly Network[], tensors: readonly T[]): Fit<T> | null {
  let best: Fit<T> | null = null;
  for (const network of networks) {
    const fit = fitNetwork(network, tensors);
    if (isUsable(fit) && (best === null || isBetter(fit, best))) best = fit;
  }
  return best;
}

/** Whether at least the first trained stage is complete and, where it is not the whole body, most of it. */
export function isUsable(fit: Fit<NamedShape>): boolean {
  const { network, completeThrough } = fit;
  const at = network.stages.findIndex(({ id }) => id === completeThrough);
  return at === network.stages.length - 1 || at >= Math.floor(network.stages.length / 2);
}

function isBetter(fit: Fit<NamedShape>, than: Fit<NamedShape>): boolean {
  const missing = (each: Fit<NamedShape>): number => each.missing.length + each.mismatched.length;
  const difference = missing(fit) + fit.unexpected.length - (missing(than) + than.unexpected.length);
  return difference < 0;
}

function fitTable<T extends NamedShape>(network: Network, table: NameTable, byName: ReadonlyMap<string, T>): Fit<T> {
  const prefix = commonPrefix(table.wanted, byName);
  const matched: { wanted: WantedTensor; tensor: T }[] = [];
  const mismatched: { wanted: WantedTensor; tensor: T }[] = [];
  const missing: WantedTensor[] = [];
  const used = new Set<string>();
  for (const wanted of table.wanted) {
    const name = `${prefix}${wanted.theirs}`;
    const tensor = byName.get(name);
    if (tensor === undefined) missing.push(wanted);
    else if (isSameShape(tensor.shape, theirShape(wanted))) matched.push({ wanted, tensor });
    else mismatched.push({ wanted, tensor });
    used.add(name);
  }
  const unexpected = [...byName.values()].filter(({ name }) => !used.has(name));
  const names = new Set([...matched.map(({ wanted }) => wanted.name), ...table.implied]);
  const parts = { completeThrough: lastComplete(network, names), classifier: classifierOf(network, names) };
  const { title, implied } = table;
  return { network, names: title, prefix, matched, missing, mismatched, unexpected, implied, ...parts };
}

/** What stands before most of the wanted names: '' or up to a point or a slash, as `module.backbone.`. */
function commonPrefix(wanted: readonly WantedTensor[], byName: ReadonlyMap<string, NamedShape>): string {
  const theirs = new Set(wanted.map((tensor) => tensor.theirs));
  const counts = new Map<string, number>();
  for (const name of byName.keys()) {
    for (let at = 0; at >= 0 && at < name.length; at = nextPart(name, at)) {
      if (!theirs.has(name.slice(at))) continue;
      const prefix = name.slice(0, at);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  let best = '';
  for (const [prefix, count] of counts) {
    const [most, length] = [counts.get(best) ?? 0, best.length];
    if (count > most || (count === most && prefix.length < length)) best = prefix;
  }
  return best;
}

/** Where the next part of a name starts; -1: there is none. */
function nextPart(name: string, from: number): number {
  const at = name.slice(from).search(/[./]/);
  return at < 0 ? -1 : from + at + 1;
}

function lastComplete(network: Network, matched: ReadonlySet<string>): string {
  let last = network.stages[0]!.id;
  for (const { id } of network.stages.slice(1)) {
    const isComplete = listParameters(split(network, id).prefix).every(({ name }) => matched.has(name));
    if (!isComplete) break;
    last = id;
  }
  return last;
}

/** Weight and bias of the main classifier. */
export function classifierTensors(network: Network): readonly string[] {
  const node = network.nodes.find(({ id }) => id === network.heads[0]?.node);
  return node?.kind === 'dense' ? [node.weight, node.bias].filter((name) => name !== null) : [];
}

function classifierOf(network: Network, matched: ReadonlySet<string>): 'kept' | 'dropped' {
  return classifierTensors(network).every((name) => matched.has(name)) ? 'kept' : 'dropped';
}

function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
