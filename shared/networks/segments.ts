/** A network in pieces between its stages, as training goes through it. */
import type { Network, NetworkNode } from './network.ts';

/** Node ids at which the network can be cut, 'input' first, in the order of the stages. */
export function cutsOf(network: Network): string[] {
  return ['input', ...network.stages.map(({ node }) => node).filter((id) => id !== 'input')];
}

/** Nodes by the last cut that they depend on: an auxiliary head belongs to that which it hangs on. */
export function segmentsOf(network: Network, cuts: readonly string[]): NetworkNode[][] {
  const segments: NetworkNode[][] = cuts.map(() => []);
  const levels = new Map([['input', 0]]);
  for (const node of network.nodes) {
    const segment = Math.max(...node.inputs.map((id) => levels.get(id)!));
    const cut = cuts.indexOf(node.id);
    levels.set(node.id, cut < 0 ? segment : cut);
    segments[segment]!.push(node);
  }
  return segments;
}
