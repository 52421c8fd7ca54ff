import { NumberInput, SegmentedControl, Switch } from '@mantine/core';
import { useText } from '../../lib/i18n/i18n.ts';
import { type SweepDraft, sweepDraft } from './draft.ts';
import styles from './sweeps.module.css';

type MethodProps = { readonly draft: SweepDraft };

/** Grid or random points, folds, early stopping, and limits. */
export function Method({ draft }: MethodProps) {
  const t = useText('sweeps');
  const isRandom = draft.method === 'random';
  return (
    <div className={styles.stack}>
      <SegmentedControl
        aria-label={t('method')}
        value={draft.method}
        data={[
          { value: 'grid', label: t('grid') },
          { value: 'random', label: t('random') },
        ]}
        onChange={(method) => sweepDraft.setState({ method: method as SweepDraft['method'] })}
      />
      <p className={styles.quiet}>{t(isRandom ? 'randomHint' : 'gridHint')}</p>
      <div className={styles.fields}>
        {isRandom && (
          <Whole
            label={t('pointCount')}
            value={draft.points}
            most={10_000}
            onChange={(points) => ({ points: points ?? 1 })}
          />
        )}
        {isRandom && (
          <Whole
            label={t('searchSeed')}
            value={draft.searchSeed}
            least={0}
            most={2 ** 31}
            onChange={(searchSeed) => ({ searchSeed: searchSeed ?? 0 })}
          />
        )}
        <Whole
          label={t('folds')}
          description={t('foldsHint')}
          value={draft.folds}
          least={2}
          most={20}
          onChange={(folds) => ({ folds })}
        />
      </div>
      <Stopping draft={draft} />
      <Limits draft={draft} />
    </div>
  );
}

function Stopping({ draft }: MethodProps) {
  const t = useText('sweeps');
  return (
    <>
      <Switch
        label={t('halving')}
        description={t('halvingHint')}
        checked={draft.isHalving}
        onChange={(event) => sweepDraft.setState({ isHalving: event.currentTarget.checked })}
      />
      {draft.isHalving && (
        <div className={styles.fields}>
          <Whole
            label={t('grace')}
            value={draft.graceEpochs}
            most={500}
            onChange={(graceEpochs) => ({ graceEpochs: graceEpochs ?? 1 })}
          />
          <Whole label={t('eta')} value={draft.eta} least={2} most={10} onChange={(eta) => ({ eta: eta ?? 3 })} />
        </div>
      )}
    </>
  );
}

function Limits({ draft: { budget } }: MethodProps) {
  const t = useText('sweeps');
  return (
    <fieldset className={styles.searched}>
      <legend>{t('limits')}</legend>
      <p className={styles.quiet}>{t('limitsHint')}</p>
      <div className={styles.fields}>
        {(['runs', 'minutes', 'epochs'] as const).map((name) => (
          <Whole
            key={name}
            label={t(`limitNames.${name}`)}
            value={budget[name]}
            most={1_000_000}
            onChange={(value) => ({ budget: { ...budget, [name]: value } })}
          />
        ))}
      </div>
    </fieldset>
  );
}

type WholeProps = {
  readonly label: string;
  readonly description?: string;
  readonly value: number | null;
  readonly least?: number;
  readonly most: number;
  readonly onChange: (value: number | null) => Partial<SweepDraft>;
};

/** A whole number of the draft, or none. */
function Whole({ label, description, value, least = 1, most, onChange }: WholeProps) {
  const t = useText('sweeps');
  return (
    <NumberInput
      label={label}
      description={description}
      placeholder={t('noLimit')}
      min={least}
      max={most}
      allowDecimal={false}
      value={value ?? ''}
      onChange={(next) => sweepDraft.setState(onChange(typeof next === 'number' ? next : null))}
    />
  );
}
