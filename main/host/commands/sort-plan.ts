/** What a run answers for files that are to be sorted; kept until it is acted on. */
import { join, resolve, sep } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError, type Failure } from '../../../shared/contract/errors.ts';
import { ClassName } from '../../../shared/domain/ids.ts';
import type { RunJudgement } from '../../../shared/domain/judging.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import type { FileAnswer, Judge } from '../../engine/protocol/answering-jobs.ts';
import { walkFiles } from '../../library/walk.ts';
import { findJudgement } from '../../store/judgements.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { learntPhotos, NEAREST } from '../judging.ts';
import { jobPlaces, requireFinishedRun, type Session } from '../session.ts';
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
export type Asked = {
  readonly run: RunRecord;
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
  const run = chosenRun(session, input.runId);
  const found = await listFiles(session, input.paths, context);
  const asked = await askFiles(session, { run, ...found }, context);
  const planId = makePlanId(session.random);
  plans.set(planId, asked);
  for (const old of [...plans.keys()].slice(0, -KEPT_PLANS)) plans.delete(old);
  return {
    ...{ planId, runId: run.runId, classes: [...asked.classes], photos: asked.photos.length },
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

export function chosenRun(session: Session, runId: RunRecord['runId'] | null): RunRecord {
  return runId === null ? bestRun(session) : requireFinishedRun(session, runId);
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

/** Asks the run, some thousand files a job, and believes it as its calibration says. Files that are no pictures are skipped with their reason. */
export async function askFiles(
  session: Session,
  { run, files, problems }: FoundFiles & { readonly run: RunRecord },
  context: CommandContext,
): Promise<Asked> {
  const photos: SortedPhoto[] = [];
  const skipped = [...problems];
  let classes: ClassName[] = [];
  const judgement = findJudgement(session.project.database, run.runId);
  const judge = judgement && judgeOf(session, run, judgement);
  const temperature = judgement?.temperature ?? 1;
  const places = { kind: 'answer' as const, jobId: run.runId, ...jobPlaces(session, run.runId) };
  for (let before = 0; before < files.length; before += FILES_A_JOB) {
    const paths = files.slice(before, before + FILES_A_JOB);
    const job = { ...places, paths, temperature, judge, report: { before, total: files.length } };
    const answer = expectResult(await session.engine.run(job, context), 'answer');
    classes = answer.classes.map((name) => ClassName.parse(name));
    skipped.push(...answer.skipped);
    for (const [at, found] of answer.answers.entries())
      if (found !== null) photos.push({ path: paths[at]!, ...believed(found, { classes, judgement }) });
  }
  return { run, classes, photos, skipped, isJudged: judgement !== null };
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
