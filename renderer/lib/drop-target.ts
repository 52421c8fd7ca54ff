/** What a drop of files over the window does: the view on screen says so, else it is an import. */
import { useEffect, useRef } from 'react';
import { createStore } from 'zustand/vanilla';

export type DropTarget = {
  readonly title: string; // 'Add to this project'
  readonly detail: string; // what will happen, in a sentence
  readonly onPaths: (paths: readonly string[]) => void; // absolute, of the host's machine
};

export const dropTargets = createStore<{ readonly targets: readonly DropTarget[] }>(() => ({ targets: [] }));

/** Takes drops while the component is there; the last one that came wins. */
export function useDropTarget(target: DropTarget): void {
  const latest = useRef(target);
  latest.current = target;
  const { title, detail } = target;
  useEffect(() => {
    const kept: DropTarget = { title, detail, onPaths: (paths) => latest.current.onPaths(paths) };
    dropTargets.setState(({ targets }) => ({ targets: [...targets, kept] }));
    return () => dropTargets.setState(({ targets }) => ({ targets: targets.filter((one) => one !== kept) }));
  }, [title, detail]);
}
