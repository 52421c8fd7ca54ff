/** A process that sorts what it is told on standard input, or takes that back, to be killed by a test. */
import { text } from 'node:stream/consumers';
import { RunId } from '../../shared/domain/ids.ts';
import type { SortId, SortMode } from '../../shared/domain/sorting.ts';
import { carryOut, type Errand } from './carry-out.ts';
import { openJournal } from './journal.ts';
import { FreeNames } from './plan.ts';
import { undoSort } from './undo.ts';

type Wish = {
  readonly errands: readonly Errand[]; // none: the sort is undone
  readonly mode: SortMode;
  readonly output: string;
  readonly journalPath: string;
  readonly sortId: SortId;
};

const signal = new AbortController().signal;

async function sort({ errands, mode, output, journalPath, sortId }: Wish): Promise<void> {
  const journal = await openJournal(journalPath, 'new');
  const runId = RunId.parse('run_abcdefghijkl');
  const startedAt = '2026-11-25T12:00:00Z';
  await journal.append([{ kind: 'begin', formatVersion: 1, sortId, runId, mode, output, surePercent: 90, startedAt }]);
  process.stdout.write('begun\n');
  await carryOut({
    ...{ errands, mode, sortId, output, journal, names: new FreeNames(), knownFolders: new Set<string>() },
    ...{ signal, onDone: () => undefined },
  });
}

async function undo({ journalPath }: Wish): Promise<void> {
  process.stdout.write('begun\n');
  await undoSort({ journalPath, signal, onDone: () => undefined, now: () => new Date('2026-11-25T13:00:00Z') });
}

const wish = JSON.parse(await text(process.stdin)) as Wish;
await (wish.errands.length > 0 ? sort(wish) : undo(wish));
