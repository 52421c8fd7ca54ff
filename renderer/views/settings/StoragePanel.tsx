import { Button, Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useAction, useCommand } from '../../lib/client/hooks.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { useFormat } from '../../lib/use-format.ts';
import { Loading } from '../../parts/Loading.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Said } from '../../parts/Said.tsx';
import styles from './settings.module.css';
import { type Cleanable, isCleanablePart, isWorthCleaning, type Part } from './storage-parts.ts';

/** What the project takes on the disk, part by part, and making room. */
export function StoragePanel() {
  const t = useText('settings');
  const format = useFormat();
  const storage = useCommand('storage.summary', {});
  const { refetch } = storage;
  const [asked, setAsked] = useState<Cleanable | null>(null);
  useEffect(() => void refetch(), [refetch]); // runs and previews grow without a word
  const free = storage.data && (
    <span className={styles.quiet}>{t('free', { shown: format.bytes(storage.data.freeBytes) })}</span>
  );
  return (
    <Panel title={t('storage')} aside={free}>
      {storage.error && (
        <p role="alert">
          <Said text={storage.error.message} />
        </p>
      )}
      {storage.isPending && <Loading />}
      {storage.data !== undefined && <Parts parts={storage.data.parts} onClean={setAsked} />}
      <CleanQuestion part={asked} onClose={() => setAsked(null)} onCleaned={() => void refetch()} />
    </Panel>
  );
}

type PartsProps = { readonly parts: readonly Part[]; readonly onClean: (part: Cleanable) => void };

function Parts({ parts, onClean }: PartsProps) {
  const t = useText('settings');
  const format = useFormat();
  const totalBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <div className={styles.tableFrame}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('part')}</th>
            <th scope="col" data-figure>
              {t('files')}
            </th>
            <th scope="col" data-figure>
              {t('bytes')}
            </th>
            <th scope="col">
              <span className={styles.hidden}>{t('clean')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <PartRow key={part.part} part={part} onClean={onClean} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            <td data-figure>{format.count(parts.reduce((sum, { files }) => sum + files, 0))}</td>
            <td data-figure>{format.bytes(totalBytes)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

type PartRowProps = { readonly part: Part; readonly onClean: (part: Cleanable) => void };

function PartRow({ part: { part, bytes, files, isCleanable }, onClean }: PartRowProps) {
  const t = useText('settings');
  const format = useFormat();
  const name = t(`parts.${part}`);
  return (
    <tr>
      <th scope="row">
        {name}
        <span className={styles.note}>{t(`partHints.${part}`)}</span>
      </th>
      <td data-figure>{format.count(files)}</td>
      <td data-figure>{format.bytes(bytes)}</td>
      <td data-figure>
        {isCleanable && isCleanablePart(part) && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={!isWorthCleaning({ part, files })}
            aria-label={t('cleanPart', { name })}
            onClick={() => onClean(part)}
          >
            {t('clean')}
          </Button>
        )}
      </td>
    </tr>
  );
}

type CleanQuestionProps = {
  readonly part: Cleanable | null;
  readonly onClose: () => void;
  readonly onCleaned: () => void;
};

function CleanQuestion({ part, onClose, onCleaned }: CleanQuestionProps) {
  const t = useText('settings');
  const app = useText('app');
  const format = useFormat();
  const clean = useAction('storage.clean');
  const confirm = (): void => {
    if (part === null) return;
    clean.mutate(
      { part },
      {
        onSuccess: ({ freedBytes }) => {
          notifyDone(t('freed', { shown: format.bytes(freedBytes) }));
          onCleaned();
        },
        onSettled: onClose,
      },
    );
  };
  return (
    <Modal
      opened={part !== null}
      onClose={onClose}
      title={part === null ? '' : t('cleanPart', { name: t(`parts.${part}`) })}
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      <p>{part !== null && t(`afterCleaning.${part}`)}</p>
      <div className={styles.ends}>
        <Button variant="default" onClick={onClose}>
          {app('cancel')}
        </Button>
        <Button loading={clean.isPending} onClick={confirm}>
          {t('clean')}
        </Button>
      </div>
    </Modal>
  );
}
