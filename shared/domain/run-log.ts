/** What an entry of a run's log is about: each has a name in every language; the details stand in the entry's message. */
import { z } from 'zod';

/** Logged by the engine while it trains. */
export const TrainingLogKind = z.enum([
  'settings-chosen',
  'trials-kept',
  'less-memory',
  'finish-asked',
  'checkpoint-skipped',
  'device-changed',
  'resumed',
  'colour-axes',
]);
export type TrainingLogKind = z.infer<typeof TrainingLogKind>;

/** These, and what the host logs around a training. */
export const RunLogKind = z.enum([
  ...TrainingLogKind.options,
  'device-lost',
  'interrupted',
  'cancelled',
  'failed',
  'unpacked',
]);
export type RunLogKind = z.infer<typeof RunLogKind>;
