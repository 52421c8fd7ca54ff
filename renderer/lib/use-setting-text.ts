import type { AugmentationPolicy } from '../../shared/domain/augmentation.ts';
import type { RunConfig } from '../../shared/domain/run.ts';
import { augmentationKind } from './augmentation-kind.ts';
import { backboneTitle, freezeDepthOf } from './freeze-depth.ts';
import { useText } from './i18n/i18n.ts';
import { type SettingName, settingOf } from './run-settings.ts';
import { useDepthText } from './use-depth-text.ts';
import { useFormat } from './use-format.ts';

/** Values of a recipe that are words; Train names them where they are chosen. */
const CHOICES = [
  'sgd',
  'adamw',
  'rmsprop',
  'constant',
  'cosine',
  'step',
  'one-cycle',
  'balanced',
  'train',
  'freeze',
] as const;

/** Values of settings in the person's language: 'Softmax only', 'chosen by cross-validation', '0.001'. */
export function useSettingText(): (config: RunConfig, name: SettingName) => string {
  const t = useText('compare');
  const runs = useText('runs');
  const train = useText('train');
  const format = useFormat();
  const depthText = useDepthText();
  const ofConfig = (config: RunConfig, name: SettingName): string | null => {
    if (name === 'backbone') return backboneTitle(config.backbone);
    if (name === 'seed') return String(config.seed);
    if (name === 'augmentation') {
      return runs(`augmentation.${augmentationKind(config.augmentation as AugmentationPolicy | undefined)}`);
    }
    if (name === 'frozenThrough') {
      const depth = freezeDepthOf(config.backbone, config.frozenThrough);
      return depth === null ? config.frozenThrough : depthText(depth);
    }
    if (name !== 'selection') return null;
    const { selection } = config;
    if (selection.kind === 'validation') return t('selectionValidation');
    const folds = format.count(selection.folds);
    return selection.kind === 'fold'
      ? t('selectionFold', { fold: format.count(selection.fold + 1), folds })
      : t('selectionFolds', { folds });
  };
  return (config, name) => {
    const special = ofConfig(config, name);
    if (special !== null) return special;
    const value = settingOf(config, name);
    if (typeof value === 'number') return format.number(value, 6);
    if (typeof value === 'boolean') return value ? t('on') : t('off');
    if (value === 'auto') return t('auto');
    if (value === null || value === 'none') return t('off');
    const choice = CHOICES.find((one) => one === value);
    return choice === undefined ? String(value) : train(`choices.${choice}`);
  };
}
