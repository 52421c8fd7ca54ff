/** The classics lab: the experiments by which the networks of the course notes became known, on generated pictures. */
import { join } from 'node:path';
import type { Client, CommandEvent, StopSignal } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import { chartSvg } from './chart.ts';
import { activations } from './experiments/activations.ts';
import { bottleneck } from './experiments/bottleneck.ts';
import { depthExperiments } from './experiments/depth.ts';
import type { Experiment } from './experiments/experiment.ts';
import { seededEffects } from './experiments/seeded-effects.ts';
import { MOST_SEEDS } from './interval.ts';
import { type LabRequest, openLabProjects } from './projects.ts';
import type { LabReport } from './report.ts';

export const experiments: readonly Experiment[] = [activations, ...depthExperiments, bottleneck, ...seededEffects];

export type LabOptions = {
  readonly folder: string;
  readonly wanted: readonly string[]; // ids of experiments; none: all
  readonly isFull: boolean;
  readonly seed: number; // the first one, and that of the pictures
  readonly seedCount?: number; // unless as many as each experiment needs
  readonly pictures?: number; // to learn from, unless as many as the size has
  readonly openProject: (folder: string) => Promise<Client>;
  readonly onEvent: (event: CommandEvent) => void;
  readonly signal: StopSignal;
};

const SEEDS = { quick: 3, full: 10 } as const;
const sizes = {
  quick: { digits: { train: 3000, val: 1000, test: 1000 }, scenes: { train: 2000, val: 500, test: 10 } },
  full: { digits: { train: 10_000, val: 2000, test: 2000 }, scenes: { train: 10_000, val: 2000, test: 10 } },
} as const;

/** Validation keeps so many that it can choose; the scenes are never tested on, but an import wants a test side. */
function fewer(train: number): LabRequest['counts'] {
  const val = Math.max(100, Math.round(train / 4));
  return { digits: { train, val, test: val }, scenes: { train, val, test: 10 } };
}

/**
 * The reports of the experiments in their order; each is also written as JSON and SVG to `folder/reports`.
 *
 * What is trained already is not trained again. Throws NOT_FOUND for an unknown experiment, INVALID_INPUT for too few seeds,
 * CANCELLED, and what ends a training.
 */
export async function runLab(options: LabOptions): Promise<LabReport[]> {
  const { folder, isFull, seed, openProject, onEvent, signal } = options;
  const chosen = chooseExperiments(options.wanted);
  const seedsOf = chosenSeeds(options);
  const counts = options.pictures === undefined ? sizes[isFull ? 'full' : 'quick'] : fewer(options.pictures);
  const size = `${isFull ? 'full' : 'quick'}${options.pictures === undefined ? '' : `-${options.pictures}`}${seed === 1 ? '' : `-seed${seed}`}`;
  const projects = openLabProjects({ folder, counts, seed, size, openProject, onEvent, signal });
  const reports: LabReport[] = [];
  try {
    for (const [at, experiment] of chosen.entries()) {
      onEvent({ kind: 'note', text: `${at + 1} of ${chosen.length}: ${experiment.title}` });
      const report = await experiment.run({ ...projects, isFull, seeds: seedsOf(experiment) });
      await keep(folder, report, size);
      reports.push(report);
    }
    return reports;
  } finally {
    await projects.close();
  }
}

function chosenSeeds({ isFull, seed, seedCount }: LabOptions): (experiment: Experiment) => readonly number[] {
  if (seedCount !== undefined && (seedCount < 2 || seedCount > MOST_SEEDS))
    throw new AppError(
      'INVALID_INPUT',
      `The lab needs 2 to ${MOST_SEEDS} seeds, not ${seedCount}: one says nothing about chance.`,
    );
  return ({ quickSeeds = SEEDS.quick }) =>
    Array.from({ length: seedCount ?? (isFull ? SEEDS.full : quickSeeds) }, (_, at) => seed + at);
}

async function keep(folder: string, report: LabReport, size: string): Promise<void> {
  const file = join(folder, 'reports', `${report.experiment}-${size}`);
  await writeFileAtomically(`${file}.json`, [Buffer.from(`${JSON.stringify(report, null, 2)}\n`)]);
  await writeFileAtomically(`${file}.svg`, [Buffer.from(chartSvg(report.chart))]);
}

function chooseExperiments(wanted: readonly string[]): readonly Experiment[] {
  const unknown = wanted.find((id) => !experiments.some((each) => each.id === id));
  if (unknown === undefined)
    return wanted.length === 0 ? experiments : experiments.filter(({ id }) => wanted.includes(id));
  const known = experiments.map(({ id }) => id).join(', ');
  throw new AppError('NOT_FOUND', `There is no experiment '${unknown}'. Choose of: ${known}.`);
}
