import type { RegimeGrounds } from '../../../shared/contract/planning.ts';
import { Regime } from '../../../shared/domain/regime.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { settleRegime } from '../../../shared/planning/regimes.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { regimeOfStop } from './draft.ts';
import styles from './train.module.css';
import type { TrainPlan } from './use-train-plan.ts';

type RegimePresetsProps = { readonly plan: TrainPlan };

/** The three ways to use a pretrained network; the one that suits these photos says why. */
export function RegimePresets({ plan }: RegimePresetsProps) {
  const t = useText('train');
  const { advice, stageIds, stop, moveTo, draft } = plan;
  const current = regimeOfStop(stop, stageIds.length - 1);
  const network = withClasses(findNetwork(draft.backbone), Math.max(2, plan.photosPerClass.length));
  const ladder = advice === null ? null : plan.ladder;
  return (
    <fieldset className={styles.presets} aria-label={t('regimes')}>
      {Regime.options.map((regime) => {
        const isAdvised = advice?.regime === regime;
        const frozen = isAdvised
          ? advice.frozenThrough
          : settleRegime({ network, photosPerClass: plan.photosPerClass, ladder }, regime).frozenThrough;
        return (
          <button
            key={regime}
            type="button"
            className={styles.preset}
            aria-pressed={current === regime}
            onClick={() => moveTo(stageIds.indexOf(frozen))}
          >
            <span className={styles.presetTitle}>
              {t(`regimeTitles.${regime}`)}
              {isAdvised && <span className={styles.quiet}>{t('recommended')}</span>}
            </span>
            <span className={styles.quiet}>{t(`regimeDetails.${regime}`)}</span>
            {isAdvised && <Reason grounds={advice.grounds} stageTitle={stageTitle(plan)} />}
          </button>
        );
      })}
    </fieldset>
  );
}

function stageTitle({ blocks }: TrainPlan): (stage: string) => string {
  return (stage) => blocks.find((block) => block.stage === stage)?.title ?? stage;
}

type ReasonProps = { readonly grounds: RegimeGrounds; readonly stageTitle: (stage: string) => string };

function Reason({ grounds, stageTitle: titleOf }: ReasonProps) {
  const t = useText('train');
  const format = useFormat();
  const figures = {
    count: 'photos' in grounds ? grounds.photos : 0,
    photos: 'photos' in grounds ? format.count(grounds.photos) : '',
    correct: 'correct' in grounds ? format.count(grounds.correct) : '',
    total: 'total' in grounds ? format.count(grounds.total) : '',
    stage: 'stage' in grounds ? titleOf(grounds.stage) : '',
  };
  return <span>{t(`grounds.${grounds.kind}`, figures)}</span>;
}
