import type { Translated } from '../../lib/i18n/shape.ts';
import type { use as english } from '../en/use.ts';

export const use = {
  title: '使用',
} as const satisfies Translated<typeof english>;
