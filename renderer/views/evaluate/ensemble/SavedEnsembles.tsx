import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { EnsembleRecord, EnsembleTest } from '../../../../shared/domain/ensemble.ts';
import type { RunRecord } from '../../../../shared/domain/run.ts';
import { findShell } from '../../../lib/client/connection.ts';
import { useAction, useCommand } from '../../../lib/client/hooks.ts';
import { useKeptJob } from '../../../lib/client/use-kept-job.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { useRunName } from '../../../lib/use-run-name.ts';
import { Banner } from '../../../parts/Banner.tsx';
import { OftenLooked } from '../../../parts/OftenLooked.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { Said } from '../../../parts/Said.tsx';
import styles from '../evaluate.module.css';
import { usePoints } from '../use-points.ts';
import own from './ensemble.module.css';

type SavedEnsemblesProps = { readonly runs: readonly RunRecord[] };

/** Ensembles that were kept: tested once, exported, forgotten. */
export function SavedEnsembles({ runs }: SavedEnsemblesProps) {
  const t = useText('ensemble');
  const saved = useCommand('ensembles.list', {}).data?.ensembles ?? [];
  return (
    <Panel title={t('saved')}>
      {saved.length === 0 && <p className={styles.hint}>{t('noSaved')}</p>}
      <ul className={own.saved}>
        {saved.map((ensemble) => (
          <Saved key={ensemble.ensembleId} ensemble={ensemble} runs={runs} />
        ))}
      </ul>
    </Panel>
  );
}

function Saved({ ensemble, runs }: { readonly ensemble: EnsembleRecord; readonly runs: readonly RunRecord[] }) {
  const t = useText('ensemble');
  const nameOf = useRunName();
  const format = useFormat();
  const { ensembleId, name, members } = ensemble;
  const testing = useKeptJob('ensembles.test', { ensembleId, again: false });
  const remove = useAction('ensembles.delete');
  const test = ensemble.test ?? testing.output?.test ?? null;
  const memberName = (id: string): string => {
    const run = runs.find(({ runId }) => runId === id);
    return run === undefined ? id : nameOf(run);
  };
  return (
    <li className={own.savedOne} aria-label={name}>
      <div className={own.savedHead}>
        <strong>{name}</strong>
        <div className={styles.cardActions}>
          {test === null && (
            <Tooltip label={t('testHint')}>
              <Button size="compact-xs" loading={testing.state === 'running'} onClick={testing.start}>
                {t('test')}
              </Button>
            </Tooltip>
          )}
          <ExportButton ensemble={ensemble} />
          <ActionIcon size="sm" aria-label={t('deleteName', { name })} onClick={() => remove.mutate({ ensembleId })}>
            <IconTrash size={14} />
          </ActionIcon>
        </div>
      </div>
      <p className={styles.quiet}>
        {members.map(({ runId, weight }) => `${format.fixed(weight, 2)} × ${memberName(runId)}`).join(' + ')}
      </p>
      {testing.state === 'running' && (
        <p className={styles.quiet} role="status">
          {t('testing')}
        </p>
      )}
      {testing.failure !== null && (
        <Banner tone="danger" role="alert">
          <Said text={testing.failure.message} />
        </Banner>
      )}
      {test !== null && <Tested test={test} bestName={memberName(test.best.runId)} />}
    </li>
  );
}

function Tested({ test, bestName }: { readonly test: EnsembleTest; readonly bestName: string }) {
  const t = useText('ensemble');
  const format = useFormat();
  const points = usePoints();
  const { total, correct, interval, best, fixed, broken, differenceInterval, mcNemarP, looksBefore } = test;
  const verdict = mcNemarP >= 0.05 ? 'none' : fixed > broken ? 'better' : 'worse';
  return (
    <div role="status">
      <p className={own.tested}>
        {t('testRight', { correct: format.count(correct), total: format.count(total) })}{' '}
        <span className={styles.quiet}>
          {format.percent(correct / Math.max(1, total))} ({format.percentInterval(interval)})
        </span>
      </p>
      <p className={own.tested}>{t(`verdict.${verdict}`)}</p>
      <p className={styles.quiet}>
        {t('gain', {
          ...{ name: bestName, difference: points((correct - best.correct) / Math.max(1, total)) },
          ...{ low: points(differenceInterval[0]), high: points(differenceInterval[1]) },
          ...{ fixed: format.count(fixed), broken: format.count(broken) },
          p: mcNemarP < 0.001 ? '< 0.001' : format.number(mcNemarP, 2),
        })}
      </p>
      <OftenLooked looks={looksBefore + 1} />
    </div>
  );
}

/** The shell asks where; a browser cannot, so the path is typed. */
function ExportButton({ ensemble: { ensembleId, name } }: { readonly ensemble: EnsembleRecord }) {
  const t = useText('ensemble');
  const [typed, setTyped] = useState<string | null>(null);
  const [path, setPath] = useState('');
  const exporting = useKeptJob('ensembles.export', { ensembleId, path });
  const { output, failure, state, start } = exporting;
  const isWaiting = path !== '' && state === 'none';
  // biome-ignore lint/correctness/useExhaustiveDependencies: once it is known where to
  useEffect(() => {
    if (isWaiting) start();
  }, [isWaiting]);
  const shell = findShell();
  const ask = async (): Promise<void> => {
    if (shell === null) return setTyped('');
    const target = await shell.pickTarget('file', `${ensembleId}.onnx`);
    if (target !== null) setPath(target);
  };
  return (
    <>
      {typed !== null && (
        <TextInput
          size="xs"
          aria-label={t('exportPath')}
          placeholder={t('exportPath')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && typed !== '' && setPath(typed)}
        />
      )}
      {path === '' ? (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t('exportName', { name })}
          onClick={() => (typed === null || typed === '' ? void ask() : setPath(typed))}
        >
          {t('export')}
        </Button>
      ) : (
        <ExportState {...{ state, start, failure: failure?.message ?? null, output }} />
      )}
    </>
  );
}

type ExportStateProps = Pick<ReturnType<typeof useKeptJob<'ensembles.export'>>, 'state' | 'start' | 'output'> & {
  readonly failure: string | null;
};

function ExportState({ state, start, output, failure }: ExportStateProps) {
  const t = useText('ensemble');
  const format = useFormat();
  if (output !== undefined) {
    const { sameAnswers, checked, largestDifference, path } = output;
    return (
      <span className={styles.quiet} role="status">
        {t('exported', {
          ...{ same: format.count(sameAnswers), checked: format.count(checked), path },
          difference: largestDifference.toExponential(0),
        })}
      </span>
    );
  }
  return (
    <>
      {state === 'running' && (
        <span className={styles.quiet} role="status">
          {t('exporting')}
        </span>
      )}
      {failure !== null && (
        <span className={own.failure}>
          <Said text={failure} />
        </span>
      )}
      <Button size="compact-xs" variant="default" loading={state === 'running'} onClick={start}>
        {t('export')}
      </Button>
    </>
  );
}
