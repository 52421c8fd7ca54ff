import type { NamedTensor, Shape, Weights } from '../../../shared/networks/network.ts';

export type NamedShape = { readonly name: string; readonly shape: Shape };
export type WeightMatch = {
  readonly matched: ReadonlyMap<string, NamedTensor>; // in the network's order
  readonly missing: readonly NamedShape[]; // the network wants it, the file has it not
  readonly unexpected: readonly NamedShape[]; // the file has it, the network wants it not
  readonly mismatched: readonly { readonly name: string; readonly expected: Shape; readonly found: Shape }[];
};

/** Compares a network's parameters with the tensors of a file by name and shape; nothing is reshaped or guessed. */
export function matchWeights(parameters: readonly NamedShape[], weights: Weights): WeightMatch {
  const matched = new Map<string, NamedTensor>();
  const missing: NamedShape[] = [];
  const mismatched: { name: string; expected: Shape; found: Shape }[] = [];
  for (const { name, shape } of parameters) {
    const tensor = weights.get(name);
    if (!tensor) missing.push({ name, shape });
    else if (isSameShape(shape, tensor.shape)) matched.set(name, tensor);
    else mismatched.push({ name, expected: shape, found: tensor.shape });
  }
  const wanted = new Set(parameters.map(({ name }) => name));
  const unexpected = [...weights].filter(([name]) => !wanted.has(name)).map(([name, { shape }]) => ({ name, shape }));
  return { matched, missing, unexpected, mismatched };
}

function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** The differences as lines "expected vs found", at most `limit` of them; empty when the file fits exactly. */
export function describeDifferences(match: WeightMatch, limit: number): string {
  const lines = [
    ...match.mismatched.map(({ name, expected, found }) => `${name}: expected [${expected}], found [${found}]`),
    ...match.missing.map(({ name, shape }) => `${name}: expected [${shape}], found nothing`),
    ...match.unexpected.map(({ name, shape }) => `${name}: expected nothing, found [${shape}]`),
  ];
  const rest = lines.length - limit;
  return rest > 0 ? [...lines.slice(0, limit), `and ${rest} more`].join('\n') : lines.join('\n');
}
