import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const BackendStamp = z.object({ tensorflow: z.enum(['cpu', 'gpu', 'missing']), why: z.string() });

/** Says in one line each which tests cannot run here or were not asked for, and what would bring them in. */
export function leftOut(root: string, env: Readonly<Record<string, string | undefined>>, isFull: boolean): string[] {
  const lines: string[] = [];
  const shared = env.THAW_SHARED ?? join(root, '..', 'shared');
  if (!existsSync(shared)) {
    lines.push(
      'tests against the reference weights, data sets and parity oracles (no ../shared; THAW_SHARED names another place)',
    );
  }
  const why = findMissingTensorflow(join(root, 'node_modules', '.thaw-stamp.json'));
  if (why !== undefined) lines.push(`tests of training on TensorFlow (${why})`);
  if (!isFull) lines.push('long tests (`npm run test:full` runs them)');
  return lines;
}

function findMissingTensorflow(stampPath: string): string | undefined {
  if (!existsSync(stampPath)) return '`npm run bootstrap` was not run';
  const stamp = BackendStamp.safeParse(JSON.parse(readFileSync(stampPath, 'utf8')));
  if (!stamp.success) return `${stampPath} is damaged: run \`npm run bootstrap\``;
  return stamp.data.tensorflow === 'missing' ? stamp.data.why : undefined;
}
