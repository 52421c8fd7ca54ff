import { findRate } from '../commands/find-rate.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createRateHandlers({ open }: HandlerParts): Pick<Handlers, 'runs.find-rate'> {
  return { 'runs.find-rate': async (input, context) => findRate(open(), input, context) };
}
