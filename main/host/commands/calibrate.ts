/** Temperature, scores and thresholds of a run, from answers for photos that did not teach it. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import { findNeitherClass, type RunJudgement, ScoreKind } from '../../../shared/domain/judging.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import {
  fitTemperature,
  type LabelledLogits,
  type LabelledProbabilities,
  probabilityFigures,
  reliabilityBins,
} from '../../../shared/math/calibration.ts';
import { calibratedProbabilities } from '../../../shared/math/known-score.ts';
import { hundredQuantiles, type Scores, separation, suggestThreshold } from '../../../shared/math/open-set.ts';
import { seededRandom } from '../../../shared/math/random.ts';
import { softmax } from '../../../shared/math/statistics.ts';
import type { JobImage } from '../../engine/protocol/messages.ts';
import { findJudgement, upsertJudgement } from '../../store/judgements.ts';
import { largestIndex } from '../answers.ts';
import type { CommandContext } from '../dispatch.ts';
import { answerFiles } from '../file-answers.ts';
import { type HeldOutLogits, heldOutLogits } from '../held-out-logits.ts';
import { measureLikeness, scoresOf } from '../judging.ts';
import { requireFinishedRun, type Session } from '../session.ts';
import { requireJudgement } from './strangers.ts';

type Report = CommandOutput<'runs.calibrate'>;
type ScoredPhoto = Report['photos'][number];

const FEWEST_PHOTOS = 10; // a temperature of fewer is a guess
const RESAMPLING_SEED = 8; // fixed: the same answers always give the same intervals

/** Throws DATASET_UNFIT where too few photos are held out, NOT_FOUND for a class that the run does not know. */
export async function calibrateRun(
  session: Session,
  input: CommandInput<'runs.calibrate'>,
  context: CommandContext,
): Promise<Report> {
  const { database } = session.project;
  const run = requireFinishedRun(session, input.runId);
  const held = await heldOutLogits(session, run, context);
  if (held.rows.length < FEWEST_PHOTOS) {
    const message = `Only ${held.rows.length} photos were held out, and ${FEWEST_PHOTOS} are needed. Label more photos and train again.`;
    throw new AppError('DATASET_UNFIT', message);
  }
  const neitherClass = chooseNeither(held.classes, input.neitherClass);
  const labels = held.rows.map(({ truth }) => truth);
  const logits = held.rows.map((row) => row.logits);
  const temperature = fitTemperature({ logits, labels });
  const { photos, skipped } = await scorePhotos(
    session,
    { run, held, temperature, neitherClass, paths: input.strangers },
    context,
  );
  const judgement = judgementOf({ held, temperature, neitherClass, photos }, findJudgement(database, run.runId));
  upsertJudgement(database, run.runId, { judgement, judgedAt: session.clock() });
  return {
    runId: run.runId,
    classes: held.classes.map((name) => ClassName.parse(name)),
    judgement,
    before: reliabilityOf({ probabilities: logits.map((row) => softmax(row)), labels }),
    after: reliabilityOf({ probabilities: crossFitted({ logits, labels }), labels }),
    scores: ScoreKind.options.map((score) => ({ score, separation: separationOf(scoresBy(photos, score)) })),
    photos,
    skipped,
  };
}

export function setDial(session: Session, input: CommandInput<'runs.set-dial'>): CommandOutput<'runs.set-dial'> {
  const { runId, score, threshold } = input;
  const old = requireJudgement(session, runId);
  const dials = { ...old.dials, [score]: { ...old.dials[score], threshold } };
  const judgement = { ...old, score, dials, isChosen: true };
  upsertJudgement(session.project.database, runId, { judgement, judgedAt: session.clock() });
  return judgement;
}

function chooseNeither(classes: readonly string[], wish: string | null | undefined): ClassName | null {
  if (wish === null) return null;
  const name = wish ?? findNeitherClass(classes);
  if (name === null) return null;
  if (classes.includes(name)) return ClassName.parse(name);
  throw new AppError('NOT_FOUND', `This run knows no class '${name}'. Choose one of: ${classes.join(', ')}.`);
}

const FOLDS = 5;

/** Each photo at a temperature that was fitted without it, so that the figures are not those of the fit. */
function crossFitted({ logits, labels }: LabelledLogits): number[][] {
  const temperatures = Array.from({ length: FOLDS }, (_, fold) => {
    const others = [...labels.keys()].filter((row) => row % FOLDS !== fold);
    return fitTemperature({ logits: others.map((row) => logits[row]!), labels: others.map((row) => labels[row]!) });
  });
  return logits.map((row, at) => calibratedProbabilities({ views: [row], temperature: temperatures[at % FOLDS]! }));
}

const MOST_DRAWS = 1_000_000; // photos times resamples: the host waits for them

function resampling(photos: number) {
  const resamples = Math.max(200, Math.min(1000, Math.floor(MOST_DRAWS / photos)));
  return { random: seededRandom(RESAMPLING_SEED), resamples };
}

