import { expect, it } from 'vitest';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import { portableGraph } from './portable-graph.ts';

it.each(Object.keys(networks))(
  '%s: plain arithmetic on the resolved windows gives the extents of every layer',
  (id) => {
    const network = findNetwork(id);
    const shapes = inferShapes(network);
    const { nodes, output } = portableGraph(network);
    const known = new Set(['input', ...nodes.map((node) => node.id)]);
    expect(known.has(output) && nodes.every(({ inputs }) => inputs.every((input) => known.has(input)))).toBe(true);
    expect(shapes.get(output)).toEqual(shapes.get(mainOutputNode(network)));
    for (const node of nodes) {
      if (node.pads === undefined) continue;
      const { kernel, stride, dilation, inputs, pads, overhang } = node as typeof node & Windowed;
      const [, ...before] = shapes.get(inputs[0]!)!;
      const extents = before.map((extent, axis) => {
        const reach = (kernel[axis]! - 1) * (dilation?.[axis] ?? 1) + 1;
        return (extent + pads[axis]! + pads[axis + 2]! + overhang[axis]! - reach) / stride[axis]! + 1;
      });
      expect(extents.map(Math.floor), `${id} ${node.id}`).toEqual(shapes.get(node.id)!.slice(1));
    }
  },
);

type Windowed = {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  readonly pads: readonly number[];
  readonly overhang: readonly number[];
};
