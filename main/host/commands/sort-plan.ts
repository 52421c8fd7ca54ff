/** What a run or an ensemble answers for files that are to be sorted; kept until it is acted on. */
import { join, resolve, sep } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError, type Failure } from '../../../shared/contract/errors.ts';
import type { EnsembleId } from '../../../shared/domain/ensemble.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import type { RunJudgement } from '../../../shared/domain/judging.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { AnswerJob, FileAnswer, Judge } from '../../engine/protocol/answering-jobs.ts';
import { walkFiles } from '../../library/walk.ts';
import { findEnsemble } from '../../store/ensembles.ts';
import { findJudgement } from '../../store/judgements.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { learntPhotos, NEAREST } from '../judging.ts';
import { jobPlaces, requireFinishedRun, type Session } from '../session.ts';
import { predictTogether } from './ensemble-answers.ts';
import { bestRun } from './predict.ts';

const FILES_A_JOB = 5000;
const MOST_FILES = 1_000_000;
const KEPT_PLANS = 3;
export const MOST_TOLD_SKIPS = 1000;

export type SortedPhoto = {
  readonly path: string;
  readonly answer: number;
  readonly probability: number;
  readonly isStranger: boolean; // the run's dial calls it none of its classes: it goes to review, however sure the answer
};
export type SkippedFile = { readonly path: string; readonly failure: Failure };
/** Who answers; of an ensemble the run is its best member. */
export type Asker = { readonly run: RunRecord; readonly ensembleId: EnsembleId | null };
export type Asked = Asker & {
  readonly classes: readonly ClassName[];
  readonly photos: readonly SortedPhoto[];
  readonly skipped: readonly SkippedFile[];
  readonly isJudged: boolean; // the run was calibrated
};

const plans = new Map<string, Asked>();

export async function planSort(
  session: Session,
  input: CommandInput<'sort.plan'>,
  context: CommandContext,
): Promise<CommandOutput<'sort.plan'>> {
  const asker = chosenAsker(session, input);
  const found = await listFiles(session, input.paths, context);
  const asked = await askFiles(session, { ...asker, ...found }, context);
  const planId = makePlanId(session.random);
  plans.set(planId, asked);
  for (const old of [...plans.keys()].slice(0, -KEPT_PLANS)) plans.delete(old);
  return {
    ...{ planId, runId: asker.run.runId, ensembleId: asker.ensembleId },
    ...{ classes: [...asked.classes], photos: asked.photos.length },
    ...{ atLeast: countAtLeast(asked), strangers: asked.isJudged ? countStrangers(asked.photos) : null },
    skippedCount: asked.skipped.length,
    skipped: asked.skipped.slice(0, MOST_TOLD_SKIPS),
  };
}

/** Throws NOT_FOUND where the program forgot it. */
export function findPlan(planId: string): Asked {
  const plan = plans.get(planId);
  if (plan === undefined) throw new AppError('NOT_FOUND', 'This preview is no longer kept. Choose the folder again.');
  return plan;
}

/** Throws NOT_FOUND; INVALID_INPUT where the run has not finished. */
export function chosenAsker(
  session: Session,
  { runId, ensembleId }: Pick<CommandInput<'sort.plan'>, 'runId' | 'ensembleId'>,
): Asker {
  if (ensembleId !== undefined) {
    const { best } = findEnsemble(session.project.database, ensembleId);
    return { run: requireFinishedRun(session, best), ensembleId };
  }
  return { run: runId === null ? bestRun(session) : requireFinishedRun(session, runId), ensembleId: null };
}

function makePlanId(random: () => number): string {
  const letters = Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36));
  return `plan_${letters.join('')}`;
}

export type FoundFiles = { readonly files: readonly string[]; readonly problems: readonly SkippedFile[] };

/** The files below; none of the project's own. Throws CANCELLED, INVALID_INPUT. */
export async function listFiles(
  session: Session,
  paths: readonly string[],
  { signal }: Pick<CommandContext, 'signal'>,
): Promise<FoundFiles> {
  for (const path of paths) if (!isUpload(session, path)) refuseProject(session, path);
  const files: string[] = [];
  const problems: SkippedFile[] = [];
  for await (const entry of walkFiles(paths, signal)) {
    if (entry.kind === 'file') files.push(entry.path);
    else problems.push({ path: entry.path, failure: { code: entry.code, message: entry.message } });
    if (files.length > MOST_FILES)
      throw new AppError('INVALID_INPUT', `There are more than ${MOST_FILES} files. Choose a smaller folder.`);
  }
  if (signal.aborted) throw new AppError('CANCELLED', 'Stopped as asked.');
  return { files: [...new Set(files)], problems };
}