function reliabilityOf(held: LabelledProbabilities): Report['before'] {
  const { errorInterval, brierInterval, logLossInterval, ...figures } = probabilityFigures(
    held,
    resampling(held.labels.length),
  );
  const pair = ([low, high]: readonly [number, number]): [number, number] => [low, high];
  return {
    figures: {
      ...figures,
      errorInterval: pair(errorInterval),
      brierInterval: pair(brierInterval),
      logLossInterval: pair(logLossInterval),
    },
    bins: reliabilityBins(held).map((bin) => ({ ...bin, interval: pair(bin.interval) })),
  };
}

type Scoring = {
  readonly run: RunRecord;
  readonly held: HeldOutLogits;
  readonly temperature: number;
  readonly neitherClass: ClassName | null;
  readonly paths: readonly string[]; // of strangers
};
type Candidate = {
  readonly image: JobImage;
  readonly logits: Float32Array;
  readonly photo: Pick<ScoredPhoto, 'imageId' | 'path' | 'viewKey' | 'truth' | 'isStranger'>;
};

/** Held-out photos and the strangers of the folders, each with its scores. */
async function scorePhotos(session: Session, scoring: Scoring, context: CommandContext) {
  const { run, held, temperature, neitherClass, paths } = scoring;
  const neither = neitherClass === null ? null : held.classes.indexOf(neitherClass);
  const found = paths.length === 0 ? null : await answerFiles(session, { run, paths, views: 'centre' }, context);
  const candidates: Candidate[] = [
    ...held.rows.map(({ image, logits, truth }) => ({
      image,
      logits,
      photo: { imageId: image.imageId, path: null, viewKey: null, truth, isStranger: truth === neither },
    })),
    ...(found?.files ?? []).map(({ image, views, path, viewKey }) => ({
      image,
      logits: views[0]!,
      photo: { imageId: null, path, viewKey, truth: null, isStranger: true },
    })),
  ];
  const images = candidates.map(({ image }) => image);
  const likenesses = await measureLikeness(session, { run, images, neither: neitherClass }, context);
  const photos = candidates.map(({ image, logits, photo }): ScoredPhoto => {
    const likeness = likenesses.get(image.imageId) ?? null;
    const probabilities = calibratedProbabilities({ views: [logits], temperature });
    const answer = largestIndex(probabilities);
    const scores = scoresOf({ views: [logits], temperature, neither, likeness });
    return { ...photo, answer, probability: probabilities[answer]!, scores };
  });
  return { photos: withFloor(photos, neither), skipped: [...(found?.skipped ?? [])] };
}

/** What is answered as the class that means neither is called so wherever the dial stands: it scores less than all others. */
function withFloor(photos: readonly ScoredPhoto[], neither: number | null): ScoredPhoto[] {
  const others = photos.filter(({ answer }) => answer !== neither);
  const floorOf = (score: ScoreKind): number => {
    const [least, most] = [Math.min, Math.max].map((pick) =>
      others.reduce((found, { scores }) => pick(found, scores[score]), others[0]?.scores[score] ?? 0),
    ) as [number, number];
    return least - 0.02 * (most - least) - 1e-6;
  };
  const scores = { probability: floorOf('probability'), energy: floorOf('energy'), neighbours: floorOf('neighbours') };
  return photos.map((photo) => (photo.answer === neither ? { ...photo, scores } : photo));
}

function scoresBy(photos: readonly ScoredPhoto[], score: ScoreKind): Scores {
  const of = (isStranger: boolean): number[] =>
    photos.filter((photo) => photo.isStranger === isStranger).map(({ scores }) => scores[score]);
  return { known: of(false), strangers: of(true) };
}

function separationOf(scores: Scores): Report['scores'][number]['separation'] {
  if (scores.known.length === 0 || scores.strangers.length === 0) return null;
  const { areaInterval, letInInterval, ...figures } = separation(
    scores,
    resampling(2 * (scores.known.length + scores.strangers.length)),
  );
  return {
    ...figures,
    areaInterval: [areaInterval[0], areaInterval[1]],
    letInInterval: [letInInterval[0], letInInterval[1]],
  };
}

type Measured = Pick<Scoring, 'held' | 'temperature' | 'neitherClass'> & { readonly photos: readonly ScoredPhoto[] };

/** The score that parts known photos from strangers best; without strangers the probability, which everybody can read. */
function judgementOf({ held, temperature, neitherClass, photos }: Measured, old: RunJudgement | null): RunJudgement {
  const areas = ScoreKind.options.map((score) => separationOf(scoresBy(photos, score))?.area ?? 0);
  const best = ScoreKind.options[largestIndex(areas)]!;
  const keeps = old?.isChosen === true;
  const dialOf = (score: ScoreKind) => {
    const scores = scoresBy(photos, score);
    const threshold = keeps && old.score === score ? old.dials[score].threshold : suggestThreshold(scores);
    return { threshold, known: hundredQuantiles(scores.known), strangers: hundredQuantiles(scores.strangers) };
  };
  return {
    temperature,
    neitherClass,
    from: held.from,
    photos: held.rows.length,
    strangers: photos.filter(({ isStranger }) => isStranger).length,
    score: keeps ? old.score : best,
    dials: { probability: dialOf('probability'), energy: dialOf('energy'), neighbours: dialOf('neighbours') },
    isChosen: keeps,
  };
}
