import { Button, Loader, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { CropsReport } from '../../../../shared/contract/ensembling.ts';
import { Averaging, MANY_LOOKS } from '../../../../shared/domain/ensemble.ts';
import type { SplitSide } from '../../../../shared/domain/ids.ts';
import { publishedGains } from '../../../../shared/domain/published-gains.ts';
import { useKeptJob } from '../../../lib/client/use-kept-job.ts';
import { useText } from '../../../lib/i18n/i18n.ts';
import { photosOfSides } from '../../../lib/photos-of-sides.ts';
import { useFormat } from '../../../lib/use-format.ts';
import { Banner } from '../../../parts/Banner.tsx';
import { OftenLooked } from '../../../parts/OftenLooked.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { Said } from '../../../parts/Said.tsx';
import { SideChoice } from '../../../parts/SideChoice.tsx';
import styles from '../evaluate.module.css';
import type { TabProps } from '../tab-props.ts';
import { CropsChart } from './CropsChart.tsx';
import { CropsTable } from './CropsTable.tsx';
import { CURVE_SETS, setName } from './crop-sets.ts';

const SIGNIFICANCE = 0.05;

/** What more looks at each photo bring, and what they cost. */
export function CropsTab({ run, summary }: TabProps) {
  const t = useText('ensemble');
  const evaluate = useText('evaluate');
  const format = useFormat();
  const counts = photosOfSides(summary);
  const [split, setSplit] = useState<SplitSide>(counts.val === 0 ? 'test' : 'val');
  const [averaging, setAveraging] = useState<Averaging>('probabilities');
  const job = useKeptJob('runs.crops', { runId: run.runId, split, sets: [...CURVE_SETS], averaging });
  const { output, state, failure, share, start } = job;
  const options = Averaging.options.map((value) => ({ value, label: t(`crops.averaging.${value}`) }));
  const label = split === 'test' ? t('crops.askAndCount') : t('crops.ask');
  return (
    <div className={styles.body}>
      <p className={styles.intro}>{t('crops.intro')}</p>
      <div className={styles.choices}>
        <SideChoice label={evaluate('split')} side={split} counts={counts} onChange={setSplit} />
        <SegmentedControl
          size="xs"
          aria-label={t('crops.average')}
          value={averaging}
          data={options}
          onChange={(value) => setAveraging(Averaging.parse(value))}
        />
        <Button
          size="xs"
          variant={output === undefined ? 'filled' : 'default'}
          loading={state === 'running'}
          disabled={counts[split] === 0}
          onClick={start}
        >
          {output === undefined || split === 'test' ? label : t('crops.again')}
        </Button>
        {state === 'running' && (
          <span className={styles.waiting} role="status">
            <Loader size="xs" aria-hidden />
            {t('crops.running')} {share === null ? '' : format.percent(share, 0)}
          </span>
        )}
      </div>
      {state === 'failed' && (
        <Banner tone="danger" role="alert">
          <Said text={failure?.message ?? ''} />
        </Banner>
      )}
      {output !== undefined && <Report report={output} />}
      <Published />
    </div>
  );
}

function Report({ report }: { readonly report: CropsReport }) {
  const t = useText('ensemble');
  const evaluate = useText('evaluate');
  const format = useFormat();
  const { points, total, hasLearnt, testLooks, split } = report;
  const clear = points.filter(({ views, adjustedP }) => views !== 'centre' && adjustedP < SIGNIFICANCE);
  const isOften = split === 'test' && testLooks >= MANY_LOOKS;
  return (
    <>
      {hasLearnt && <Banner tone="warning">{t('crops.learnt')}</Banner>}
      {split === 'test' && <OftenLooked looks={testLooks} />}
      <div className={styles.verdict} role="status">
        {clear.length === 0
          ? t('crops.none', { total: format.count(total) })
          : clear.map(({ views, fixed, broken }) => (
              <p key={views}>{t(fixed > broken ? 'crops.better' : 'crops.worse', { set: setName(t, views) })}</p>
            ))}
        {split === 'test' && !isOften && (
          <p className={styles.quiet}>{evaluate('looks', { count: testLooks, shown: format.count(testLooks) })}</p>
        )}
      </div>
      <CropsChart report={report} />
      <CropsTable report={report} />
    </>
  );
}

/** What it brought others, with the source. */
function Published() {
  const t = useText('ensemble');
  const format = useFormat();
  return (
    <Panel title={t('crops.published')}>
      <ul className={styles.published}>
        {publishedGains.map(({ network, what, from, to, measure, before, after, source }) => (
          <li key={`${network} ${what} ${to}`}>
            <strong>{network}</strong>{' '}
            {t('crops.publishedLine', {
              ...{ from, to, measure, what: t(`crops.what.${what}`) },
              before: format.number(before, 4),
              after: format.number(after, 4),
            })}{' '}
            <cite className={styles.source} lang="en">
              {source}
            </cite>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
