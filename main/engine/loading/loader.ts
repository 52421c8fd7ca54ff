import { type LoadedBatch, openProducers, type Pass, type PassRequest, type ProducerOptions } from './producers.ts';

export type LoaderOptions<V> = ProducerOptions & Omit<PassRequest<V>, 'onWait'>;

/** One pass over the items: iterate once, in order; breaking off stops it. */
export type Loader = Omit<Pass, 'threadsWaitedMs'> & {
  readonly itemCount: number;
  readonly viewCount: number;
  readonly stop: () => Promise<void>; // ends iteration; no thread is left when it resolves
};

/** A single pass with threads of its own (see openProducers), which end with it. */
export function createLoader<V>(options: LoaderOptions<V>): Loader {
  const producers = openProducers<V>(options);
  const pass = producers.pass(options);
  const stop = async (): Promise<void> => {
    await pass.stop();
    await producers.close();
  };
  return {
    itemCount: options.items.length,
    viewCount: options.views.length,
    stop,
    async *[Symbol.asyncIterator](): AsyncGenerator<LoadedBatch, void, undefined> {
      try {
        yield* pass;
      } finally {
        await stop();
      }
    },
  };
}
