import { type DimensionName, DimensionName as Names, type Setting } from '../../../shared/domain/sweep.ts';
import { backboneTitle, freezeDepthOf } from '../../lib/freeze-depth.ts';
import { useText } from '../../lib/i18n/i18n.ts';
import { useDepthText } from '../../lib/use-depth-text.ts';
import { useFormat } from '../../lib/use-format.ts';

const CHOICES = ['sgd', 'adamw', 'rmsprop', 'constant', 'cosine', 'step', 'one-cycle', 'balanced', 'train', 'freeze'];
type Choice = 'sgd';

export type DimensionTexts = {
  readonly nameOf: (name: DimensionName) => string;
  readonly textOfValue: (name: DimensionName, value: Setting | undefined, backbone: string) => string;
};

/** Settings that are searched for, and their values, in the person's language. */
export function useDimensionTexts(): DimensionTexts {
  const compare = useText('compare');
  const train = useText('train');
  const format = useFormat();
  const depthText = useDepthText();
  const depthOf = (freeze: string, backbone: string): string => {
    if (freeze === 'all') return train('regimeTitles.softmax');
    if (freeze === 'none') return train('regimeTitles.everything');
    const depth = freezeDepthOf(backbone, freeze);
    return depth === null ? freeze : depthText(depth);
  };
  return {
    nameOf: (name) => compare(`settings.${name === 'freeze' ? 'frozenThrough' : name}`),
    textOfValue: (name, value, backbone) => {
      if (value === undefined) return format.number(null);
      if (name === 'backbone') return backboneTitle(String(value));
      if (name === 'freeze') return depthOf(String(value), backbone);
      if (typeof value === 'number') return format.number(value, 4);
      if (typeof value === 'boolean') return compare(value ? 'on' : 'off');
      if (value === 'auto') return compare('auto');
      if (value === null || value === 'none') return compare('off');
      return CHOICES.includes(value) ? train(`choices.${value as Choice}`) : value;
    },
  };
}

/** Settings of the recipe that may be searched for; networks and depths have fields of their own. */
export const SEARCHABLE: readonly DimensionName[] = Names.options.filter(
  (name) => name !== 'backbone' && name !== 'freeze',
);
