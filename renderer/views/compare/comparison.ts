/** What a comparison says, and how curves and answers of several runs are laid side by side. */
import type { ComparisonReport } from '../../../shared/contract/comparing.ts';
import type { PhotoAnswer } from '../../../shared/contract/run-book.ts';
import type { EpochReport, RunRecord } from '../../../shared/domain/run.ts';
import { confusionMatrix, perClassRates } from '../../../shared/math/statistics.ts';

const SIGNIFICANCE = 0.05;

export type Verdict = {
  readonly kind: 'same' | 'none' | 'first' | 'second'; // same: right on the very same photos
  readonly difference: number; // accuracy of the second minus the first, -1 to 1
};

/** Whether one run is better, or these photos cannot tell. */
export function verdictOf(report: Pick<ComparisonReport, 'mcNemarP' | 'fixed' | 'broken' | 'total'>): Verdict {
  const { mcNemarP, fixed, broken, total } = report;
  const difference = total === 0 ? 0 : (fixed.length - broken.length) / total;
  if (fixed.length + broken.length === 0) return { kind: 'same', difference };
  if (mcNemarP >= SIGNIFICANCE) return { kind: 'none', difference };
  return { kind: difference > 0 ? 'second' : 'first', difference };
}

export type RunEpochs = readonly EpochReport[];
type Figure = 'trainAccuracy' | 'valAccuracy' | 'trainLoss' | 'valLoss';

/** Epochs from 1 to the longest run's last. */
export function epochAxis(runs: readonly RunEpochs[]): readonly number[] {
  const last = Math.max(0, ...runs.flatMap((epochs) => epochs.map(({ epoch }) => epoch + 1)));
  return Array.from({ length: last }, (_, at) => at + 1);
}

/** One figure of a run on that axis; null where it has none. */
export function onAxis(axis: readonly number[], epochs: RunEpochs, figure: Figure): readonly (number | null)[] {
  const byEpoch = new Map(epochs.map((report) => [report.epoch + 1, report[figure]]));
  return axis.map((epoch) => byEpoch.get(epoch) ?? null);
}

export type RunAnswers = { readonly classes: readonly string[]; readonly answers: readonly PhotoAnswer[] };
export type ClassRow = {
  readonly name: string;
  readonly photos: number; // of the baseline's answers
  readonly f1: readonly (number | null)[]; // of each run; null: it does not know the class, or nothing was counted
};

/** F1 of each class for each run, classes by name in the order of the first run, then new ones. */
export function classRows(runs: readonly RunAnswers[]): readonly ClassRow[] {
  const names = [...new Set(runs.flatMap(({ classes }) => classes))];
  const figures = runs.map(({ classes, answers }) => {
    const truth = answers.map((one) => one.truth);
    const counts = confusionMatrix(
      truth,
      answers.map((one) => one.answer),
      classes.length,
    );
    return new Map(
      perClassRates(counts).map(({ f1 }, at) => {
        const photos = counts[at]!.reduce((sum, count) => sum + count, 0);
        const answered = counts.reduce((sum, row) => sum + row[at]!, 0);
        return [classes[at]!, { photos, f1: photos + answered === 0 ? null : f1 }];
      }),
    );
  });
  return names.map((name) => ({
    name,
    photos: figures[0]?.get(name)?.photos ?? 0,
    f1: figures.map((byName) => byName.get(name)?.f1 ?? null),
  }));
}

export type ChangedPhoto = {
  readonly imageId: string;
  readonly truth: string | null; // null: the answers are not there
  readonly first: string | null;
  readonly second: string | null;
  readonly sureness: number; // of the second run's answer, 0 to 1
};

/** Photos with what both runs said, the surest answers of the second first. */
export function changedPhotos(
  imageIds: readonly string[],
  first: RunAnswers | null,
  second: RunAnswers | null,
): readonly ChangedPhoto[] {
  const index = (run: RunAnswers | null) => new Map(run?.answers.map((one) => [one.imageId as string, one]));
  const [before, after] = [index(first), index(second)];
  const photos = imageIds.map((imageId) => {
    const [was, is] = [before.get(imageId), after.get(imageId)];
    return {
      imageId,
      truth: was === undefined ? null : (first?.classes[was.truth] ?? null),
      first: was === undefined ? null : (first?.classes[was.answer] ?? null),
      second: is === undefined ? null : (second?.classes[is.answer] ?? null),
      sureness: is?.probability ?? 0,
    };
  });
  return photos.toSorted((a, b) => b.sureness - a.sureness);
}

/** Runs of the same settings but for the seed, in the order of their first run. */
export function seedGroups(runs: readonly RunRecord[]): readonly (readonly RunRecord[])[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = JSON.stringify({ ...run.config, seed: null });
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

/** The ids without repeats, the first one being the baseline. */
export function chosenIds(rest: readonly string[]): readonly string[] {
  return [...new Set(rest)];
}

/** Another baseline: it moves to the front, the others keep their order. */
export function withBaseline(ids: readonly string[], baseline: string): readonly string[] {
  return [baseline, ...ids.filter((id) => id !== baseline)];
}
