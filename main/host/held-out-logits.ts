/** What a run's softmax is given for photos that did not teach it: held-out answers before the softmax. */

import type { HeldOutFrom } from '../../shared/domain/judging.ts';
import type { RunRecord } from '../../shared/domain/run.ts';
import { CROSS_VALIDATED, readLogits, rowsById } from '../engine/checkpoints/logits.ts';
import type { JobImage } from '../engine/protocol/messages.ts';
import type { CommandContext } from './dispatch.ts';
import { heldOutOutcomes } from './held-out.ts';
import { labelledImages, runFolder, type Session } from './session.ts';

export type HeldOutRow = { readonly image: JobImage; readonly logits: Float32Array; readonly truth: number };
export type HeldOutLogits = {
  readonly classes: readonly string[];
  readonly from: HeldOutFrom;
  readonly rows: readonly HeldOutRow[]; // photos of classes that the run knows; truth is today's label
};

/** Of the centre crop. Throws as heldOutOutcomes. */
export async function heldOutLogits(session: Session, run: RunRecord, context: CommandContext): Promise<HeldOutLogits> {
  const { runId } = run;
  const { classes, imageIds, truth, from } = await heldOutOutcomes(session, { runId, views: 'centre' }, context);
  const side = from === 'validation' ? 'val' : CROSS_VALIDATED;
  const stored = await readLogits(runFolder(session, runId), { side, view: 'centre' });
  const rowOf = rowsById(stored);
  const images = new Map(labelledImages(session, ['train', 'val']).map((image) => [image.imageId as string, image]));
  const width = classes.length;
  const rows = imageIds.flatMap((imageId, at): HeldOutRow[] => {
    const [row, image] = [rowOf.get(imageId), images.get(imageId)];
    if (row === undefined || image === undefined) return [];
    return [{ image, logits: stored.values.slice(row * width, (row + 1) * width), truth: truth[at]! }];
  });
  return { classes, from, rows };
}
