/** What a training's augmentation is settled to before it starts: the policy, the seed, the axes of PCA colour. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ColourAxes } from '../../../shared/contract/augmenting.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { type AugmentationPolicy, isIdentityPolicy } from '../../../shared/domain/augmentation.ts';
import { seededRandom, shuffledIndices } from '../../../shared/math/random.ts';
import { decodeImage } from '../../imaging/decode.ts';
import { addToColourSums, colourAxesOf, emptyColourSums } from '../../imaging/distort/colour-axes.ts';
import { readBounded } from '../../imaging/inspect.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import type { DrawnView } from '../loading/decoder.ts';
import type { JobContext } from '../protocol/control.ts';
import type { TrainJob } from '../protocol/messages.ts';

const AXES_FILE = 'colour-axes.json';
const AXES_PHOTOS = 200; // drawn by seed: enough for three axes, a second or two of decoding
const AXES_SHORT_SIDE = 128; // pixels

export type Augmenting = Omit<DrawnView, 'view' | 'epochsDone'> & { readonly cachedViews: number };

/** null: none. Axes are those that the run started with, where it is resumed. Throws CANCELLED, IMAGE_MISSING, DISK_FULL. */
export async function settleAugmentation(job: TrainJob, context: JobContext): Promise<Augmenting | null> {
  const policy = job.augmentation;
  if (policy === undefined || isIdentityPolicy(policy)) return null;
  const colourAxes = needsOwnAxes(policy) ? await axesOfRun(job, context) : null;
  return { policy, seed: job.seed, colourAxes, cachedViews: policy.cachedViews };
}

function needsOwnAxes({ pcaColour }: AugmentationPolicy): boolean {
  return pcaColour.probability > 0 && pcaColour.source === 'training-photos';
}

async function axesOfRun(job: TrainJob, context: JobContext): Promise<ColourAxes> {
  const file = join(job.runFolder, AXES_FILE);
  const kept = job.resume ? await readAxes(file) : null;
  if (kept !== null) return kept;
  const axes = await measure(job, context);
  await writeFileAtomically(file, [Buffer.from(JSON.stringify(axes), 'utf8')]);
  const deviations = axes.eigenvalues.map((value) => (100 * Math.sqrt(value)).toFixed(1)).join(', ');
  const text = `PCA colour by ${axes.photos} training photos: deviations along the axes ${deviations} % of the range.`;
  context.send({ kind: 'logged', entry: 'colour-axes', text });
  return axes;
}

async function readAxes(file: string): Promise<ColourAxes | null> {
  try {
    return ColourAxes.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    const message = `${file}: it cannot be read, so the run cannot be repeated as it was. Train a new run instead.`;
    throw new AppError('CHECKPOINT_DAMAGED', message, { cause: error });
  }
}

/** Over a sample of the photos that are learnt from, each counting the same; unreadable ones are left out. */
async function measure({ images, selection, seed }: TrainJob, context: JobContext): Promise<ColourAxes> {
  const learnt = images.filter(({ side }) => selection.kind !== 'validation' || side !== 'val');
  const total = emptyColourSums();
  for (const at of shuffledIndices(learnt.length, seededRandom(seed)).slice(0, AXES_PHOTOS)) {
    context.breathe();
    try {
      const bytes = readBounded(learnt[at]!.path);
      addToColourSums(total, (await decodeImage(bytes, { shrinkToShortSide: AXES_SHORT_SIDE })).pixels);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  if (total.photos > 0) return colourAxesOf(total);
  throw new AppError('IMAGE_MISSING', 'PCA colour: none of the photos could be read. Check the folder.');
}
