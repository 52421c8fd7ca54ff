/** Answers of several runs for the photos that all of them answered, with the classes in one order. */
import { AppError } from '../../../shared/contract/errors.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { Outcomes } from '../commands/evaluate.ts';

export type AlignedMember = {
  readonly run: RunRecord;
  readonly probabilities: Float64Array; // [photos, classes], row-major
  readonly ofTruth: Float64Array; // [photos]
};
export type Aligned = {
  readonly imageIds: readonly string[];
  readonly classes: readonly string[]; // those of the first run
  readonly truth: Int32Array;
  readonly members: readonly AlignedMember[];
};

/** Throws INVALID_INPUT where the runs know different classes, or answered no photo in common. */
export function align(outcomes: readonly Outcomes[]): Aligned {
  const [first] = outcomes;
  if (first === undefined) throw new AppError('INVALID_INPUT', 'An ensemble needs a run. Choose some.');
  const { classes } = first;
  for (const { run, classes: own } of outcomes) {
    if (own.length === classes.length && classes.every((name) => own.includes(name))) continue;
    const message = `${run.runId} knows ${own.join(', ')}, and ${first.run.runId} knows ${classes.join(', ')}: only runs of the same classes answer together. Choose others.`;
    throw new AppError('INVALID_INPUT', message);
  }
  const rows = outcomes.map(({ imageIds }) => new Map(imageIds.map((imageId, row) => [imageId, row])));
  const imageIds = first.imageIds.filter((imageId) => rows.every((own) => own.has(imageId)));
  if (imageIds.length === 0) {
    const message =
      'These runs have no held-out photo in common, so nothing says how good they are together. Train them on the same photos.';
    throw new AppError('DATASET_UNFIT', message);
  }
  const truth = Int32Array.from(imageIds, (imageId) => first.truth[rows[0]!.get(imageId)!]!);
  const members = outcomes.map((own, at) => memberOf(own, { rows: rows[at]!, imageIds, classes, truth }));
  return { imageIds, classes, truth, members };
}

type Common = Omit<Aligned, 'members'> & { readonly rows: ReadonlyMap<string, number> };

function memberOf({ run, classes: own, probabilities: answers }: Outcomes, common: Common): AlignedMember {
  const { rows, imageIds, classes, truth } = common;
  const width = classes.length;
  const probabilities = new Float64Array(imageIds.length * width);
  const ofTruth = new Float64Array(imageIds.length);
  const order = classes.map((name) => own.indexOf(name));
  for (const [photo, imageId] of imageIds.entries()) {
    const answer = answers[rows.get(imageId)!]!;
    for (const [label, at] of order.entries()) probabilities[photo * width + label] = answer[at]!;
    ofTruth[photo] = probabilities[photo * width + truth[photo]!]!;
  }
  return { run, probabilities, ofTruth };
}

/** Which photos the weighted average of the members answers rightly. */
export function averageHits(aligned: Aligned, weights: readonly number[]): boolean[] {
  const answers = averageAnswers(aligned, weights);
  return Array.from(aligned.truth, (label, photo) => answers[photo] === label);
}

/** The class with the largest weighted average, of each photo. */
export function averageAnswers({ truth, classes, members }: Aligned, weights: readonly number[]): number[] {
  const width = classes.length;
  return Array.from(truth, (_, photo) => {
    let [best, most] = [0, -1];
    for (let at = 0; at < width; at += 1) {
      const value = members.reduce(
        (sum, { probabilities }, own) => sum + weights[own]! * probabilities[photo * width + at]!,
        0,
      );
      if (value > most) [best, most] = [at, value];
    }
    return best;
  });
}