/** What a browser sent lies in the project's folder for as long as its page is open; it is nobody's original. */
function isUpload(session: Session, path: string): boolean {
  return resolve(path).startsWith(join(session.project.folder, 'uploads') + sep);
}

/** Nothing may be sorted in or out of the project's folder: its photos are known by their places. */
export function refuseProject(session: Session, path: string): void {
  const isWithin = `${resolve(path)}${sep}`.startsWith(`${session.project.folder}${sep}`);
  if (isWithin)
    throw new AppError(
      'INVALID_INPUT',
      `${path}: lies inside the project's own folder. Choose a folder outside of it.`,
    );
}

/** Asks for some thousand files at a time. Files that are no pictures are skipped with their reason. */
export async function askFiles(
  session: Session,
  { run, ensembleId, files, problems }: FoundFiles & Asker,
  context: CommandContext,
): Promise<Asked> {
  const { isJudged, ask } =
    ensembleId === null ? askingRun(session, run, context) : askingTogether(session, ensembleId, context);
  const photos: SortedPhoto[] = [];
  const skipped = [...problems];
  let classes: readonly ClassName[] = [];
  for (let before = 0; before < files.length; before += FILES_A_JOB) {
    const answered = await ask(files.slice(before, before + FILES_A_JOB), { before, total: files.length });
    classes = answered.classes;
    photos.push(...answered.photos);
    skipped.push(...answered.skipped);
  }
  return { run, ensembleId, classes, photos, skipped, isJudged };
}

type Answered = Pick<Asked, 'classes' | 'photos' | 'skipped'>;
type Asking = {
  readonly isJudged: boolean;
  readonly ask: (paths: readonly string[], report: AnswerJob['report']) => Promise<Answered>;
};

/** A run is believed as its calibration says. */
function askingRun(session: Session, run: RunRecord, context: CommandContext): Asking {
  const judgement = findJudgement(session.project.database, run.runId);
  const judge = judgement && judgeOf(session, run, judgement);
  const temperature = judgement?.temperature ?? 1;
  const places = { kind: 'answer' as const, jobId: run.runId, ...jobPlaces(session, run.runId) };
  return {
    isJudged: judgement !== null,
    ask: async (paths, report) => {
      const job = { ...places, paths: [...paths], temperature, judge, report };
      const answer = expectResult(await session.engine.run(job, context), 'answer');
      const classes = answer.classes.map((name) => ClassName.parse(name));
      const photos = answer.answers.flatMap((found, at) =>
        found === null ? [] : [{ path: paths[at]!, ...believed(found, { classes, judgement }) }],
      );
      return { classes, photos, skipped: answer.skipped };
    },
  };
}

/** An ensemble is believed as its weights were found: it has no dial, and calls nobody a stranger. */
function askingTogether(session: Session, ensembleId: EnsembleId, context: CommandContext): Asking {
  return {
    isJudged: false,
    ask: async (paths) => {
      const asked = { ensembleId, paths, showsPictures: false };
      const { classes, predictions, skipped } = await predictTogether(session, asked, context);
      const photos = predictions.map(({ path, answer, probabilities }) => {
        const place = classes.indexOf(answer);
        return { path, answer: place, probability: probabilities[place]!, isStranger: false };
      });
      return { classes, photos, skipped };
    },
  };
}

/** The photos learnt from go to the engine where they count; it keeps what it makes of them from job to job. */
function judgeOf(session: Session, run: RunRecord, { score, neitherClass }: RunJudgement): Judge {
  const bank = score === 'neighbours' ? learntPhotos(session, run, neitherClass) : [];
  return { score, neitherClass, bank, nearest: NEAREST };
}

type By = { readonly classes: readonly ClassName[]; readonly judgement: RunJudgement | null };

/** As predict answers: what is called neither by the dial, and not by the answer, is a stranger. */
function believed({ answer, probability, score }: FileAnswer, { classes, judgement }: By): Omit<SortedPhoto, 'path'> {
  const isKnown = judgement === null || score === null || score >= judgement.dials[judgement.score].threshold;
  return { answer, probability, isStranger: !isKnown && classes[answer] !== judgement.neitherClass };
}

/** [class][percent]: how many photos of that answer are at least so sure. */
function countAtLeast({ classes, photos }: Asked): number[][] {
  const counts = classes.map(() => new Array<number>(101).fill(0));
  for (const { answer, probability, isStranger } of photos) {
    const row = counts[answer];
    if (row === undefined || isStranger) continue;
    for (let percent = 0; percent <= 100 && isSure(probability, percent); percent += 1) row[percent]! += 1;
  }
  return counts;
}

export const countStrangers = (photos: readonly Pick<SortedPhoto, 'isStranger'>[]): number =>
  photos.filter(({ isStranger }) => isStranger).length;

export const isSure = (probability: number, percent: number): boolean => probability >= percent / 100;
