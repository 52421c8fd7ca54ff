import type { Project } from '../store/project.ts';

/** Why a project is open for reading only. */
export type ReadingReason = 'not-permitted' | 'disk-full';

const readingNotes: Readonly<Record<ReadingReason, string>> = {
  'not-permitted': 'The project may not be written here: it is open for reading only.',
  'disk-full':
    'The disk of this project is full: it is open for reading only. Free some space there and open the project again.',
};

/** What the user must be told after a project was opened, a sentence or two each. */
export function openingNotes(
  project: Pick<Project, 'recovered' | 'interruptedRuns' | 'backup' | 'readOnly'>,
  reason: ReadingReason = 'not-permitted',
): string[] {
  const { recovered, interruptedRuns, backup, readOnly } = project;
  const notes: string[] = [];
  if (recovered !== undefined) notes.push(`${recovered.lost} It was restored from ${recovered.restoredFrom}.`);
  if (interruptedRuns.length > 0) {
    const what = interruptedRuns.length === 1 ? 'This run was' : 'These runs were';
    const advice = "Nothing that was finished is lost: Resume ('thaw resume') goes on with the newest.";
    notes.push(`${what} cut off when Thaw last ended: ${interruptedRuns.join(', ')}. ${advice}`);
  }
  if (backup.kind === 'failed')
    notes.push(`Today's backup of the project could not be made. ${backup.failure.message}`);
  if (readOnly) notes.push(readingNotes[reason]);
  return notes;
}
