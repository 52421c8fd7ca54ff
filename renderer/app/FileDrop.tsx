import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { failureOf } from '../lib/client/failure-error.ts';
import { type DropTarget, dropTargets } from '../lib/drop-target.ts';
import { pathsOfDrop } from '../lib/dropped-files.ts';
import { useText } from '../lib/i18n/i18n.ts';
import { notifyFailure } from '../lib/notify.tsx';
import { useFormat } from '../lib/use-format.ts';
import styles from './Shell.module.css';

type Received = { readonly done: number; readonly total: number };

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** Takes files that are dropped anywhere on the window, and says before what will happen. */
export function FileDrop() {
  const target = useStore(dropTargets, ({ targets }) => targets.at(-1) ?? null);
  const [isOver, setIsOver] = useState(false);
  const [received, setReceived] = useState<Received | null>(null);
  useEffect(() => listenToDrops({ target, setIsOver, setReceived }), [target]);
  if (!isOver && received === null) return null;
  return (
    <div className={styles.drop}>
      <DropFrame target={target} received={received} />
    </div>
  );
}

type DropFrameProps = { readonly target: DropTarget | null; readonly received: Received | null };

function DropFrame({ target, received }: DropFrameProps) {
  const t = useText('app');
  const format = useFormat();
  const title =
    received === null
      ? (target?.title ?? t('dropNothing'))
      : t('uploading', { done: format.count(received.done), total: format.count(received.total) });
  return (
    <div className={styles.dropFrame} role="status">
      <div className={styles.dropTitle}>{title}</div>
      {received === null && target !== null && <div className={styles.dropDetail}>{target.detail}</div>}
    </div>
  );
}

type Listening = {
  readonly target: DropTarget | null;
  readonly setIsOver: (isOver: boolean) => void;
  readonly setReceived: (received: Received | null) => void;
};

function listenToDrops({ target, setIsOver, setReceived }: Listening): () => void {
  const stop = new AbortController();
  const on = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void): void =>
    window.addEventListener(type, (event) => hasFiles(event) && listener(event), { signal: stop.signal });
  on('dragover', (event) => {
    event.preventDefault();
    event.dataTransfer!.dropEffect = target === null ? 'none' : 'copy';
    setIsOver(true);
  });
  on('dragleave', ({ relatedTarget }) => relatedTarget === null && setIsOver(false));
  on('drop', (event) => {
    event.preventDefault();
    setIsOver(false);
    if (target === null) return;
    pathsOfDrop(event.dataTransfer!, setReceived)
      .then((paths) => paths.length > 0 && target.onPaths(paths))
      .catch((error: unknown) => notifyFailure(failureOf(error)))
      .finally(() => setReceived(null));
  });
  return () => stop.abort();
}
