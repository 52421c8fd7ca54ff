/** The one door to TensorFlow: nothing else loads tfjs or its addon. One engine process opens one backend, once. */
import { createRequire } from 'node:module';
import { AppError } from '../../../shared/contract/errors.ts';
import { createByNameOps, type NodeBackend } from './by-name.ts';
import type { TensorOps } from './ops.ts';
import { createPlainOps, type TfLibrary } from './plain.ts';

const requireHere = createRequire(import.meta.url);

/**
 * Loads libtensorflow and gives its operations.
 *
 * threads: at least 1; results repeat bit for bit only at the same number. Throws BACKEND_MISSING where the addon is not
 * built or does not load.
 */
export async function openTensorFlow(options: { readonly threads: number }): Promise<TensorOps> {
  process.env.TF_ENABLE_ONEDNN_OPTS = '1'; // off by default on some CPUs; doubles the speed
  process.env.TF_NUM_INTRAOP_THREADS = String(options.threads);
  process.env.TF_NUM_INTEROP_THREADS = '1'; // eager ops run one after the other
  process.env.TF_CPP_MIN_LOG_LEVEL = '2';
  defineIsNullOrUndefined();
  const tf = loadAddon();
  tf.enableProdMode();
  const backend = tf.backend() as unknown as NodeBackend;
  return createByNameOps(tf, backend, {
    backend: 'tensorflow',
    device: backend.isUsingGpuDevice ? 'gpu' : 'cpu',
    version: String(backend.binding.TF_Version),
    threads: options.threads,
  });
}

/** The slow fallback that needs no addon: plain tfjs in JavaScript, one thread. For machines without libtensorflow. */
export async function openPlainCpu(): Promise<TensorOps> {
  const tf = requireHere('@tensorflow/tfjs') as TfLibrary;
  tf.enableProdMode();
  await tf.setBackend('cpu');
  await tf.ready();
  return createPlainOps(tf, { backend: 'cpu', device: 'cpu', version: tf.version_core, threads: 1 });
}

/** tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed. */
function defineIsNullOrUndefined(): void {
  const util = requireHere('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

function loadAddon(): TfLibrary {
  try {
    return requireHere('@tensorflow/tfjs-node-gpu') as TfLibrary;
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new AppError('BACKEND_MISSING', `TensorFlow does not load: ${why} Run: npm run bootstrap`, { cause });
  }
}
