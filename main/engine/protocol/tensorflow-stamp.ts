/** What the bootstrap found out about TensorFlow: beside the packages of a checkout; a packaged program has no stamp. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const TensorFlowStamp = z.looseObject({
  tensorflow: z.enum(['cpu', 'gpu', 'missing']),
  why: z.string().max(10_000), // why it is missing
  libraryPath: z.string().max(100_000).default(''), // folders of the CUDA libraries; '' on CPU
});
export type TensorFlowStamp = z.infer<typeof TensorFlowStamp>;

const stampPath = fileURLToPath(new URL('../../../node_modules/.thaw-stamp.json', import.meta.url));

/** Null where there is none, or one that cannot be read: TensorFlow is then just tried. */
export function findTensorFlowStamp(path: string = stampPath): TensorFlowStamp | null {
  try {
    return TensorFlowStamp.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

const ALLOCATOR = 'glibc.malloc.hugetlb=1:glibc.malloc.arena_max=2';

/**
 * The variables that must be set before the engine starts, added to those given.
 *
 * The loader reads LD_LIBRARY_PATH only at the start of a process. GPU memory grows as needed, since ONNX Runtime may
 * share the card. TF32 is off unless set otherwise: features and losses then agree with those of a CPU. glibc (others
 * ignore it) asks the kernel for huge pages: a training step takes and gives back gigabytes (3 and 15 % faster
 * in two trials on a busy machine).
 * Two arenas: with one for each decoder thread, freed picture buffers lie about, and memory grows with every photo.
 */
export function engineEnvironment(given: NodeJS.ProcessEnv, stamp: TensorFlowStamp | null): NodeJS.ProcessEnv {
  const folders = [stamp?.libraryPath ?? '', given.LD_LIBRARY_PATH ?? ''].filter((folder) => folder !== '');
  return {
    ...given,
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    NVIDIA_TF32_OVERRIDE: given.NVIDIA_TF32_OVERRIDE ?? '0',
    GLIBC_TUNABLES: given.GLIBC_TUNABLES ?? ALLOCATOR,
    ...(folders.length > 0 ? { LD_LIBRARY_PATH: folders.join(':') } : {}),
  };
}
