/** What the command line shows: progress on stderr (one line, rewritten on a terminal), results on stdout. */
import type { CommandEvent } from '../../shared/contract/commands.ts';

const REPORT_EVERY_MS = 1000;

export function formatPercent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export function formatBytes(value: number): string {
  return value < 1e9 ? `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB` : `${(value / 1e9).toFixed(1)} GB`;
}

/** Text from outside without control characters, which a terminal would obey, and without turns of direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}

/** Plain text columns, padded to the widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** null: nothing for a terminal. */
function describeEvent(event: CommandEvent): string | null {
  switch (event.kind) {
    case 'note':
    case 'logged':
      return event.text;
    case 'epoch': {
      const { epoch, trainLoss, valAccuracy } = event.report;
      const validation = valAccuracy === null ? '' : ` · validation ${formatPercent(valAccuracy)}`;
      return `training · epoch ${epoch + 1} · loss ${trainLoss.toFixed(4)}${validation}`;
    }
    case 'progress': {
      const { phase, done, total, unitsPerSecond, secondsLeft, within } = event.progress;
      const of = total === null ? `${done}` : `${done} of ${total}`;
      const speed = unitsPerSecond === null ? '' : ` · ${unitsPerSecond.toFixed(unitsPerSecond < 10 ? 1 : 0)}/s`;
      const left = secondsLeft === null ? '' : ` · ${formatDuration(secondsLeft)} left`;
      const place =
        within === undefined
          ? ''
          : ` · trial ${within.trial} of ${within.trials} · epoch ${within.epoch} of ${within.epochs}`;
      return `${phase}${place} · ${of}${speed}${left}`;
    }
    default:
      return null;
  }
}

/** Behind an epoch that learnt from photos which threads made meanwhile. */
function describeWait({ training, data }: Extract<CommandEvent, { kind: 'wait' }>): string {
  return ` · training waited for photos ${formatPercent(training)} of the time, photos for training ${formatPercent(data)}`;
}

/** Reports to a stream: rewritten in place on a terminal, else a line a second, each epoch and each note. */
export function progressReporter(
  stream: NodeJS.WriteStream,
  now: () => number,
): { readonly onEvent: (event: CommandEvent) => void; readonly end: () => void } {
  let lastShown = Number.NEGATIVE_INFINITY;
  let lastPhase = '';
  let isLineOpen = false;
  let waited = ''; // of the last `wait`
  const end = (): void => {
    if (isLineOpen) stream.write('\n');
    isLineOpen = false;
  };
  return {
    onEvent: (event) => {
      if (event.kind === 'wait') waited = describeWait(event);
      const told = describeEvent(event);
      if (told === null) return;
      const isNote = event.kind === 'note' || event.kind === 'logged';
      const gap = stream.isTTY ? REPORT_EVERY_MS / 5 : REPORT_EVERY_MS;
      const phase = event.kind === 'progress' ? event.progress.phase : event.kind;
      const isAlwaysTold = isNote || (event.kind === 'epoch' && !stream.isTTY);
      if (!isAlwaysTold && phase === lastPhase && now() - lastShown < gap) return;
      lastPhase = phase;
      if (!isNote) lastShown = now();
      const text = printable(event.kind === 'epoch' ? `${told}${waited}` : told);
      if (!stream.isTTY || isNote) {
        end();
        stream.write(`${text}\n`);
        return;
      }
      stream.write(`\r\u001b[2K${text}`);
      isLineOpen = true;
    },
    end,
  };
}
