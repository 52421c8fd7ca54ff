import type { Translated } from '../../lib/i18n/shape.ts';
import type { settings as english } from '../en/settings.ts';

export const settings = {
  title: '设置',
} as const satisfies Translated<typeof english>;
