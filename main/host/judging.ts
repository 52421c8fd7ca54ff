/** How a run's answers are believed: the one place that calls a photo neither, for predict, the sorter and strangers. */
import type { Sha256 } from '../../shared/domain/ids.ts';
import type { RunJudgement } from '../../shared/domain/judging.ts';
import type { RunRecord } from '../../shared/domain/run.ts';
import { calibratedProbabilities, energyScore, probabilityScore } from '../../shared/math/known-score.ts';
import { softmax } from '../../shared/math/statistics.ts';
import type { NeighboursResult } from '../engine/protocol/answering-jobs.ts';
import type { JobImage } from '../engine/protocol/messages.ts';
import { listClasses } from '../store/classes.ts';
import { findJudgement } from '../store/judgements.ts';
import { largestIndex } from './answers.ts';
import type { CommandContext } from './dispatch.ts';
import { expectResult } from './expect-result.ts';
import { jobPlaces, type Session } from './session.ts';
import { trainingImages } from './training-images.ts';

export const NEAREST = 5; // photos that a photo is likened to

export type Likeness = Omit<NeighboursResult['photos'][number], 'imageId'>;
export type Question = {
  readonly image: JobImage;
  readonly views: readonly ArrayLike<number>[]; // logits [K] of each view
};
export type Verdict = {
  readonly answer: number; // index of the class
  readonly probabilities: readonly number[]; // [K], calibrated where the run was, mean over the views
  readonly score: number | null; // how known the photo is, by the score that decides; null: the run was not calibrated
  readonly isNeither: boolean; // the answer is the class that means so, or the score is below the threshold
  readonly likest: Sha256 | null; // the photo learnt from that it is most like, where that was asked for
};

/**
 * A verdict for each question, in their order. Of a run that was not calibrated: its plain probabilities, none neither.
 *
 * Likeness costs a pass over cached features; it is asked for only where the run's score is that, or `wantsLikest`.
 */
export async function giveVerdicts(
  session: Session,
  request: {
    readonly run: RunRecord;
    readonly classes: readonly string[];
    readonly questions: readonly Question[];
    readonly wantsLikest?: boolean;
  },
  context: CommandContext,
): Promise<{ readonly judgement: RunJudgement | null; readonly verdicts: readonly Verdict[] }> {
  const { run, classes, questions, wantsLikest = false } = request;
  const judgement = findJudgement(session.project.database, run.runId);
  const asksLikeness = questions.length > 0 && (judgement?.score === 'neighbours' || wantsLikest);
  const images = questions.map(({ image }) => image);
  const likenesses = asksLikeness
    ? await measureLikeness(session, { run, images, neither: judgement?.neitherClass ?? null }, context)
    : new Map<string, Likeness>();
  const verdicts = questions.map((question): Verdict => {
    const likeness = likenesses.get(question.image.imageId) ?? null;
    const likest = likeness?.nearest ?? null;
    if (judgement === null) return { ...plainVerdict(question), likest };
    return { ...judgedVerdict(question, { judgement, classes, likeness }), likest };
  });
  return { judgement, verdicts };
}

/** What the softmax says, mean over the views; not calibrated. */
export function plainProbabilities({ views }: Pick<Question, 'views'>): number[] {
  const sums = views.map((logits) => softmax(logits));
  return sums[0]!.map((_, label) => sums.reduce((sum, own) => sum + own[label]!, 0) / sums.length);
}

function plainVerdict(question: Question): Omit<Verdict, 'likest'> {
  const probabilities = plainProbabilities(question);
  return { answer: largestIndex(probabilities), probabilities, score: null, isNeither: false };
}

type By = { readonly judgement: RunJudgement; readonly classes: readonly string[]; readonly likeness: Likeness | null };

function judgedVerdict({ views }: Question, { judgement, classes, likeness }: By): Omit<Verdict, 'likest'> {
  const { temperature, neitherClass, score: kind, dials } = judgement;
  const neither = neitherClass === null ? null : classes.indexOf(neitherClass);
  const probabilities = calibratedProbabilities({ views, temperature });
  const answer = largestIndex(probabilities);
  const score = scoresOf({ views, temperature, neither, likeness })[kind];
  return { answer, probabilities, score, isNeither: answer === neither || score < dials[kind].threshold };
}

export type Scored = {
  readonly views: readonly ArrayLike<number>[];
  readonly temperature: number;
  readonly neither: number | null;
  readonly likeness: Pick<Likeness, 'likeness'> | null;
};

/** All three scores of a photo; one that could not be likened to any is like none. */
export function scoresOf({ views, temperature, neither, likeness }: Scored) {
  return {
    probability: probabilityScore({ views, temperature, neither }),
    energy: energyScore({ views, neither }),
    neighbours: likeness?.likeness ?? -1,
  };
}

type LikenessRequest = {
  readonly run: RunRecord;
  readonly images: readonly JobImage[];
  readonly neither: string | null; // photos of this class are nobody's likeness
};

/** How like the photos that the run learnt from some photos are, by content. */
export async function measureLikeness(
  session: Session,
  { run, images, neither }: LikenessRequest,
  context: CommandContext,
): Promise<ReadonlyMap<string, Likeness>> {
  const bank = learntPhotos(session, run, neither);
  const unique = [...new Map(images.map((image) => [image.imageId as string, image])).values()];
  if (bank.length === 0 || unique.length === 0) return new Map();
  const places = { jobId: run.runId, ...jobPlaces(session, run.runId) };
  const job = { kind: 'neighbours' as const, ...places, bank, queries: unique, nearest: NEAREST };
  const { photos } = expectResult(await session.engine.run(job, context), 'neighbours');
  return new Map(photos.map(({ imageId, ...likeness }) => [imageId, likeness]));
}

/** Today's photos that a run with such a selection learns from, but for the class that means neither. */
export function learntPhotos(session: Session, { config }: RunRecord, neither: string | null): JobImage[] {
  const names = listClasses(session.project.database).map(({ name }) => name as string);
  const { images, selection } = trainingImages(session, config.selection);
  const learnt = selection.kind === 'validation' ? images.filter(({ side }) => side === 'train') : images;
  return learnt.filter(({ label }) => label === null || names[label] !== neither);
}
