/** Sorts files into folders by the answers of a run or an ensemble: at once, or again and again as they come. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { makeSortId, type SortId, type SortMode } from '../../../shared/domain/sorting.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { csvField } from '../../kernel/csv.ts';
import { progressReporter } from '../../library/progress-reporter.ts';
import { carryOut } from '../../sorting/carry-out.ts';
import { type FileEntry, type JournalWriter, journalFile, openJournal } from '../../sorting/journal.ts';
import { FreeNames, folderNames } from '../../sorting/plan.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';
import {
  type Asked,
  askFiles,
  chosenAsker,
  countStrangers,
  findPlan,
  isSure,
  listFiles,
  MOST_TOLD_SKIPS,
  refuseProject,
  type SkippedFile,
  type SortedPhoto,
} from './sort-plan.ts';
import { waitForFiles } from './sort-watch.ts';

type Output = CommandOutput<'sort.start'>;
type How = Pick<CommandInput<'sort.start'>, 'output' | 'mode' | 'surePercent'>;

const REVIEW = 'review';
export const sortsFolder = (session: Session): string => join(session.project.folder, 'sorts');

/** Sorts that are under way in this process: they cannot be undone meanwhile. */
export const runningSorts = new Set<SortId>();

export async function startSort(
  session: Session,
  input: CommandInput<'sort.start'>,
  context: CommandContext,
): Promise<Output> {
  const plan = findPlan(input.planId);
  return await withSort(session, { how: input, asked: plan }, async (sort) => await sort.take(plan, context));
}

/** Stopped in the middle, it answers what was done until then. */
export async function sortFolder(
  session: Session,
  input: CommandInput<'sort.folder'>,
  context: CommandContext,
): Promise<Output> {
  const asker = chosenAsker(session, input);
  const nothing: Asked = { ...asker, classes: [], photos: [], skipped: [], isJudged: false };
  if (!input.watch) {
    const found = await listFiles(session, input.paths, context);
    const asked = await askFiles(session, { ...asker, ...found }, context);
    return await withSort(session, { how: input, asked }, async (sort) => await sort.take(asked, context));
  }
  return await withSort(session, { how: input, asked: nothing }, async (sort) => {
    for await (const files of waitForFiles(() => listFiles(session, input.paths, context), context.signal)) {
      const fresh = files.filter((file) => !sort.isOwn(file));
      if (fresh.length === 0) continue;
      const asked = await askFiles(session, { ...asker, files: fresh, problems: [] }, context);
      await sort.take(asked, context);
      context.onEvent({ kind: 'note', text: `${asked.photos.length} new photos sorted.` });
    }
  });
}

type Sort = {
  /** Moves or copies what was answered. */
  readonly take: (asked: Asked, context: CommandContext) => Promise<void>;
  readonly isOwn: (path: string) => boolean; // it lies in a folder that this sort fills
};
type Wish = { readonly how: How; readonly asked: Asked };

/** Opens the journal, lets `work` take photos, and ends with the table and the report, however it ended. */
async function withSort(session: Session, wish: Wish, work: (sort: Sort) => Promise<void>): Promise<Output> {
  const startedMs = performance.now();
  const { how, asked } = wish;
  const output = resolve(how.output);
  refuseProject(session, output);
  await requireFolder(output);
  const sortId = makeSortId(session.random);
  const journalPath = journalFile(sortsFolder(session), sortId);
  await mkdir(dirname(journalPath), { recursive: true });
  const journal = await openJournal(journalPath, 'new');
  const { ensembleId, run } = asked;
  const { runId } = run;
  const state = new RunningSort({ ...how, output, sortId, journal });
  runningSorts.add(sortId);
  try {
    const begin = { kind: 'begin', formatVersion: 1, sortId, runId, mode: how.mode, output } as const;
    const startedAt = session.clock().toISOString();
    const { surePercent } = how;
    await journal.append([{ ...begin, ...(ensembleId !== null && { ensembleId }), surePercent, startedAt }]);
    await work(state).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'CANCELLED') throw error;
      state.wasStopped = true;
    });
    const csv = await state.writeTable();
    const { sorted, review } = state.counts();
    const { wasStopped, skipped } = state;
    await journal.append([{ kind: 'end', sorted, review, skipped: skipped.length, wasStopped }]);
    return { ...state.report(), sortId, runId, ensembleId, csv, elapsedMs: performance.now() - startedMs };
  } finally {
    runningSorts.delete(sortId);
    await journal.close();
  }
}

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');

