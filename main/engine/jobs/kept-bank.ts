/** Photos that a run learnt from, ready for others to be likened to; kept for the next job that asks for the same. */
import type { Network } from '../../../shared/networks/network.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { type OnnxSession, openOnnxSession } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { JobContext } from '../protocol/control.ts';
import type { JobImage } from '../protocol/messages.ts';
import { hashWeights } from '../weights/hash-weights.ts';
import { directions } from './likeness.ts';
import { prepareRunFeatures, type RunFeatures, type RunFeaturesRequest } from './run-features.ts';
import type { TrainedRun } from './run-state.ts';

const PIECE_BYTES = 64 * 1024 * 1024; // of a graph: one of 2 GiB could not be written

export type Bank = {
  readonly images: readonly JobImage[]; // those that could be read
  /** rows [batch, D] -> cosines [batch, images]. */
  readonly cosines: (rows: Float32Array, batch: number) => Promise<Float32Array>;
};
type OpenBank = Bank & { readonly close: () => Promise<void> };
type BankRequest = RunFeaturesRequest & { readonly trained: TrainedRun };

let kept: { readonly name: string; readonly bank: OpenBank } | null = null;

/** Throws CANCELLED, DISK_FULL, DATASET_UNFIT, CHECKPOINT_DAMAGED; for an empty one nothing. */
export async function openBank({ trained, ...request }: BankRequest, context: JobContext): Promise<Bank> {
  const { runFolder, images } = request;
  const ids = images.map(({ imageId, groupId }) => [imageId, groupId]);
  const name = sha256Hex(canonicalJson({ runFolder, weights: hashWeights(trained.weights), ids }));
  if (kept?.name === name) return kept.bank;
  await forgetBank();
  const bank = images.length === 0 ? emptyBank : await fillBank(await prepareRunFeatures(request, context));
  kept = { name, bank };
  return bank;
}

/** Gives its memory back. */
export async function forgetBank(): Promise<void> {
  const before = kept;
  kept = null;
  await before?.bank.close();
}

const emptyBank: OpenBank = {
  images: [],
  cosines: () => Promise.resolve(new Float32Array(0)),
  close: () => Promise.resolve(),
};

async function fillBank(features: RunFeatures): Promise<OpenBank> {
  const { images, width } = features;
  const most = Math.max(1, Math.floor(PIECE_BYTES / (4 * width)));
  const pieces: { readonly from: number; readonly count: number; readonly session: OnnxSession }[] = [];
  for (let from = 0; from < images.length; from += most) {
    const count = Math.min(most, images.length - from);
    pieces.push({ from, count, session: await openPiece(features, { from, count }) });
  }
  return {
    images,
    cosines: async (rows, batch) => {
      const found = new Float32Array(batch * images.length);
      const unit = directions({ rows, width }, [...new Array(batch).keys()]);
      for (const { from, count, session } of pieces) {
        const own = await session.run(unit, batch);
        for (let row = 0; row < batch; row += 1)
          found.set(own.subarray(row * count, (row + 1) * count), row * images.length + from);
      }
      return found;
    },
    close: async () => {
      for (const { session } of pieces) await session.close();
    },
  };
}

/** A dense layer whose weights are the photos: what it answers are the cosines. */
async function openPiece(
  features: RunFeatures,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<OnnxSession> {
  const { head, width, threads } = features;
  const rows = Array.from({ length: count }, (_, at) => from + at);
  const bank = { shape: [count, width], values: directions(features, rows) };
  const network: Network = {
    ...head,
    inputShape: [width],
    nodes: [{ kind: 'dense', id: 'likeness', inputs: ['input'], outFeatures: count, weight: 'bank', bias: null }],
    stages: [],
    heads: [{ id: 'likeness', node: 'likeness', lossWeight: 1 }],
  };
  const options = { outputNode: 'likeness', preprocessing: 'none', batch: 'dynamic' } as const;
  const model = writeOnnx(network, new Map([['bank', bank]]), options);
  return await openOnnxSession({ model, threads, provider: 'cpu' });
}
