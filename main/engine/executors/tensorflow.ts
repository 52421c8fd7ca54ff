import { AppError } from '../../../shared/contract/errors.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import { findTensorFlowStamp } from '../protocol/tensorflow-stamp.ts';
import { openTensorFlow } from '../tensorflow/door.ts';
import { createModel } from '../tensorflow/interpreter.ts';
import type { TensorOps } from '../tensorflow/ops.ts';
import type { ExecutorCandidate, PrefixExecutor, PrefixRequest } from './executor.ts';
import { findNvidiaGpus } from './nvidia.ts';

/** TensorFlow where it has a GPU; and on any device as the last resort, for machines where ONNX Runtime does not open. */
export function tensorFlowCandidates(): ExecutorCandidate[] {
  const stamp = findTensorFlowStamp();
  const version = stamp === null ? 'unknown' : `${stamp.tensorflow} ${stamp.libraryPath}`;
  return [
    { name: 'tensorflow-gpu', version, isLastResort: false, open: openOnGpu },
    { name: 'tensorflow-cpu', version, isLastResort: true, open: openWhereNoGpu },
  ];
}

/** Looks for a card before the library is loaded, which costs about 1 s and 600 MB. */
async function openOnGpu(request: PrefixRequest): Promise<PrefixExecutor> {
  const why = whyNoTensorFlowGpu();
  if (why !== null) throw new AppError('BACKEND_MISSING', why);
  const executor = await openTensorFlowExecutor(request);
  if (executor.device === 'gpu') return executor;
  await executor.close();
  throw new AppError('BACKEND_MISSING', noUsableGpu);
}

/** On a machine with a GPU this would be the GPU once more: the library takes it for the whole process. */
async function openWhereNoGpu(request: PrefixRequest): Promise<PrefixExecutor> {
  const executor = await openTensorFlowExecutor(request);
  if (executor.device === 'cpu' || whyNoTensorFlowGpu() !== null) return executor;
  await executor.close();
  throw new AppError('BACKEND_MISSING', 'TensorFlow computes on its GPU here.');
}

const noUsableGpu =
  'TensorFlow sees no GPU that it can use, though there is an NVIDIA driver. Check that the driver is new enough for its CUDA.';

/** What is known without loading TensorFlow; null: it may have a GPU. */
export function whyNoTensorFlowGpu(): string | null {
  const stamp = findTensorFlowStamp();
  if (stamp?.tensorflow === 'missing') return `TensorFlow is not installed: ${stamp.why}`;
  const hasCard = findNvidiaGpus().length > 0;
  if (stamp?.tensorflow === 'cpu') {
    const card = hasCard ? '' : 'There is no NVIDIA driver on this machine, and ';
    return `${card}the CPU build of libtensorflow is installed. With an NVIDIA card: npm run bootstrap -- --gpu`;
  }
  return hasCard ? null : 'There is no NVIDIA driver on this machine.';
}

/** The interpreter on the prefix, on whatever device TensorFlow has. Throws BACKEND_MISSING. */
export async function openTensorFlowExecutor(request: PrefixRequest): Promise<PrefixExecutor> {
  return createOpsExecutor(await openTensorFlow({ threads: request.threads }), request);
}

export function createOpsExecutor(ops: TensorOps, { prefix, weights }: PrefixRequest): PrefixExecutor {
  const node = mainOutputNode(prefix);
  const shape = node === 'input' ? prefix.inputShape : inferShapes(prefix).get(node);
  if (shape === undefined) throw new AppError('BUG', `Node '${node}' has no shape. Please report it.`);
  const model = createModel(ops, prefix, { weights, trainable: () => false });
  const { backend, device, version, threads } = ops.facts;
  return {
    name: `${backend}-${device}`,
    version,
    device,
    threads,
    rowLength: shape.reduce((product, extent) => product * extent, 1),
    run: (input) => model.forward(input),
    close: async () => model.close(),
  };
}
