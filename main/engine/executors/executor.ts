import type { Network, Weights } from '../../../shared/networks/network.ts';

export type ExecutorFacts = {
  readonly name: string; // for example 'onnxruntime-cpu'; part of the feature cache key, as are version and threads
  readonly version: string;
  readonly device: 'cpu' | 'gpu'; // where it really computes
  readonly threads: number;
  readonly rowLength: number; // values of one output row: product of the cut's shape
};

/** Runs the frozen prefix of a network, inference only: batch norm on its running statistics, no dropout. */
export interface PrefixExecutor extends ExecutorFacts {
  /** input [batch, C, H, W] row-major -> [batch, rowLength], owned by the caller. */
  run(input: Float32Array, batch: number): Promise<Float32Array>;
  close(): Promise<void>;
}

export type PrefixRequest = {
  readonly prefix: Network; // as split() gives it: no heads, its last stage is the output
  readonly weights: Weights; // at least those of the prefix; copied
  readonly threads: number;
};

export type ExecutorCandidate = {
  readonly name: string;
  readonly version: string; // what is known without loading it; a change makes a remembered choice invalid
  readonly isLastResort: boolean; // used only where no other opens
  /** Throws BACKEND_MISSING with the reason where it cannot be had. The caller closes the executor. */
  readonly open: (request: PrefixRequest) => Promise<PrefixExecutor>;
  /** What `open` will give, where nothing that a machine may lack decides it: then it need not be open before it runs. */
  readonly foretell?: (request: PrefixRequest) => ExecutorFacts;
};
