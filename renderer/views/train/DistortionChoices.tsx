import { Select, Slider } from '@mantine/core';
import { useState } from 'react';
import type { AugmentationPolicy } from '../../../shared/domain/augmentation.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import choices from './choices.module.css';
import { type ShiftChannel, type ShiftKind, shiftChannels, shiftOfChannel, withShiftKind } from './distortions.ts';
import { setAugmentation } from './draft.ts';
import { HistogramBars } from './HistogramBars.tsx';
import styles from './train.module.css';

type DistortionChoicesProps = { readonly policy: AugmentationPolicy };

/** What is chosen rather than dosed, for the distortions that are on. */
export function DistortionChoices({ policy }: DistortionChoicesProps) {
  const t = useText('train');
  const { warp, channelShift, pcaColour } = policy;
  return (
    <div className={styles.fields}>
      <BorderChoice policy={policy} />
      {warp.probability > 0 && (
        <>
          <Select
            label={t('warpKind')}
            allowDeselect={false}
            data={(['elastic', 'grid'] as const).map((value) => ({ value, label: t(`warpKinds.${value}`) }))}
            value={warp.kind}
            onChange={(kind) =>
              setAugmentation({ ...policy, warp: { ...warp, kind: kind === 'grid' ? 'grid' : 'elastic' } })
            }
          />
          <Slider
            thumbLabel={t('smoothness')}
            min={0.01}
            max={0.5}
            step={0.01}
            value={warp.smoothness}
            onChange={(smoothness) => setAugmentation({ ...policy, warp: { ...warp, smoothness } })}
          />
        </>
      )}
      {channelShift.probability > 0 && <ShiftChoices policy={policy} />}
      {pcaColour.probability > 0 && (
        <Select
          label={t('pcaSource')}
          allowDeselect={false}
          data={(['imagenet', 'training-photos'] as const).map((value) => ({ value, label: t(`pcaSources.${value}`) }))}
          value={pcaColour.source}
          onChange={(source) =>
            setAugmentation({
              ...policy,
              pcaColour: { ...pcaColour, source: source === 'imagenet' ? 'imagenet' : 'training-photos' },
            })
          }
        />
      )}
    </div>
  );
}

const borderKinds = ['reflect', 'edge', 'colour'] as const;
const GREY = '#808080';

function BorderChoice({ policy }: DistortionChoicesProps) {
  const t = useText('train');
  const { border } = policy;
  return (
    <div className={choices.border}>
      <Select
        label={t('border')}
        allowDeselect={false}
        data={borderKinds.map((value) => ({ value, label: t(`borders.${value}`) }))}
        value={border.kind}
        onChange={(kind) => {
          const chosen = borderKinds.find((one) => one === kind) ?? 'reflect';
          setAugmentation({
            ...policy,
            border: chosen === 'colour' ? { kind: chosen, colour: GREY } : { kind: chosen },
          });
        }}
      />
      {border.kind === 'colour' && (
        <input
          type="color"
          aria-label={t('borderColour')}
          className={choices.borderColour}
          value={border.colour}
          onChange={({ target }) =>
            setAugmentation({ ...policy, border: { kind: 'colour', colour: target.value.toLowerCase() } })
          }
        />
      )}
    </div>
  );
}

const shiftKinds = ['uniform', 'normal', 'truncated-normal', 'laplace', 'histogram'] as const;

/** What the shifts are drawn from: for the three channels alike, or each on its own. */
function ShiftChoices({ policy }: DistortionChoicesProps) {
  const t = useText('train');
  const [channel, setChannel] = useState<ShiftChannel>('all');
  return (
    <>
      <Select
        label={t('distribution')}
        allowDeselect={false}
        data={shiftKinds.map((value) => ({ value, label: t(`distributions.${value}`) }))}
        value={shiftOfChannel(policy, channel).kind}
        onChange={(kind) => setAugmentation(withShiftKind(policy, kind as ShiftKind, channel))}
      />
      <Select
        label={t('shiftChannel')}
        allowDeselect={false}
        data={shiftChannels.map((value) => ({ value, label: t(`shiftChannels.${value}`) }))}
        value={channel}
        onChange={(chosen) => setChannel(shiftChannels.find((one) => one === chosen) ?? 'all')}
      />
      <HistogramBars policy={policy} channel={channel} />
    </>
  );
}
