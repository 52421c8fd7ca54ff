/** An executor that is opened with its first batch: where all features are in the cache it never is. */
import type { ExecutorFacts, PrefixExecutor } from './executor.ts';

/** `facts`: what it will be once it is open. A failure to open is told by `run`, each time it is asked. */
export function openLazily(facts: ExecutorFacts, open: () => Promise<PrefixExecutor>): PrefixExecutor {
  let opening: Promise<PrefixExecutor> | null = null;
  return {
    ...facts,
    run: async (input, batch) => {
      opening ??= open();
      return (await opening).run(input, batch);
    },
    close: async () => {
      const opened = await opening?.catch(() => null); // run told why
      await opened?.close();
    },
  };
}
