/** Weights and what became of an import, as text for a terminal. */
import type {
  CatalogueRow,
  ImportedWeights,
  KeptWeights,
  SelfTest,
  TriedPreprocessing,
  WeightsReport,
} from '../../shared/contract/weights.ts';
import { printable, table } from './output.ts';

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

/** What there is to be had, and how it stands here. */
export function showCatalogue(rows: readonly CatalogueRow[]): string {
  const cells = rows.map((row) => [row.id, row.network, row.title, row.licence, row.source, standing(row)]);
  return table([['id', 'network', 'weights', 'licence', 'source', 'here'], ...cells]);
}

function standing({ kept, partBytes, ofBytes, canDownload }: CatalogueRow): string {
  if (kept !== null) return `kept as ${kept}`;
  if (partBytes !== null && ofBytes !== null) return `${megabytes(partBytes)} of ${megabytes(ofBytes)} downloaded`;
  return canDownload ? '-' : 'get the file, then add it';
}

const ways: Readonly<Record<TriedPreprocessing['preprocessing'], string>> = {
  own: "the network's own",
  imagenet: "ImageNet's mean and deviation",
  'minus-one-to-one': 'values from -1 to 1',
  'zero-to-one': 'values from 0 to 1',
  'zero-to-255': 'values from 0 to 255',
  caffe: "Caffe's: blue first, 0 to 255 less the mean",
  'own-blue-first': "the network's own, blue first",
};

export function showSelfTest({ backbone, verdict, better, photos, skipped, tried, interval }: SelfTest): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const cells = tried.map((each) => [ways[each.preprocessing], `${each.top1}`, `${each.top5}`]);
  const [low, high] = interval.map(percent);
  const verdicts = {
    fits: 'The weights and their preprocessing fit: no other way is better by more than chance.',
    other: `The weights want another preprocessing: ${better === null ? 'another way' : ways[better]} is better by more than chance.`,
    lost: 'These are no weights of these classes: every way is near guessing.',
  };
  return [
    `${backbone}: ${photos} photos, ${skipped} unreadable`,
    table([['prepared as', 'right', 'right among five'], ...cells]),
    `top-1 ${percent((tried[0]?.top1 ?? 0) / Math.max(1, photos))} (95 % interval ${low} to ${high})`,
    verdicts[verdict],
  ].join('\n');
}
