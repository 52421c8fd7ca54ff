import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { listNames } from '../../kernel/folders.ts';
import { type CheckedFormat, DamagedFile, readCheckedFile, writeCheckedFile } from '../weights/checked-file.ts';

const Side = z.string().regex(/^[a-z0-9]{1,32}$/);
const View = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,31}$/);
const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** The side of photos that were learnt from, answered by the fold that held each of them out. */
export const CROSS_VALIDATED = 'crossvalidated';

/** Names a logits file: side ('validation', 'test', or any other name) and view ('centre', 'top-left.mirror', ...). */
export const LogitsName = z.strictObject({ side: Side, view: View });
export type LogitsName = z.infer<typeof LogitsName>;

/** By which trained weights logits were made, and by which Thaw; weights null: by those of the folds. */
export const LogitsSource = z.strictObject({ weightsSha256: Sha256.nullable(), thawVersion: z.string().max(80) });
export type LogitsSource = z.infer<typeof LogitsSource>;

const LogitsHeader = LogitsName.extend({
  formatVersion: z.literal(2), // 1 did not say by which weights
  source: LogitsSource,
  runId: z.string().min(1).max(100),
  classes: z.array(z.string().max(1000)).min(1).max(100_000).refine(isUnique, 'a class comes twice'),
  imageIds: z.array(z.string().min(1).max(200)).max(10_000_000).refine(isUnique, 'an image comes twice'),
});
type LogitsHeader = z.infer<typeof LogitsHeader>;
const format: CheckedFormat<LogitsHeader> = {
  schema: LogitsHeader,
  valueCount: ({ imageIds, classes }) => imageIds.length * classes.length,
};

/** Logits of one view of one side: `values` [imageIds.length, classes.length] float32, row-major, not softmaxed. */
export type Logits = LogitsName & {
  readonly source: LogitsSource;
  readonly runId: string;
  readonly classes: readonly string[]; // the order of the columns
  readonly imageIds: readonly string[]; // the order of the rows
  readonly values: Float32Array;
};

/** Writes one logits file into the run's folder, atomically. Throws LOSS_NOT_FINITE, DISK_FULL, FILE_PERMISSION. */
export async function writeLogits(folder: string, logits: Logits): Promise<void> {
  const { values, side, view, source, runId, classes, imageIds } = logits;
  const header = LogitsHeader.parse({ formatVersion: 2, side, view, source, runId, classes, imageIds });
  const file = fileOf(folder, logits);
  if (values.length !== imageIds.length * classes.length)
    throw new RangeError(
      `${file}: [${imageIds.length}, ${classes.length}] logits expected, ${values.length} values found.`,
    );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const image = imageIds[Math.floor(bad / classes.length)];
    throw new AppError(
      'LOSS_NOT_FINITE',
      `${file}: logit ${values[bad]} for image ${image}. Train with a lower learning rate.`,
    );
  }
  await writeCheckedFile(file, header, values);
}

/** Reads one logits file, checksum compared. Throws CACHE_DAMAGED (also when it is gone): evaluate again. */
export async function readLogits(folder: string, name: LogitsName): Promise<Logits> {
  const file = fileOf(folder, name);
  try {
    const { header, values } = await readCheckedFile(file, format);
    if (header.side !== name.side || header.view !== name.view) throw new DamagedFile('it is that of another view');
    const { formatVersion: _, ...content } = header;
    return { ...content, values };
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    throw new AppError(
      'CACHE_DAMAGED',
      `${file}: these logits cannot be used: ${error.message}. Evaluate the run again.`,
      {
        cause: error,
      },
    );
  }
}

/** The same; null where they are missing, damaged or made by something else: they are computed again. */
export async function findLogits(folder: string, name: LogitsName, source: LogitsSource): Promise<Logits | null> {
  try {
    const logits = await readLogits(folder, name);
    const isOurs =
      logits.source.weightsSha256 === source.weightsSha256 && logits.source.thawVersion === source.thawVersion;
    return isOurs ? logits : null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'CACHE_DAMAGED') return null;
    throw error;
  }
}

/** Row of every photo. */
export function rowsById({ imageIds }: Pick<Logits, 'imageIds'>): ReadonlyMap<string, number> {
  return new Map(imageIds.map((imageId, row) => [imageId, row]));
}

/** Those photos, in their order; each must be there. */
export function pickRows(logits: Logits, imageIds: readonly string[]): Logits {
  const rows = rowsById(logits);
  const width = logits.classes.length;
  const values = new Float32Array(imageIds.length * width);
  for (const [to, imageId] of imageIds.entries()) {
    const row = rows.get(imageId);
    if (row === undefined) throw new RangeError(`${imageId} has no logits.`);
    values.set(logits.values.subarray(row * width, (row + 1) * width), to * width);
  }
  return { ...logits, imageIds, values };
}

/** Which logits files a run's folder has, sorted; their content is not looked at. */
export async function listLogits(folder: string): Promise<LogitsName[]> {
  return (await listNames(folder)).flatMap((fileName) => {
    const match = /^logits-([a-z0-9]{1,32})-([a-z0-9][a-z0-9.-]{0,31})\.bin$/.exec(fileName);
    return match ? [{ side: match[1]!, view: match[2]! }] : [];
  });
}

function fileOf(folder: string, { side, view }: LogitsName): string {
  const name = LogitsName.parse({ side, view });
  return join(folder, `logits-${name.side}-${name.view}.bin`);
}
