/** A process that sorts what it is told on standard input, to be killed by a test. */
import { text } from 'node:stream/consumers';
import { RunId } from '../../shared/domain/ids.ts';
import type { SortId, SortMode } from '../../shared/domain/sorting.ts';
import { carryOut, type Errand } from './carry-out.ts';
import { openJournal } from './journal.ts';
import { FreeNames } from './plan.ts';

type Wish = {
  readonly errands: readonly Errand[];
  readonly mode: SortMode;
  readonly output: string;
  readonly journalPath: string;
  readonly sortId: SortId;
};

const { errands, mode, output, journalPath, sortId } = JSON.parse(await text(process.stdin)) as Wish;
const journal = await openJournal(journalPath, 'new');
const runId = RunId.parse('run_abcdefghijkl');
const startedAt = '2026-11-25T12:00:00Z';
await journal.append([{ kind: 'begin', formatVersion: 1, sortId, runId, mode, output, surePercent: 90, startedAt }]);
process.stdout.write('begun\n');
await carryOut({
  ...{ errands, mode, sortId, output, journal, names: new FreeNames(), knownFolders: new Set<string>() },
  ...{ signal: new AbortController().signal, onDone: () => undefined },
});
