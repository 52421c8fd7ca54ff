/** Words for screen readers, said by the one live region of the shell. */
import { createStore } from 'zustand/vanilla';

export const announcements = createStore<{ readonly text: string; readonly at: number }>(() => ({ text: '', at: 0 }));

/** Says a sentence once. */
export function announce(text: string): void {
  announcements.setState(({ at }) => ({ text, at: at + 1 }));
}
