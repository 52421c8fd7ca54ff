/** The photos of a project: listing, classes, labels, undo, health. */
import { z } from 'zod';
import { ClassName, Sha256, SplitSide } from '../domain/ids.ts';
import { ImageFormat } from '../domain/image.ts';

const Count = z.int().nonnegative();
const FilePath = z.string().min(1).max(4096);
const Colour = z.string().regex(/^#[0-9a-f]{6}$/);
export const MOST_PHOTOS_A_PAGE = 2000;
export const MOST_PHOTOS_AN_EDIT = 100_000;

/** A photo as the grid shows it. */
export const Photo = z.strictObject({
  imageId: Sha256,
  fileName: z.string(), // of the place where it was found first
  className: ClassName.nullable(),
  side: SplitSide.nullable(),
  widthPixels: z.int().positive(),
  heightPixels: z.int().positive(),
  groupSize: z.int().positive(), // it and its near duplicates and burst neighbours; 1: it stands alone
  groupId: z.string(),
  isExcluded: z.boolean(), // taken out of the project by hand; comes back by undo
});
export type Photo = z.infer<typeof Photo>;

/** All that is known about one photo. */
export const PhotoDetails = Photo.extend({
  paths: z.array(FilePath), // wherever it was found
  fileBytes: Count,
  format: ImageFormat,
  importedAt: z.iso.datetime(),
  takenAt: z.string().nullable(), // EXIF, local time of the camera: '2026-05-01T10:20:30'
  groupMembers: z.array(Sha256),
});
export type PhotoDetails = z.infer<typeof PhotoDetails>;

/** The first nine classes have the keys 1 to 9 by their order, which is that of the logits too. */
export const LabelClass = z.strictObject({
  name: ClassName,
  colour: Colour.nullable(), // null: the default one of its position
  photos: Count,
});
export type LabelClass = z.infer<typeof LabelClass>;

export const ClassChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), name: ClassName }),
  z.strictObject({ kind: z.literal('rename'), name: ClassName, to: ClassName }),
  z.strictObject({ kind: z.literal('recolour'), name: ClassName, colour: Colour.nullable() }),
  z.strictObject({ kind: z.literal('move'), name: ClassName, position: Count }),
  z.strictObject({ kind: z.literal('remove'), name: ClassName }), // its photos stay, without a label
]);
export type ClassChange = z.infer<typeof ClassChange>;

/** One undoable step, for the menu: 'Undo: label 3 photos as Misty'. */
export const EditSummary = z.strictObject({
  kind: z.enum([
    'label',
    'exclude',
    'restore',
    'class-add',
    'class-rename',
    'class-recolour',
    'class-move',
    'class-remove',
  ]),
  photos: Count,
  className: z.string().nullable(),
});
export type EditSummary = z.infer<typeof EditSummary>;
export const EditHistory = z.strictObject({ undo: EditSummary.nullable(), redo: EditSummary.nullable() });
export type EditHistory = z.infer<typeof EditHistory>;

const PhotoGroup = z.strictObject({
  groupId: z.string(),
  kind: z.enum(['near-duplicate', 'burst']),
  imageIds: z.array(Sha256),
  classes: z.array(ClassName), // more than one: the same picture under two labels
  side: SplitSide.nullable(),
});
export type PhotoGroup = z.infer<typeof PhotoGroup>;

/** What a person should know about the photos before training. */
export const HealthReport = z.strictObject({
  classes: z.array(
    z.strictObject({ name: ClassName, train: Count, val: Count, test: Count, groups: Count }), // groups: independent pictures
  ),
  unlabelled: Count,
  exactDuplicates: Count, // files that were found again and left out
  groups: z.array(PhotoGroup), // the largest first; at most 500, `groupCount` says how many there are
  groupCount: Count,
  conflicts: z.array(z.strictObject({ imageIds: z.array(Sha256), classes: z.array(ClassName) })), // near copies in two classes
  bridges: z.array(z.strictObject({ imageIds: z.array(Sha256), sides: z.array(SplitSide) })), // near copies on two sides: folders or an earlier split put them there
  trainable: z.boolean(),
  problems: z.array(z.enum(['no-classes', 'one-class', 'class-empty', 'class-of-one', 'imbalance', 'few-photos'])),
});
export type HealthReport = z.infer<typeof HealthReport>;

/** A softmax on the stored features, judged by the split that keeps groups together and by one that does not. */
export const SplitComparison = z.strictObject({
  folds: z.int(),
  total: Count,
  honest: z.strictObject({ correct: Count, accuracy: z.number(), interval: z.tuple([z.number(), z.number()]) }),
  random: z.strictObject({ correct: Count, accuracy: z.number(), interval: z.tuple([z.number(), z.number()]) }),
  difference: z.number(), // random minus honest
  differenceInterval: z.tuple([z.number(), z.number()]), // 95 %, paired bootstrap
  isRandomTooKind: z.boolean(), // the interval lies above 0
  groupedPhotos: Count, // photos that do not stand alone
});
export type SplitComparison = z.infer<typeof SplitComparison>;

const ImageIds = z.array(Sha256).min(1).max(MOST_PHOTOS_AN_EDIT);
const Nothing = z.strictObject({});

export const libraryCommands = {
  'library.photos': {
    input: z.strictObject({ offset: Count, limit: z.int().min(1).max(MOST_PHOTOS_A_PAGE) }), // in the order in which they came
    output: z.strictObject({ photos: z.array(Photo), total: Count }),
  },
  'library.photo': { input: z.strictObject({ imageId: Sha256 }), output: PhotoDetails },
  /** A picture of at most 1600 pixels a side, for looking at; its key goes into `mediaPath('view', key)`. */
  'library.view': { input: z.strictObject({ imageId: Sha256 }), output: z.strictObject({ key: z.string() }) },
  'library.classes': { input: Nothing, output: z.strictObject({ classes: z.array(LabelClass) }) },
  'library.change-class': { input: ClassChange, output: EditHistory },
  'library.label': {
    input: z.strictObject({ imageIds: ImageIds, className: ClassName.nullable() }),
    output: EditHistory,
  },
  'library.exclude': { input: z.strictObject({ imageIds: ImageIds, isExcluded: z.boolean() }), output: EditHistory },
  'library.history': { input: Nothing, output: EditHistory },
  'library.undo': { input: Nothing, output: z.strictObject({ done: EditSummary.nullable(), history: EditHistory }) },
  'library.redo': { input: Nothing, output: z.strictObject({ done: EditSummary.nullable(), history: EditHistory }) },
  'library.health': { input: Nothing, output: HealthReport },
  /** Looks for near duplicates by distance in cached features too, and joins them into groups. */
  'library.find-duplicates': {
    input: z.strictObject({ backbone: z.string().max(80) }),
    output: z.strictObject({ joined: Count, groups: Count, bridges: Count }),
  },
  'library.compare-splits': {
    input: z.strictObject({ backbone: z.string().max(80), seed: Count }),
    output: SplitComparison,
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
