/** What the imaging child is asked and answers, over Node's IPC channel. */
import { z } from 'zod';
import { ColourAxes, DrawnParameter } from '../../shared/contract/augmenting.ts';
import { Failure } from '../../shared/contract/errors.ts';
import { AugmentationPolicy } from '../../shared/domain/augmentation.ts';
import { Sha256 } from '../../shared/domain/ids.ts';
import { Inspection, InspectRequest } from './inspection.ts';

const Path = z.string().min(1).max(32_768);
const Count = z.int().nonnegative();

/** A picture to look at: a JPEG of at most `longSidePixels` a side, never enlarged, in `file`. */
export const ViewRequest = z.strictObject({
  kind: z.literal('view'),
  path: Path,
  file: Path,
  longSidePixels: z.int().min(16).max(4096),
});
export type ViewRequest = z.infer<typeof ViewRequest>;

/** One distortion at one end of its range, the others off. */
export const Extreme = z.strictObject({ name: z.string().max(60), end: z.enum(['low', 'high']) });
export type Extreme = z.infer<typeof Extreme>;

/** Augmented pictures of one photo, each a WebP of cropSize x cropSize pixels; a file that is there already is kept. */
export const PreviewRequest = z.strictObject({
  kind: z.literal('preview'),
  path: Path,
  imageId: Sha256,
  policy: AugmentationPolicy,
  seed: Count,
  cropSize: z.int().min(16).max(600),
  resizeShortSide: z.int().min(16).max(700),
  colourAxes: ColourAxes.nullable(), // of the training photos, where the policy needs them
  extreme: Extreme.nullable(),
  pictures: z.array(z.strictObject({ view: Count, file: Path })).max(64),
});
export type PreviewRequest = z.infer<typeof PreviewRequest>;
export const PreviewAnswer = z.strictObject({
  pictures: z.array(z.strictObject({ parameters: z.array(DrawnParameter) })),
});
export type PreviewAnswer = z.infer<typeof PreviewAnswer>;

/** Augmented pictures of any photo side by side in one PNG. */
export const SheetRequest = z.strictObject({
  kind: z.literal('sheet'),
  path: Path,
  file: Path,
  policy: AugmentationPolicy,
  seed: Count,
  count: z.int().min(1).max(64),
  cropSize: z.int().min(16).max(600),
  resizeShortSide: z.int().min(16).max(700),
  colourAxes: ColourAxes.nullable(),
});
export type SheetRequest = z.infer<typeof SheetRequest>;

/** Principal axes of RGB over pictures; files that cannot be read are left out. */
export const AxesRequest = z.strictObject({ kind: z.literal('axes'), paths: z.array(Path).min(1).max(10_000) });
export type AxesRequest = z.infer<typeof AxesRequest>;

/** What each kind of request is answered. */
export const answers = {
  inspect: Inspection,
  view: z.strictObject({}),
  preview: PreviewAnswer,
  axes: ColourAxes,
  sheet: PreviewAnswer.extend({ columns: z.int().positive() }),
} as const;
export type ImagingTask = InspectRequest | ViewRequest | PreviewRequest | AxesRequest | SheetRequest;
export type ImagingAnswer<Kind extends ImagingTask['kind']> = z.infer<(typeof answers)[Kind]>;

const Task = z.discriminatedUnion('kind', [InspectRequest, ViewRequest, PreviewRequest, AxesRequest, SheetRequest]);
/** Tasks for one child, done in their order. Many small ones share a message, since each costs as much as a tenth of a photo. */
export const mostTasksTogether = 24;
export const ChildRequest = z.strictObject({ id: Count, requests: z.array(Task).min(1).max(mostTasksTogether) });
export type ChildRequest = z.infer<typeof ChildRequest>;

const TaskResult = z.union([
  z.strictObject({ ok: z.literal(true), value: z.unknown() }), // checked by `answers`
  z.strictObject({ ok: z.literal(false), failure: Failure }),
]);
export type TaskResult = z.infer<typeof TaskResult>;
/**
 * waiting: all that is left of a request is to wait for the disk, and another may come meanwhile. answered: results of its first tasks; those
 * that were not begun, since the first took their time, are to be asked for again.
 */
export const ChildReply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('waiting'), id: Count }),
  z.strictObject({
    kind: z.literal('answered'),
    id: Count,
    results: z.array(TaskResult).min(1).max(mostTasksTogether),
  }),
]);
export type ChildReply = z.infer<typeof ChildReply>;
