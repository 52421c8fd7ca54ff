/** The few steps on TensorFlow's CPU where it has a GPU too: a process of its own, since the library takes one device. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';

const CHILD_LIMIT_MS = 60_000;
const Answer = z.strictObject({ losses: z.array(z.number()), stepsPerSecond: z.number(), trainer: z.string() });
export type Answer = z.infer<typeof Answer>;

const entryPath = fileURLToPath(new URL('./doctor-child-entry.ts', import.meta.url));

/** Throws BACKEND_MISSING where the process fails. */
export async function trainFewStepsOnCpu(threads: number): Promise<Answer> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [entryPath, String(threads)], {
      env: { ...process.env, CUDA_VISIBLE_DEVICES: '-1' },
      timeout: CHILD_LIMIT_MS,
    });
    return Answer.parse(JSON.parse(stdout));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('BACKEND_MISSING', `TensorFlow with its GPU hidden did not run: ${why}`, { cause });
  }
}
