import { AppError } from '../../../shared/contract/errors.ts';
import { inferShapes } from '../../../shared/networks/shapes.ts';
import { mainOutputNode } from '../../../shared/networks/split.ts';
import { type OnnxProvider, onnxRuntimeVersion, openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { ExecutorCandidate, ExecutorFacts, PrefixExecutor, PrefixRequest } from './executor.ts';
import { findNvidiaGpus } from './nvidia.ts';

const providersOf: Partial<Record<NodeJS.Platform, readonly OnnxProvider[]>> = {
  linux: ['cuda', 'cpu'],
  win32: ['cuda', 'dml', 'cpu'],
  darwin: ['coreml', 'cpu'],
};

/** ONNX Runtime on each provider that a platform may have, the CPU last. */
export function onnxCandidates(platform: NodeJS.Platform): ExecutorCandidate[] {
  return (providersOf[platform] ?? (['cpu'] as const)).map((provider) => ({
    name: `onnxruntime-${provider}`,
    version: onnxRuntimeVersion,
    isLastResort: false,
    open: (request) => openOnnxExecutor(provider, request),
    ...(provider === 'cpu' && { foretell: factsOnCpu }),
  }));
}

function factsOnCpu({ prefix, threads }: PrefixRequest): ExecutorFacts {
  const node = mainOutputNode(prefix);
  const shape = node === 'input' ? prefix.inputShape : inferShapes(prefix).get(node)!;
  const rowLength = shape.reduce((product, extent) => product * extent, 1);
  return { name: 'onnxruntime-cpu', version: onnxRuntimeVersion, device: 'cpu', threads, rowLength };
}

/** The prefix as an ONNX graph, batch norm folded. Throws BACKEND_MISSING where the provider cannot be had. */
export async function openOnnxExecutor(provider: OnnxProvider, request: PrefixRequest): Promise<PrefixExecutor> {
  if (provider === 'cuda' && findNvidiaGpus().length === 0)
    throw new AppError('BACKEND_MISSING', 'There is no NVIDIA driver on this machine.');
  const { prefix, weights, threads } = request;
  const model = writeOnnx(prefix, weights, {
    outputNode: mainOutputNode(prefix),
    preprocessing: 'none',
    batch: 'dynamic',
  });
  const session = await openOnnxSession({ model, threads, provider });
  return {
    name: `onnxruntime-${provider}`,
    version: onnxRuntimeVersion,
    device: provider === 'cpu' ? 'cpu' : 'gpu',
    threads,
    rowLength: session.outputShape.reduce((product, extent) => product * extent, 1),
    run: (input, batch) => session.run(input, batch),
    close: () => session.close(),
  };
}
