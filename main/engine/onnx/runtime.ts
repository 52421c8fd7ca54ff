/** ONNX Runtime: the one door to onnxruntime-node. */
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Shape } from '../../../shared/networks/network.ts';

/** Part of every feature cache key. */
export const onnxRuntimeVersion: string = env.versions.node ?? env.versions.common;

export type OnnxProvider = 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu';

export type OnnxSessionOptions = {
  readonly model: Uint8Array;
  readonly threads: number; // 1 to 256; the same number gives the same bits
  readonly provider: OnnxProvider; // all of the graph runs there or opening fails: never a silent CPU
};

/** ONNX Runtime as others have it, for running sample code as others run it. */
export const plainOnnxRuntime = { InferenceSession, Tensor };

/** RGB planes of one image, [3, H, W]. */
export type PlanarImage = { readonly pixels: Uint8Array; readonly height: number; readonly width: number };

export type OnnxSession = {
  readonly inputShape: Shape; // without the batch; 0 for an extent of any size
  readonly outputShape: Shape; // without the batch
  /** input [batch, ...inputShape] row-major -> output [batch, ...outputShape], owned by the caller. */
  run(input: Float32Array, batch: number): Promise<Float32Array>;
  /** The same for a graph with preprocessing included, one image at a time. */
  runImage(image: PlanarImage): Promise<Float32Array>;
  close(): Promise<void>;
};

/**
 * Opens a graph written by writer.ts. The caller closes it.
 *
 * Throws BACKEND_MISSING where the provider is not on this machine or cannot run the whole graph.
 */
export async function openOnnxSession(options: OnnxSessionOptions): Promise<OnnxSession> {
  const { threads } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new AppError('INVALID_INPUT', `ONNX Runtime cannot use ${threads} threads. Choose 1 to 256.`);
  }
  const session = await createSession(options);
  const inputShape = extents(session.inputMetadata[0]);
  const outputShape = extents(session.outputMetadata[0]);
  const answer = async (input: Tensor): Promise<Float32Array> => {
    const { output } = await session.run({ input });
    return output!.data as Float32Array;
  };
  return {
    inputShape,
    outputShape,
    run: async (input, batch) => {
      requireLength(input.length, [batch, ...inputShape]);
      return answer(new Tensor('float32', input, [batch, ...inputShape]));
    },
    runImage: async ({ pixels, height, width }) => {
      requireLength(pixels.length, [3, height, width]);
      return answer(new Tensor('uint8', pixels, [1, 3, height, width]));
    },
    close: () => session.release(),
  };
}

async function createSession({ model, threads, provider }: OnnxSessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3, // errors
      ...(provider === 'cpu' ? {} : { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `ONNX Runtime could not open the network on '${provider}': ${why}. Choose another device.`;
    throw new AppError('BACKEND_MISSING', message, { cause });
  }
}

function extents(value: InferenceSession.ValueMetadata | undefined): Shape {
  if (!value?.isTensor)
    throw new AppError('BUG', 'An ONNX graph without a tensor as input or output. Please report it.');
  return value.shape.slice(1).map((extent) => (typeof extent === 'number' ? extent : 0));
}

function requireLength(length: number, shape: Shape): void {
  const wanted = shape.reduce((product, extent) => product * extent, 1);
  if (length === wanted && wanted > 0) return;
  throw new AppError('BUG', `ONNX Runtime got ${length} values for [${shape.join(', ')}]. Please report it.`);
}
