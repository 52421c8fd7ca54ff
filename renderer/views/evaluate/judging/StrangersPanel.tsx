import { Button } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import type { CommandOutput } from '../../../../shared/contract/commands.ts';
import type { Stranger } from '../../../../shared/contract/judging.ts';
import { ClassName } from '../../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../../shared/domain/run.ts';
import { choosePhotos } from '../../../lib/add-photos.ts';
import { announce } from '../../../lib/announce.ts';
import { useAction, useCommand } from '../../../lib/client/hooks.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { mediaUrl } from '../../../lib/media.ts';
import { offerUndo } from '../../../lib/notify.tsx';
import { useFormat } from '../../../lib/use-format.ts';
import { Banner } from '../../../parts/Banner.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { Said } from '../../../parts/Said.tsx';
import styles from '../evaluate.module.css';
import own from './judging.module.css';
import { useJobOfRun } from './use-job-of-run.ts';

const MOST = 200;
const PAGE = 48;
const NEITHER = ClassName.parse('neither'); // made where no class means it yet

type StrangersPanelProps = { readonly run: RunRecord };

/** Photos of any folder by how surely they are taken for a class; one key makes them neither. */
export function StrangersPanel({ run }: StrangersPanelProps) {
  const t = useText('judging');
  const format = useFormat();
  const { output, isRunning, share, failure, start } = useJobOfRun('runs.strangers', run.runId);
  const isCalibrated = useCommand('runs.judgement', { runId: run.runId }).data?.judgement != null;
  return (
    <Panel title={t('worst')}>
      <p className={styles.hint}>{isCalibrated ? t('worstHint') : t('worstFirst')}</p>
      <div className={own.bar}>
        <Button
          size="xs"
          disabled={!isCalibrated}
          loading={isRunning}
          leftSection={<IconFolderOpen size={14} aria-hidden />}
          onClick={() => choosePhotos('folder', (paths) => start({ runId: run.runId, paths: [...paths], most: MOST }))}
        >
          {t('worstChoose')}
        </Button>
        {isRunning && <span role="status">{share === null ? t('measuring') : format.percent(share, 0)}</span>}
      </div>
      {failure !== null && !isRunning && (
        <Banner tone="danger" role="alert">
          <Said text={failure.message} />
        </Banner>
      )}
      {output !== undefined && <Found found={output} />}
    </Panel>
  );
}

type FoundProps = { readonly found: CommandOutput<'runs.strangers'> };

function Found({ found }: FoundProps) {
  const t = useText('judging');
  const format = useFormat();
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const [limit, setLimit] = useState(PAGE);
  const className = found.judgement.neitherClass ?? NEITHER;
  const add = useMakeNeither(className, setAdded);
  const open = found.photos.filter(({ path, isLetIn, inProject }) => isLetIn && inProject === null && !added.has(path));
  return (
    <>
      <p className={own.summary}>
        {t('worstCount', { letIn: format.count(found.letIn), total: format.count(found.total) })}
        {found.skipped.length > 0 && ` ${t('worstSkipped', { shown: format.count(found.skipped.length) })}`}
      </p>
      <div className={own.bar}>
        <span className={styles.quiet}>{t('worstKeys', { name: className })}</span>
        {open.length > 0 && (
          <Button size="compact-xs" variant="default" onClick={() => add(open.map(({ path }) => path))}>
            {t('worstAll', { shown: format.count(open.length), name: className })}
          </Button>
        )}
      </div>
      <ul className={own.strangers} aria-label={t('worst')}>
        {found.photos.slice(0, limit).map((photo) => (
          <li key={photo.path}>
            <StrangerTile photo={photo} isAdded={added.has(photo.path)} className={className} onAdd={add} />
          </li>
        ))}
      </ul>
      {found.photos.length > limit && (
        <Button size="compact-xs" variant="default" onClick={() => setLimit(limit + PAGE)}>
          {t('more')}
        </Button>
      )}
    </>
  );
}

type SetAdded = (change: (old: ReadonlySet<string>) => ReadonlySet<string>) => void;

function useMakeNeither(className: ClassName, setAdded: SetAdded): (paths: readonly string[]) => void {
  const t = useText('judging');
  const format = useFormat();
  const adding = useAction('library.add-as');
  const undo = useAction('library.undo');
  return (paths) =>
    adding.mutate(
      { paths: [...paths], className },
      {
        onSuccess: ({ labelled }) => {
          setAdded((old) => new Set([...old, ...paths]));
          const text = t('added', { count: labelled, shown: format.count(labelled), name: className });
          announce(text);
          offerUndo(text, () =>
            undo.mutate(
              {},
              { onSuccess: () => setAdded((old) => new Set([...old].filter((path) => !paths.includes(path)))) },
            ),
          );
        },
      },
    );
}

type StrangerTileProps = {
  readonly photo: Stranger;
  readonly isAdded: boolean;
  readonly className: string;
  readonly onAdd: (paths: readonly string[]) => void;
};

function StrangerTile({ photo, isAdded, className, onAdd }: StrangerTileProps) {
  const t = useText('judging');
  const format = useFormat();
  const { path, viewKey, answer, probability, isLetIn, likest, inProject } = photo;
  const fileName = path.split(/[\\/]/).at(-1) ?? path;
  const state = isAdded ? className : inProject !== null ? t('inProject', { name: inProject }) : null;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'n' || event.ctrlKey || event.metaKey || event.altKey || state !== null) return;
    event.preventDefault();
    onAdd([path]);
    const next = event.currentTarget.closest('li')?.nextElementSibling?.querySelector('button');
    next?.focus(); // the next one can be judged at once
  };
  return (
    <button
      type="button"
      className={own.stranger}
      data-in={(isLetIn && state === null) || undefined}
      disabled={state !== null}
      onKeyDown={onKey}
      onClick={() => onAdd([path])}
    >
      <span className={own.strangerPictures}>
        {viewKey !== null && <img src={mediaUrl('view', viewKey)} alt="" draggable={false} loading="lazy" />}
        {likest !== null && (
          <img className={own.likest} src={mediaUrl('thumb', likest)} alt="" title={t('likest')} draggable={false} />
        )}
      </span>
      <span className={own.strangerAnswer}>
        <strong>{isLetIn ? answer : t('neitherAnswer')}</strong> {format.percent(probability, 0)}
      </span>
      <span className={own.strangerFile} title={path}>
        {state ?? fileName}
      </span>
    </button>
  );
}
