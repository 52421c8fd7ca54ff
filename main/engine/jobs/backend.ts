import { AppError } from '../../../shared/contract/errors.ts';
import { openPlainCpu, openTensorFlow } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';

/** TensorFlow, else plain tfjs on the CPU with a note that says so: never a silent fallback. */
export async function openTrainer(threads: number, note: (text: string) => void): Promise<TensorOps> {
  try {
    return await openTensorFlow({ threads });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BACKEND_MISSING') throw error;
    note(`Training without TensorFlow, in JavaScript on the CPU: slow. ${error.message}`);
    return openPlainCpu();
  }
}

/** The trainer as shown and stored with a run. */
export function describeTrainer(ops: TensorOps): string {
  const { backend, device, version, threads } = ops.facts;
  return `${backend}-${device} ${version}, ${threads} threads`;
}
