/** Labels, classes, policies and contact sheets on the command line: their options, inputs and texts. */
import { readFileSync, statSync } from 'node:fs';
import type { Client, CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { type EditHistory, MOST_PHOTOS_A_PAGE, type Photo } from '../../shared/contract/library.ts';
import { AugmentationPolicy, augmentationPresets } from '../../shared/domain/augmentation.ts';
import { ClassName, type Sha256 } from '../../shared/domain/ids.ts';
import { printable, table } from './output.ts';

const MOST_POLICY_BYTES = 1_000_000;
const FEWEST_ID_LETTERS = 6;

export type LabelOptions = { readonly class?: string; readonly none?: boolean };

/** Photos by file name or by the beginning of their id. Throws NOT_FOUND, or INVALID_INPUT where a name means several. */
export async function labelInput(
  client: Client,
  names: readonly string[],
  options: LabelOptions,
): Promise<CommandInput<'library.label'>> {
  if ((options.class === undefined) !== (options.none === true))
    throw new AppError('INVALID_INPUT', 'Give either --class NAME or --none.');
  return {
    imageIds: await findPhotos(client, names),
    className: options.class === undefined ? null : parseName(options.class),
  };
}

/** Throws as labelInput. */
export async function findPhotos(client: Client, names: readonly string[]): Promise<Sha256[]> {
  const photos = await allPhotos(client);
  return names.map((name) => findByName(photos, name));
}

export type ClassOptions = {
  readonly add?: string;
  readonly remove?: string;
  readonly rename?: string;
  readonly to?: string;
};

/** null: the classes are only to be listed. Throws INVALID_INPUT. */
export function classChange(options: ClassOptions): CommandInput<'library.change-class'> | null {
  const { add, remove, rename, to } = options;
  if (
    [add, remove, rename].filter((name) => name !== undefined).length > 1 ||
    (rename === undefined) !== (to === undefined)
  )
    throw new AppError('INVALID_INPUT', 'Give one of --add NAME, --remove NAME, or --rename NAME with --to NAME.');
  if (add !== undefined) return { kind: 'add', name: parseName(add) };
  if (remove !== undefined) return { kind: 'remove', name: parseName(remove) };
  if (rename !== undefined && to !== undefined) return { kind: 'rename', name: parseName(rename), to: parseName(to) };
  return null;
}

/** A preset by name, or a policy as JSON in a file. Throws NOT_FOUND or INVALID_INPUT. */
export function readPolicy(nameOrFile: string): AugmentationPolicy {
  if (Object.hasOwn(augmentationPresets, nameOrFile))
    return augmentationPresets[nameOrFile as keyof typeof augmentationPresets];
  const presets = Object.keys(augmentationPresets).join(', ');
  const stats = statSync(nameOrFile, { throwIfNoEntry: false });
  if (stats?.isFile() !== true)
    throw new AppError('NOT_FOUND', `${nameOrFile} is neither a file nor one of ${presets}.`);
  if (stats.size > MOST_POLICY_BYTES)
    throw new AppError('INVALID_INPUT', `${nameOrFile} is larger than 1 MB, so it is no augmentation policy.`);
  try {
    return AugmentationPolicy.parse(JSON.parse(readFileSync(nameOrFile, 'utf8')));
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 500) : '';
    throw new AppError('INVALID_INPUT', `${nameOrFile} is no augmentation policy: ${reason}`, { cause: error });
  }
}

export type AugmentOptions = { readonly augment?: string; readonly views?: number };

/** Throws as readPolicy. */
export function chosenAugmentation({
  augment,
  views,
}: AugmentOptions): Pick<CommandInput<'runs.train'>, 'augmentation'> {
  if (augment === undefined) return {};
  return { augmentation: { ...readPolicy(augment), ...(views !== undefined && { cachedViews: views }) } };
}

export function showClasses({ classes }: CommandOutput<'library.classes'>): string {
  if (classes.length === 0) return "No classes yet. 'thaw classes --add NAME' makes one.";
  const rows = classes.map(({ name, photos }, position) => [`${position + 1}`, printable(name), `${photos}`]);
  return table([['', 'class', 'photos'], ...rows]);
}

export function showEdit({ undo }: EditHistory): string {
  if (undo === null) return 'Nothing changed.';
  const photos = undo.photos === 0 ? '' : ` · ${undo.photos} photos`;
  return `last edit: ${undo.kind}${undo.className === null ? '' : ` · ${printable(undo.className)}`}${photos}`;
}

export function showSheet({ path, columns, pictures }: CommandOutput<'augment.sheet'>): string {
  const lines = pictures.map(({ parameters }, index) => {
    const place = `row ${Math.floor(index / columns) + 1}, column ${(index % columns) + 1}`;
    return `${place}: ${parameters.map(({ name, value, unit }) => `${name} ${value}${unit === null ? '' : ` ${unit}`}`).join(', ')}`;
  });
  return [...lines, `written to ${printable(path)}`].join('\n');
}

async function allPhotos(client: Client): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (;;) {
    const page = await client.call('library.photos', { offset: photos.length, limit: MOST_PHOTOS_A_PAGE });
    if (!page.ok) throw new AppError(page.failure.code, page.failure.message);
    photos.push(...page.value.photos);
    if (page.value.photos.length === 0 || photos.length >= page.value.total) return photos;
  }
}

function findByName(photos: readonly Photo[], name: string): Sha256 {
  const isId = name.length >= FEWEST_ID_LETTERS && /^[0-9a-f]+$/.test(name);
  const found = photos.filter(({ fileName, imageId }) => fileName === name || (isId && imageId.startsWith(name)));
  const [only] = found;
  if (only === undefined) throw new AppError('NOT_FOUND', `There is no photo '${printable(name)}' in this project.`);
  if (found.length === 1) return only.imageId;
  const ids = found.slice(0, 5).map(({ imageId }) => imageId.slice(0, 12));
  throw new AppError(
    'INVALID_INPUT',
    `'${printable(name)}' means ${found.length} photos. Give an id: ${ids.join(', ')}.`,
  );
}

function parseName(name: string): ClassName {
  const parsed = ClassName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'INVALID_INPUT',
    `'${printable(name.slice(0, 80))}' is no class name: 1 to 80 letters, in one line.`,
  );
}
