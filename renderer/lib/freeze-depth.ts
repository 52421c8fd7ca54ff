import { parseBackbone } from '../../shared/domain/backbone-ref.ts';
import { networks } from '../../shared/networks/registry.ts';

export type FreezeDepth = {
  readonly frozen: number; // stages that do not learn
  readonly stages: number; // of the network, the softmax included
  readonly title: string; // of the last frozen stage; '' where nothing is frozen
  readonly kind: 'softmax' | 'some' | 'everything';
};

const known = new Map<string, readonly { readonly id: string; readonly title: string }[]>();

/** How deep a run was frozen; null: unknown network or stage. */
export function freezeDepthOf(backbone: string, frozenThrough: string): FreezeDepth | null {
  const stages = stagesOf(backbone);
  const frozen = stages.findIndex(({ id }) => id === frozenThrough);
  if (frozen < 0) return null;
  const isLast = frozen === stages.length - 1;
  const kind = frozen === 0 ? 'everything' : isLast ? 'softmax' : 'some';
  return { frozen, stages: stages.length, title: frozen === 0 ? '' : stages[frozen]!.title, kind };
}

/** Made once a network: building a graph for every row of a table would be felt. */
function stagesOf(backbone: string): readonly { readonly id: string; readonly title: string }[] {
  const old = known.get(backbone);
  if (old !== undefined) return old;
  const { network } = parseBackbone(backbone);
  const stages = Object.hasOwn(networks, network) ? networks[network]!().stages : [];
  known.set(backbone, stages);
  return stages;
}

/** The network's name for people, with the beginning of the id of imported weights; its id where it is unknown. */
export function backboneTitle(backbone: string): string {
  const { network, weights } = parseBackbone(backbone);
  if (!Object.hasOwn(networks, network)) return backbone;
  const { title } = networks[network]!();
  return weights === null ? title : `${title} · ${weights.slice(0, 6)}`;
}
