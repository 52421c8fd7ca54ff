/** What a person should know about the photos, as text. */
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { HealthReport } from '../../shared/contract/library.ts';
import { formatPercent, printable, table } from './output.ts';

const MOST_LISTED = 10;

const problemTexts: Readonly<Record<HealthReport['problems'][number], string>> = {
  'no-classes': 'No photo has a label yet. Import folders named by class, or label photos.',
  'one-class': 'Only one class has photos; training needs two.',
  'class-empty': 'A class has no photos to train on. Add some, or remove it.',
  'class-of-one': 'A class has a single picture (near copies count once); nothing is left to check it with.',
  imbalance: 'One class has ten times the photos of another, or more.',
  'few-photos': 'A class has fewer than 20 photos: expect wide intervals.',
};

export function showHealth(report: HealthReport): string {
  const rows = report.classes.map(({ name, train, val, test, groups }) =>
    [printable(name), train, val, test, groups].map(String),
  );
  return [
    table([['class', 'train', 'val', 'test', 'independent'], ...rows]),
    `${counted(report.unlabelled, 'photo')} without a label, ${counted(report.exactDuplicates, 'file')} found again and left out`,
    groupLine(report),
    ...report.conflicts
      .slice(0, MOST_LISTED)
      .map(
        ({ imageIds, classes }) =>
          `  nearly the same picture under ${classes.map(printable).join(' and ')}: ${short(imageIds)}`,
      ),
    ...more(report.conflicts.length),
    ...report.bridges
      .slice(0, MOST_LISTED)
      .map(({ imageIds, sides }) => `  nearly the same picture on ${sides.join(' and ')}: ${short(imageIds)}`),
    ...more(report.bridges.length),
    ...report.problems.map((problem) => problemTexts[problem]),
    report.trainable ? 'Ready to train.' : 'Cannot be trained yet.',
  ].join('\n');
}

function groupLine({ groups, groupCount }: HealthReport): string {
  if (groupCount === 0) return 'No near duplicates or bursts found.';
  const largest = groups[0]?.imageIds.length ?? 0;
  return `${counted(groupCount, 'group')} of near duplicates or bursts, the largest of ${largest}; the split keeps each together`;
}

export function showDuplicates({ joined, groups, bridges }: CommandOutput<'library.find-duplicates'>): string {
  return `${counted(joined, 'photo')} joined; ${counted(groups, 'group')} now, ${counted(bridges, 'pair')} on two sides of the split`;
}

export function showSplits(report: CommandOutput<'library.compare-splits'>): string {
  const { honest, random, total, folds, groupedPhotos, difference, differenceInterval, isRandomTooKind } = report;
  const line = ({ accuracy, correct, interval }: typeof honest): string =>
    `${formatPercent(accuracy)} (${interval.map(formatPercent).join('–')}, ${correct} of ${total})`;
  const range = differenceInterval.map(formatPercent).join(' to ');
  return [
    `honest split, groups kept together: ${line(honest)}`,
    `random split:                       ${line(random)}`,
    isRandomTooKind
      ? `The random split flatters by ${formatPercent(difference)} (${range}, 95 %): near copies stand on both sides.`
      : `No real difference: ${formatPercent(difference)} (${range}, 95 %).`,
    `  a softmax on frozen features, ${folds} folds; ${counted(groupedPhotos, 'photo')} of ${total} do not stand alone`,
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function short(imageIds: readonly string[]): string {
  return imageIds.map((id) => id.slice(0, 12)).join(', ');
}

function more(count: number): string[] {
  return count > MOST_LISTED ? [`  … and ${count - MOST_LISTED} more (--json lists all)`] : [];
}
