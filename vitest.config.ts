import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'main/**/*.test.ts',
      'shared/**/*.test.ts',
      'renderer/**/*.test.ts',
      'scripts/**/*.test.ts',
      'e2e/**/*.test.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 600_000, // ends what hangs; two trainings on two cores that do other things too have taken four minutes each
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000, interval: 100 } }, // of what a window shows
  },
});
