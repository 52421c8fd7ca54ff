import { expect, it } from 'vitest';
import type { RunId } from '../../shared/domain/ids.ts';
import { openingNotes } from './opening-notes.ts';

const usual = { interruptedRuns: [], backup: { kind: 'not-due' }, readOnly: false } as const;

it('says nothing when all is as it was left', () => {
  expect(openingNotes(usual)).toEqual([]);
});

it('tells each thing that the user must know in sentences of its own', () => {
  const notes = openingNotes({
    recovered: { movedTo: '/p/old', restoredFrom: '/p/backups/b', lost: 'Changes after noon are lost.' },
    interruptedRuns: ['run_aaaaaaaaaaaa', 'run_bbbbbbbbbbbb'] as RunId[],
    backup: { kind: 'failed', failure: { code: 'DISK_FULL', message: 'The disk is full.' } },
    readOnly: true,
  });
  expect(notes).toHaveLength(4);
  expect(notes[0]).toBe('Changes after noon are lost. It was restored from /p/backups/b.');
  expect(notes[1]).toContain('run_aaaaaaaaaaaa, run_bbbbbbbbbbbb');
  expect(notes[2]).toContain('The disk is full.');
  expect(notes[3]).toContain('reading only');
});
