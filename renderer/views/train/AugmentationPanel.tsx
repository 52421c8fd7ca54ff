import { Select, Slider } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import {
  type AugmentationPolicy,
  type AugmentationPreset,
  augmentationPresets,
  isIdentityPolicy,
} from '../../../shared/domain/augmentation.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useFormat } from '../../lib/use-format.ts';
import { Panel } from '../../parts/Panel.tsx';
import { ColourAxes } from './ColourAxes.tsx';
import { DistortionChoices } from './DistortionChoices.tsx';
import { DistortionRow } from './DistortionRow.tsx';
import { colour, countDistortions, geometry, presetOf } from './distortions.ts';
import { setAugmentation } from './draft.ts';
import { type Extreme, Previews } from './Previews.tsx';
import styles from './train.module.css';
import type { TrainPlan } from './use-train-plan.ts';

type AugmentationPanelProps = { readonly plan: TrainPlan };

/** How photos are distorted while they are learned from: a line, and on demand every distortion with a preview. */
export function AugmentationPanel({ plan }: AugmentationPanelProps) {
  const t = useText('train');
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { augmentation } = plan.draft;
  const preset = presetOf(augmentation);
  const summary = isIdentityPolicy(augmentation)
    ? t('augmentationOff')
    : `${t(`presets.${preset ?? 'own'}`)} · ${t('augmentationSummary', { count: countDistortions(augmentation), shown: format.count(countDistortions(augmentation)) })}`;
  return (
    <Panel>
      <button type="button" className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
        <span className={styles.foldTitle}>{t('augmentation')}</span>
        <span className={styles.foldSummary}>{summary}</span>
      </button>
      {isOpen && <AugmentationEditor plan={plan} />}
    </Panel>
  );
}

function AugmentationEditor({ plan }: AugmentationPanelProps) {
  const t = useText('train');
  const [extreme, setExtreme] = useState<Extreme | null>(null);
  const policy = plan.draft.augmentation;
  const preset = presetOf(policy);
  const presetIds = Object.keys(augmentationPresets) as AugmentationPreset[];
  return (
    <div className={styles.augmentation}>
      <div>
        <Select
          label={t('preset')}
          allowDeselect={false}
          data={[
            ...presetIds.map((id) => ({ value: id as string, label: t(`presets.${id}`) })),
            ...(preset === null ? [{ value: 'own', label: t('presets.own') }] : []),
          ]}
          value={preset ?? 'own'}
          onChange={(id) => {
            const chosen = presetIds.find((one) => one === id);
            if (chosen !== undefined)
              setAugmentation({ ...augmentationPresets[chosen], cachedViews: policy.cachedViews });
          }}
        />
        <CropRow policy={policy} />
        <div className={styles.columnHead} aria-hidden="true">
          <span />
          <span>{t('columnProbability')}</span>
          <span>{t('columnStrength')}</span>
        </div>
        {[...geometry, ...colour].map((distortion) => (
          <DistortionRow key={distortion.id} distortion={distortion} policy={policy} onExtreme={setExtreme} />
        ))}
        <DistortionChoices policy={policy} />
        <FullStrength plan={plan} />
        <CachedViews plan={plan} />
      </div>
      <div className={styles.previews}>
        <Previews policy={policy} backbone={plan.draft.backbone} extreme={extreme} />
        {policy.pcaColour.probability > 0 && <ColourAxes source={policy.pcaColour.source} />}
      </div>
    </div>
  );
}

type PolicyProps = { readonly policy: AugmentationPolicy };

function CropRow({ policy }: PolicyProps) {
  const t = useText('train');
  const format = useFormat();
  const { crop } = policy;
  const modes = {
    centre: { kind: 'centre' },
    random: { kind: 'random', minArea: 0.5, maxArea: 1, minAspect: 0.8, maxAspect: 1.25 },
    fixed: { kind: 'fixed', paddingPixels: 0 },
  } as const;
  return (
    <div className={styles.cropRow}>
      <span>{t('distortions.crop')}</span>
      <Select
        aria-label={t('cropMode')}
        allowDeselect={false}
        data={(['centre', 'random', 'fixed'] as const).map((value) => ({ value, label: t(`crops.${value}`) }))}
        value={crop.kind}
        onChange={(kind) => {
          if (kind !== null) setAugmentation({ ...policy, crop: modes[kind as keyof typeof modes] });
        }}
      />
      {crop.kind === 'random' && (
        <Slider
          thumbLabel={t('smallestArea')}
          min={0.05}
          max={1}
          step={0.05}
          value={crop.minArea}
          label={(area) => format.percent(area, 0)}
          onChange={(minArea) => setAugmentation({ ...policy, crop: { ...crop, minArea } })}
        />
      )}
    </div>
  );
}

/** Where photos are drawn anew in each epoch, the strengths can rise from nothing to what was set. */
function FullStrength({ plan: { draft, stop } }: AugmentationPanelProps) {
  const t = useText('train');
  const format = useFormat();
  const { augmentation } = draft;
  const { rampEpochs } = augmentation.magnitude;
  if (stop > 0 || isIdentityPolicy(augmentation)) return null;
  return (
    <div className={styles.distortion}>
      <span>{t('fullStrength')}</span>
      <span>{format.count(rampEpochs)}</span>
      <Slider
        thumbLabel={t('fullStrength')}
        min={0}
        max={draft.recipe.epochs}
        value={rampEpochs}
        onChange={(epochs) =>
          setAugmentation({ ...augmentation, magnitude: { start: epochs === 0 ? 1 : 0, end: 1, rampEpochs: epochs } })
        }
      />
    </div>
  );
}

/** Where a part is frozen, distorted views are stored: more of them vary more and take more disk. */
function CachedViews({ plan: { draft, stop, summary } }: AugmentationPanelProps) {
  const t = useText('train');
  const format = useFormat();
  const { augmentation } = draft;
  if (stop === 0 || isIdentityPolicy(augmentation)) return null;
  const bytes = summary.planned === null ? null : summary.planned.cacheBytes * augmentation.cachedViews;
  return (
    <>
      <div className={styles.distortion}>
        <span>{t('views')}</span>
        <span>{format.count(augmentation.cachedViews)}</span>
        <Slider
          thumbLabel={t('views')}
          min={1}
          max={64}
          value={augmentation.cachedViews}
          onChange={(cachedViews) => setAugmentation({ ...augmentation, cachedViews })}
        />
      </div>
      <p className={styles.ladderNote}>
        {t('viewsHint', { views: format.count(augmentation.cachedViews), bytes: format.bytes(bytes) })}
      </p>
    </>
  );
}
