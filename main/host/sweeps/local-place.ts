/** Trials on this machine: in the host's own engine and, where more are asked for, in others beside it. */
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import { trainRecorded } from '../commands/run-training.ts';
import { createEngineClient, type EngineClient } from '../engine-client.ts';
import type { Session } from '../session.ts';
import type { TrialPlace } from './place.ts';

/** Phases in which the frozen part has been stored already. */
const AFTER_FEATURES: readonly string[] = ['cross-validating', 'training'];

/**
 * `engines`: at least 1. The cache has one writer: of trials with the same frozen part the first one fills it, and the
 * others wait until it has.
 */
export function openLocalPlace(session: Session, engines: number, create = createEngineClient): TrialPlace {
  const added = Array.from({ length: engines - 1 }, () => create());
  const free: EngineClient[] = [session.engine, ...added];
  const filled = new Map<string, Promise<void>>();
  return {
    slots: engines,
    name: null,
    train: async (plan, context) => {
      const { backbone, frozenThrough, augmentation } = plan.config;
      const key = JSON.stringify([backbone, frozenThrough, augmentation]);
      await filled.get(key);
      const filling = Promise.withResolvers<void>();
      if (!filled.has(key)) filled.set(key, filling.promise);
      const engine = free.pop() ?? session.engine;
      const onEvent = (event: CommandEvent): void => {
        if (event.kind === 'progress' && AFTER_FEATURES.includes(event.progress.phase)) filling.resolve();
        context.onEvent(event);
      };
      try {
        return await trainRecorded({ ...session, engine }, plan, { ...context, onEvent });
      } finally {
        filling.resolve();
        free.push(engine);
      }
    },
    close: async () => {
      await Promise.all(added.map((engine) => engine.close()));
    },
  };
}
