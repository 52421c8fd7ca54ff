/** A GraphDef in its JSON form, and the weights beside it, as TensorFlow.js reads them. */

export type Constant = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
};
export type AttributeValue =
  | { readonly kind: 'type'; readonly type: 'DT_FLOAT' | 'DT_INT32' }
  | { readonly kind: 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string };
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type GraphNode = {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
};

/** What is written so far; operators append to it. */
export type GraphDraft = { readonly nodes: GraphNode[]; readonly constants: Map<string, Constant> };

export const floats: AttributeValue = { kind: 'type', type: 'DT_FLOAT' };
export const int32: AttributeValue = { kind: 'type', type: 'DT_INT32' };
export const text = (value: string): AttributeValue => ({ kind: 'text', value });
export const ints = (values: readonly number[]): AttributeValue => ({ kind: 'ints', values });
export const flag = (value: boolean): AttributeValue => ({ kind: 'bool', value });

/** Adds a constant unless one of that name is there, and gives its name back. */
export function constant(draft: GraphDraft, name: string, tensor: Omit<Constant, 'name'>): string {
  if (!draft.constants.has(name)) draft.constants.set(name, { name, ...tensor });
  return name;
}

/** Adds a node and gives its name back. */
export function emit(
  draft: GraphDraft,
  { name, op, inputs, attributes = {} }: Omit<GraphNode, 'attributes'> & { readonly attributes?: Attributes },
): string {
  draft.nodes.push({ name, op, inputs, attributes: { T: floats, ...attributes } });
  return name;
}

/** The nodes as `modelTopology`: constants first, of which the values are in the weights manifest. */
export function graphDef({ nodes, constants }: GraphDraft, inputShape: readonly number[]): object {
  const placeholder = {
    name: 'input',
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: shapeOf([-1, ...inputShape]) } },
  };
  const known = [...constants.values()].map(({ name, shape, values }) => {
    const dtype = values instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32';
    const tensor = { dtype, tensorShape: shapeOf(shape) };
    return { name, op: 'Const', attr: { dtype: { type: dtype }, value: { tensor } } };
  });
  const computed = nodes.map(({ name, op, inputs, attributes }) => ({
    name,
    op,
    input: inputs,
    attr: written(attributes),
  }));
  return { node: [placeholder, ...known, ...computed], versions: { producer: 1994 } };
}

const shapeOf = (extents: readonly number[]) => ({ dim: extents.map((size) => ({ size: String(size) })) });

function written(attributes: Attributes): Readonly<Record<string, object>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]));
}

function attributeOf(value: AttributeValue): object {
  switch (value.kind) {
    case 'type':
      return { type: value.type };
    case 'ints':
      return { list: { i: value.values.map(String) } };
    case 'int':
      return { i: String(value.value) };
    case 'float':
      return { f: value.value };
    case 'bool':
      return { b: value.value };
    default:
      return { s: Buffer.from(value.value, 'utf8').toString('base64') };
  }
}