async function requireFolder(path: string): Promise<void> {
  const stats = await stat(path).catch(() => null);
  if (stats !== null && !stats.isDirectory())
    throw new AppError('INVALID_INPUT', `${path}: is a file. Choose a folder to sort into.`);
}

type Settings = {
  readonly output: string;
  readonly mode: SortMode;
  readonly surePercent: number;
  readonly sortId: SortId;
  readonly journal: JournalWriter;
};
type Row = FileEntry & { readonly photo: SortedPhoto | undefined; readonly answer: string };

class RunningSort implements Sort {
  readonly #settings: Settings;
  readonly #names = new FreeNames();
  readonly #knownFolders = new Set<string>();
  readonly #rows: Row[] = [];
  readonly skipped: SkippedFile[] = [];
  #classes: Asked['classes'] = [];
  #folders: ReturnType<typeof folderNames> = { classes: [], review: REVIEW };
  #isJudged = false;
  wasStopped = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async take({ classes, photos, skipped, isJudged }: Asked, { signal, onEvent }: CommandContext): Promise<void> {
    const { output, surePercent } = this.#settings;
    this.#learnClasses(classes);
    this.#isJudged ||= isJudged;
    this.skipped.push(...skipped);
    const fresh = photos.filter(({ path }) => !this.isOwn(path));
    const errands = fresh.map(({ path, answer, probability, isStranger }) => {
      const className = isSure(probability, surePercent) && !isStranger ? (classes[answer] ?? null) : null;
      const folder = className === null ? this.#folders.review : this.#folders.classes[answer]!;
      return { from: path, folder: join(output, folder), className };
    });
    const report = progressReporter((progress) => onEvent({ kind: 'progress', progress }));
    const carried = await carryOut({
      ...{ ...this.#settings, errands, names: this.#names, knownFolders: this.#knownFolders, signal },
      onDone: (done) => report('sorting', done, errands.length),
    });
    const photoOf = new Map(fresh.map((photo) => [photo.path, photo]));
    for (const entry of carried.done) {
      const photo = photoOf.get(entry.from);
      this.#rows.push({ ...entry, photo, answer: classes[photo?.answer ?? -1] ?? '' });
    }
    this.skipped.push(...carried.skipped);
    this.wasStopped ||= carried.wasStopped;
  }

  #learnClasses(classes: Asked['classes']): void {
    if (this.#classes.length > 0 || classes.length === 0) return;
    this.#classes = classes;
    this.#folders = folderNames(classes, REVIEW);
  }

  isOwn(path: string): boolean {
    const own = [...this.#folders.classes, this.#folders.review];
    return own.some((folder) => path.startsWith(join(this.#settings.output, folder) + sep));
  }

  counts(): Pick<Output, 'sorted' | 'review' | 'strangers'> {
    const review = this.#rows.filter(({ className }) => className === null).length;
    const strangers = countStrangers(this.#rows.flatMap(({ photo }) => photo ?? []));
    return { sorted: this.#rows.length - review, review, strangers: this.#isJudged ? strangers : null };
  }

  /** Beside the folders; null: there is nothing to tell, or no room for it. */
  async writeTable(): Promise<string | null> {
    const { output, sortId, journal } = this.#settings;
    if (this.#rows.length === 0) return null;
    const path = join(output, `thaw-${sortId}.csv`);
    const cells = this.#rows.map(({ from, to, photo, answer, className }) =>
      [
        from,
        to,
        answer,
        (photo?.probability ?? 0).toFixed(4),
        yesNo(className !== null),
        yesNo(photo?.isStranger === true),
      ]
        .map(csvField)
        .join(','),
    );
    const text = `${['from,to,answer,probability,sure,stranger', ...cells].join('\r\n')}\r\n`;
    await journal.append([{ kind: 'made-file', path }]);
    await writeFileAtomically(path, [Buffer.from(`\uFEFF${text}`, 'utf8')]);
    return path;
  }

  report(): Omit<Output, 'sortId' | 'runId' | 'ensembleId' | 'csv' | 'elapsedMs'> {
    const { output, mode } = this.#settings;
    const photosOf = (name: string): number => this.#rows.filter(({ className }) => className === name).length;
    return {
      ...{ mode, output, ...this.counts(), reviewFolder: join(output, this.#folders.review) },
      perClass: this.#classes.map((name, at) => {
        return { name, folder: join(output, this.#folders.classes[at]!), photos: photosOf(name) };
      }),
      skippedCount: this.skipped.length,
      skipped: this.skipped.slice(0, MOST_TOLD_SKIPS),
      cancelled: this.wasStopped,
    };
  }
}
