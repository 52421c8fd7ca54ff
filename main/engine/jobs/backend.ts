import { AppError } from '../../../shared/contract/errors.ts';
import { openPlainCpu, openTensorFlow, openWebGpu } from '../tensorflow/door.ts';
import type { TensorOps } from '../tensorflow/ops.ts';

export type TrainerOpeners = {
  readonly openTensorFlow: (options: { readonly threads: number }) => Promise<TensorOps>;
  readonly openWebGpu: () => Promise<TensorOps>;
  readonly openPlainCpu: () => Promise<TensorOps>;
};

/**
 * TensorFlow, else WebGPU on a graphics card, else plain tfjs on the CPU; a note says what is used instead and why.
 *
 * WebGPU in software is slower than plain tfjs, which can always be had: it is never used.
 */
export async function openTrainer(
  threads: number,
  note: (text: string) => void,
  openers: TrainerOpeners = { openTensorFlow, openWebGpu, openPlainCpu },
): Promise<TensorOps> {
  const tensorFlow = await attempt(() => openers.openTensorFlow({ threads }));
  if (typeof tensorFlow !== 'string') return tensorFlow;
  const webGpu = await attempt(openers.openWebGpu);
  if (typeof webGpu !== 'string' && webGpu.facts.device === 'gpu') {
    note(`Training without TensorFlow, on WebGPU (${webGpu.facts.version}). ${tensorFlow}`);
    return webGpu;
  }
  const why = typeof webGpu === 'string' ? webGpu : `WebGPU is in software only (${webGpu.facts.version}).`;
  note(`Training without TensorFlow, in JavaScript on the CPU: slow. ${tensorFlow} ${why}`);
  return openers.openPlainCpu();
}

/** The operations, or why they are missing. */
export async function attempt(open: () => Promise<TensorOps>): Promise<TensorOps | string> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof AppError && error.code === 'BACKEND_MISSING') return error.message;
    throw error;
  }
}

/** The trainer as shown and stored with a run. */
export function describeTrainer(ops: TensorOps): string {
  const { backend, device, version, threads } = ops.facts;
  return `${backend === 'cpu' ? 'tfjs' : backend}-${device} ${version}, ${threads} thread${threads === 1 ? '' : 's'}`;
}
