/**
 * The one door to TensorFlow: nothing else loads tfjs or its addon.
 *
 * A process may open several backends, one after the other: the last one opened is in use, and the operations of those
 * before it are of no use until they are opened again.
 */
import { createRequire } from 'node:module';
import { AppError } from '../../../shared/contract/errors.ts';
import { findTensorFlowStamp, type TensorFlowStamp } from '../protocol/tensorflow-stamp.ts';
import { createByNameOps, type NodeBackend } from './by-name.ts';
import type { TensorOps } from './ops.ts';
import { createPlainOps, type TfLibrary } from './plain.ts';

const requireHere = createRequire(import.meta.url);

/**
 * Loads libtensorflow and gives its operations.
 *
 * threads: at least 1; results repeat bit for bit only at the same number. Throws BACKEND_MISSING where the addon is not
 * built or does not load, or the bootstrap says that it cannot be had. On a GPU memory grows as it is needed.
 */
export async function openTensorFlow(options: {
  readonly threads: number;
  readonly stamp?: TensorFlowStamp | null; // that of the checkout
}): Promise<TensorOps> {
  const stamp = options.stamp === undefined ? findTensorFlowStamp() : options.stamp;
  if (stamp?.tensorflow === 'missing') throw new AppError('BACKEND_MISSING', `TensorFlow is missing: ${stamp.why}`);
  process.env.TF_ENABLE_ONEDNN_OPTS = '1'; // off by default on some CPUs; doubles the speed
  process.env.TF_NUM_INTRAOP_THREADS = String(options.threads);
  process.env.TF_NUM_INTEROP_THREADS = '1'; // eager ops run one after the other
  process.env.TF_CPP_MIN_LOG_LEVEL = '2';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH = 'true';
  defineIsNullOrUndefined();
  const tf = loadAddon();
  tf.enableProdMode();
  await tf.setBackend('tensorflow');
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

/** tfjs itself, for running models of others' making as others run them: on TensorFlow where it is there, else plain. */
export async function openLibrary(threads: number): Promise<{ readonly tf: TfLibrary; readonly name: string }> {
  try {
    const { facts } = await openTensorFlow({ threads });
    const tf = loadAddon();
    return { tf, name: `TensorFlow.js ${tf.version_core} in Node, on TensorFlow ${facts.version}` };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BACKEND_MISSING') throw error;
    await openPlainCpu();
    const tf = requireHere('@tensorflow/tfjs') as TfLibrary;
    return { tf, name: `TensorFlow.js ${tf.version_core} in Node, without TensorFlow` };
  }
}

/** Where the whole of tfjs lies as one file for a browser page. */
export function browserLibraryFile(): string {
  return requireHere.resolve('@tensorflow/tfjs/dist/tf.min.js');
}

type AdapterInfo = {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
};
type Adapter = { readonly info: AdapterInfo };
type Gpu = { requestAdapter(options: object): Promise<Adapter | null> };

/**
 * tfjs on WebGPU. A software adapter is opened too, and reported as what it is: device 'cpu'.
 *
 * Throws BACKEND_MISSING where there is no adapter.
 */
export async function openWebGpu(): Promise<TensorOps> {
  const { info } = await findAdapter();
  const tf = requireHere('@tensorflow/tfjs') as TfLibrary;
  requireHere('@tensorflow/tfjs-backend-webgpu');
  tf.enableProdMode();
  if (!(await tf.setBackend('webgpu')))
    throw new AppError('BACKEND_MISSING', `WebGPU: ${nameOf(info)} gives no device. Update the graphics driver.`);
  await tf.ready();
  const isSoftware = info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe/i.test(nameOf(info));
  const version = `${tf.version_core} on ${nameOf(info)}`;
  return createPlainOps(tf, { backend: 'webgpu', device: isSoftware ? 'cpu' : 'gpu', version, threads: 1 });
}

function nameOf({ vendor, architecture, description }: AdapterInfo): string {
  return description === '' ? `${vendor} ${architecture}` : description;
}

/** Puts WebGPU where tfjs looks for it, `navigator.gpu`, which must be there before its backend is loaded. */
async function findAdapter(): Promise<Adapter> {
  const host = globalThis.navigator as { gpu?: Gpu };
  if (host.gpu === undefined) {
    try {
      const { create, globals } = requireHere('webgpu') as { create(flags: string[]): Gpu; globals: object };
      Object.assign(globalThis, globals);
      Object.defineProperty(host, 'gpu', { value: create([]), configurable: true });
    } catch (cause) {
      throw new AppError('BACKEND_MISSING', `WebGPU does not load: ${firstLine(cause)}`, { cause });
    }
  }
  const adapter = await host.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return adapter;
  throw new AppError('BACKEND_MISSING', 'WebGPU finds no graphics adapter: no card, or its driver is not installed.');
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
    throw new AppError('BACKEND_MISSING', `TensorFlow does not load: ${firstLine(cause)} Run: npm run bootstrap`, {
      cause,
    });
  }
}

function firstLine(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
}
