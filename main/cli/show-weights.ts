/** Weights and what became of an import, as text for a terminal. */
import type { ImportedWeights, KeptWeights, WeightsReport } from '../../shared/contract/weights.ts';
import { printable } from './output.ts';

const SHOWN = 8;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const shape = (extents: readonly number[]): string => `[${extents.join(', ')}]`;

/** What fits and what does not, and how the weights are used from now on. */
export function showImportedWeights({ weights, report }: ImportedWeights): string {
  const lines = [...reportLines(report), ''];
  if (weights === null) lines.push('Nothing was imported: too little of this network is in the file.');
  else lines.push(`Kept as ${weights.id} (${megabytes(weights.bytes)}): thaw train --backbone ${weights.backbone}`);
  return lines.join('\n');
}

function reportLines(report: WeightsReport): string[] {
  const { format, network, names, prefix, matched, classifier } = report;
  const behind = prefix === '' ? '' : ` behind '${printable(prefix)}'`;
  return [
    `${network}, from a file of the format ${format} with ${names === 'own' ? "the network's" : `${names}'s`} names${behind}`,
    `matched ${matched}, missing ${report.missingCount}, mismatched ${report.mismatchedCount}, unexpected ${report.unexpectedCount}, classifier ${classifier}`,
    ...report.mismatched
      .slice(0, SHOWN)
      .map(({ name, expected, found }) => `  ${name}: expected ${shape(expected)}, found ${shape(found)}`),
    ...report.missing
      .slice(0, SHOWN)
      .map((tensor) => `  ${tensor.name}: expected ${shape(tensor.shape)}, found nothing`),
    ...report.unexpected
      .slice(0, SHOWN)
      .map((tensor) => `  ${printable(tensor.name)} ${shape(tensor.shape)}: not of this network`),
    ...report.notes.map(printable),
    `file SHA-256 ${report.fileSha256}`,
  ];
}

export function showWeights(weights: readonly KeptWeights[]): string {
  if (weights.length === 0) return "No weights were imported yet: 'thaw weights add FILE'.";
  return weights
    .map(({ backbone, bytes, source, licence, importedAt }) => {
      const facts = [megabytes(bytes), licence ?? 'licence not told', importedAt.slice(0, 10), printable(source)];
      return `${backbone}  ${facts.join('  ')}`;
    })
    .join('\n');
}
