import { networkSvg } from '../../shared/networks/diagram.ts';
import type { Network } from '../../shared/networks/network.ts';
import { countMultiplications, countParameters } from '../../shared/networks/parameters.ts';
import { findNetwork, networks } from '../../shared/networks/registry.ts';
import { inferShapes } from '../../shared/networks/shapes.ts';
import { split } from '../../shared/networks/split.ts';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import { table } from './output.ts';

export type NetworkOptions = { readonly freeze: string; readonly svg?: string };

/**
 * All networks with what they weigh and cost, or one of them stage by stage; with `svg` a drawing of that one as a file.
 *
 * Throws NOT_FOUND for an unknown network or stage, DISK_FULL or FILE_PERMISSION where the drawing cannot be written.
 */
export async function printNetworks(
  id: string | undefined,
  { freeze, svg, json }: NetworkOptions & { readonly json: boolean },
): Promise<void> {
  const rows =
    id === undefined ? Object.values(networks).map((make) => networkRow(make())) : stageRows(findNetwork(id));
  if (id !== undefined && svg !== undefined) {
    const drawing = networkSvg(findNetwork(id), { frozenThrough: freeze });
    await writeFileAtomically(svg, [Buffer.from(drawing)]);
  }
  const cells = [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row).map((cell) => String(cell ?? '-')))];
  process.stdout.write(`${json ? JSON.stringify(rows, null, 2) : table(cells)}\n`);
}

function networkRow(network: Network) {
  return {
    network: network.id,
    title: network.title,
    parameters: countParameters(network),
    multiplications: countMultiplications(network).total,
    'top-1': network.published?.accuracy?.top1 ?? null,
    paper: network.paper,
  };
}

function stageRows(network: Network) {
  const shapes = inferShapes(network);
  return network.stages.map(({ id, node, title }) => {
    const { prefix } = split(network, id);
    return {
      stage: id,
      title,
      output: shapes.get(node)!.join(' x '),
      'parameters up to it': countParameters(prefix),
      'multiplications up to it': countMultiplications(prefix).total,
    };
  });
}
