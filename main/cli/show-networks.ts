import { AppError } from '../../shared/contract/errors.ts';
import { networkSvg } from '../../shared/networks/diagram.ts';
import type { Network } from '../../shared/networks/network.ts';
import { countMultiplications, countParameters } from '../../shared/networks/parameters.ts';
import { findNetwork, networks } from '../../shared/networks/registry.ts';
import { inferShapes } from '../../shared/networks/shapes.ts';
import { split } from '../../shared/networks/split.ts';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import { table } from './output.ts';

export type NetworkOptions = { readonly freeze?: string; readonly svg?: string };

/**
 * All networks with what they weigh and cost, or one of them stage by stage; with `svg` a drawing of that one as a file.
 *
 * Throws NOT_FOUND for an unknown network or stage, DISK_FULL or FILE_PERMISSION where the drawing cannot be written.
 */
export async function printNetworks(
  id: string | undefined,
  { freeze, svg, json }: NetworkOptions & { readonly json: boolean },
): Promise<void> {
  if (id === undefined && svg !== undefined)
    throw new AppError('INVALID_INPUT', `Name the network that is to be drawn: thaw networks resnet50 --svg ${svg}`);
  if (id === undefined)
    return print(
      json,
      Object.values(networks).map((make) => networkRow(make())),
    );
  const network = findNetwork(id);
  const frozenThrough = freeze === 'all' ? network.stages.at(-1)!.id : freeze === 'none' ? 'input' : freeze;
  if (frozenThrough !== undefined) split(network, frozenThrough); // throws for an unknown stage
  if (svg !== undefined) {
    await writeFileAtomically(svg, [Buffer.from(networkSvg(network, { frozenThrough: frozenThrough ?? 'input' }))]);
    process.stderr.write(`Drawn: ${svg}\n`);
  }
  print(json, stageRows(network, frozenThrough));
}

type Row = Readonly<Record<string, string | number | null>>;

function print(json: boolean, rows: readonly Row[]): void {
  const cells = rows.map((row) => Object.entries(row).map(([name, cell]) => cellText(name, cell)));
  process.stdout.write(`${json ? JSON.stringify(rows, null, 2) : table([Object.keys(rows[0]!), ...cells])}\n`);
}

function cellText(name: string, cell: string | number | null): string {
  if (typeof cell !== 'number') return cell ?? '–';
  return name === 'top-1' ? `${cell.toFixed(1)} %` : cell.toLocaleString('en');
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

function stageRows(network: Network, frozenThrough: string | undefined) {
  const shapes = inferShapes(network);
  const last = network.stages.findIndex(({ id }) => id === frozenThrough);
  return network.stages.map(({ id, node, title }, at) => {
    const { prefix } = split(network, id);
    return {
      stage: id,
      title,
      ...(frozenThrough !== undefined && { is: at <= last ? 'frozen' : 'learning' }),
      output: shapes.get(node)!.join(' x '),
      'parameters up to it': countParameters(prefix),
      'multiplications up to it': countMultiplications(prefix).total,
    };
  });
}
