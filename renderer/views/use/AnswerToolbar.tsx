import { Button, Select, Slider } from '@mantine/core';
import { IconCopy, IconDownload, IconFolders } from '@tabler/icons-react';
import { useStore } from 'zustand';
import type { EnsembleId } from '../../../shared/domain/ensemble.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunJudgement } from '../../../shared/domain/judging.ts';
import { copyText } from '../../lib/clipboard.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { notifyDone } from '../../lib/notify.tsx';
import { saveText } from '../../lib/save-text.ts';
import { useFormat } from '../../lib/use-format.ts';
import { type Answer, type AnswerOrder, isSure } from './answer-groups.ts';
import { answersCsv, answersTable } from './answers-table.ts';
import { askedStore } from './asked-store.ts';
import { JudgedDial } from './JudgedDial.tsx';
import styles from './use.module.css';
import { useOpenSort } from './use-sorting.ts';

type AnswerToolbarProps = {
  readonly answers: readonly Answer[];
  readonly classes: readonly string[];
  readonly threshold: number;
  readonly judgement: RunJudgement | null; // null: the run was not calibrated
  readonly runId: RunId;
  readonly askerName: string; // of the run, or of the ensemble
  readonly ensembleId: EnsembleId | null; // it answered
};

/** The dial with its counts, the order, and the ways out of the program. */
export function AnswerToolbar(props: AnswerToolbarProps) {
  const { answers, threshold, judgement, runId } = props;
  return (
    <section className={styles.toolbar} aria-label={useText('use')('answers')}>
      {judgement === null ? (
        <Dial answers={answers} threshold={threshold} />
      ) : (
        <JudgedDial answers={answers} threshold={threshold} judgement={judgement} runId={runId} />
      )}
      <Order />
      <WaysOut {...props} />
    </section>
  );
}

type DialProps = { readonly answers: readonly Answer[]; readonly threshold: number };

function Dial({ answers, threshold }: DialProps) {
  const t = useText('use');
  const format = useFormat();
  const sure = answers.filter((answer) => isSure(answer, threshold)).length;
  const shown = format.percent(threshold, 0);
  return (
    <div className={styles.dial}>
      <div className={styles.dialWords}>
        <span id="use-dial">{t('unsureBelow', { percent: shown })}</span>
        <span className={styles.counts} aria-live="polite">
          <strong>{t('sureCount', { count: sure, shown: format.count(sure) })}</strong>
          {' · '}
          {t('unsureCount', { count: answers.length - sure, shown: format.count(answers.length - sure) })}
        </span>
      </div>
      <Slider
        min={0}
        max={100}
        label={null}
        value={Math.round(100 * threshold)}
        thumbProps={{ 'aria-labelledby': 'use-dial' }}
        onChange={(thresholdPercent) => askedStore.setState({ thresholdPercent })}
      />
      <span className={styles.quiet}>{t('dialHint')}</span>
    </div>
  );
}

const ORDERS: readonly AnswerOrder[] = ['sure-first', 'unsure-first', 'file'];

function Order() {
  const t = useText('use');
  const order = useStore(askedStore, (state) => state.order);
  return (
    <Select
      className={styles.order}
      label={t('order')}
      data={ORDERS.map((value) => ({ value, label: t(`orders.${value}`) }))}
      value={order}
      allowDeselect={false}
      onChange={(value) => askedStore.setState({ order: value as AnswerOrder })}
    />
  );
}

type WaysOutProps = Pick<
  AnswerToolbarProps,
  'answers' | 'classes' | 'threshold' | 'askerName' | 'runId' | 'ensembleId'
>;

function WaysOut({ answers, classes, threshold, askerName, runId, ensembleId }: WaysOutProps) {
  const t = useText('use');
  const format = useFormat();
  const words = {
    path: t('columns.path'),
    answer: t('columns.answer'),
    probability: t('columns.probability'),
    sure: t('columns.sure'),
    yes: t('yes'),
    no: t('no'),
  };
  const table = { answers, classes, threshold, words };
  const copy = async (): Promise<void> => {
    await copyText(answersTable(table, '\t'));
    notifyDone(t('copied', { count: answers.length, shown: format.count(answers.length) }));
  };
  const fileName = `${askerName.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '_').slice(0, 80)}.csv`;
  const paths = useStore(askedStore, (state) => state.paths);
  const openSort = useOpenSort();
  return (
    <div className={styles.waysOut}>
      <Button
        leftSection={<IconFolders size={16} aria-hidden />}
        onClick={() => openSort({ runId, ensembleId }, paths)}
      >
        {t('sort.open')}
      </Button>
      <Button variant="default" leftSection={<IconCopy size={16} aria-hidden />} onClick={() => void copy()}>
        {t('copy')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        onClick={() => saveText(fileName, answersCsv(table), 'text/csv;charset=utf-8')}
      >
        {t('csv')}
      </Button>
    </div>
  );
}
