import { join } from 'node:path';
import type { ColourAxes } from '../../../shared/contract/augmenting.ts';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { Sha256 } from '../../../shared/domain/ids.ts';
import type { PreviewAnswer } from '../../imaging/child-messages.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { expectAnswer } from '../expect-result.ts';
import { hasPreview, keepPreviewsBounded } from '../previews.ts';
import type { Session } from '../session.ts';
import { photoPath } from './view.ts';

type Input = CommandInput<'augment.preview'>;
type Picture = { readonly imageId: Sha256; readonly view: number; readonly key: string; readonly file: string };

const RENDERING_VERSION = 1; // of what a preview looks like; part of the key
/** Networks differ by little, and a preview is for looking at. */
export const resizeShortSideOf = (cropSize: number): number => Math.round((cropSize * 256) / 224);

/**
 * Renders `count` pictures of each photo, or finds them: the same input gives the same pictures.
 *
 * Throws NOT_FOUND, what decoding says, and CANCELLED where the signal comes first.
 */
export async function previewAugmentation(
  session: Session,
  input: Input,
  how: { readonly signal: AbortSignal; readonly colourAxes: () => Promise<ColourAxes> },
): Promise<CommandOutput<'augment.preview'>> {
  const { policy } = input;
  const isOnOwnAxes = policy.pcaColour.source === 'training-photos';
  const isPcaColour = input.extreme === null ? policy.pcaColour.probability > 0 : input.extreme.name === 'pcaColour';
  const colourAxes = isOnOwnAxes && isPcaColour ? await how.colourAxes() : null;
  const pool = session.imaging();
  const chunks = input.imageIds.flatMap((imageId) =>
    split(planPictures(session, input, { imageId, colourAxes }), Math.ceil(pool.processes / input.imageIds.length)),
  );
  const parameters = await Promise.all(
    chunks.map(async (pictures) => {
      for (const { file } of pictures) await hasPreview(file); // one that is there counts as looked at now
      const request = toRequest(session, input, { pictures, colourAxes });
      return expectAnswer(await pool.ask(request, { signal: how.signal, isUrgent: true })).pictures;
    }),
  );
  await keepPreviewsBounded(session.project.folders.previews, chunks.flat().length);
  return { pictures: chunks.flatMap((pictures, chunk) => describe(pictures, parameters[chunk] ?? [])) };
}

function describe(pictures: readonly Picture[], answers: PreviewAnswer['pictures']) {
  return pictures.map(({ imageId, key }, index) => ({ imageId, key, parameters: answers[index]?.parameters ?? [] }));
}

function planPictures(
  session: Session,
  input: Input,
  { imageId, colourAxes }: { readonly imageId: Sha256; readonly colourAxes: ColourAxes | null },
): Picture[] {
  const { policy, seed, cropSize, extreme } = input;
  return Array.from({ length: input.count }, (_, view): Picture => {
    const subject = { RENDERING_VERSION, imageId, policy, seed, view, cropSize, extreme, colourAxes };
    const key = sha256Hex(canonicalJson(subject));
    return { imageId, view, key, file: join(session.project.folders.previews, `${key}.webp`) };
  });
}

function toRequest(
  session: Session,
  { policy, seed, cropSize, extreme }: Input,
  { pictures, colourAxes }: { readonly pictures: readonly Picture[]; readonly colourAxes: ColourAxes | null },
) {
  const imageId = pictures[0]!.imageId; // a chunk has at least one picture, all of one photo
  return {
    kind: 'preview' as const,
    path: photoPath(session, imageId),
    imageId,
    policy,
    seed,
    cropSize,
    resizeShortSide: resizeShortSideOf(cropSize),
    colourAxes,
    extreme,
    pictures: pictures.map(({ view, file }) => ({ view, file })),
  };
}

/** In at most `parts` parts of about one length, for several processes; in order. */
function split<T>(items: readonly T[], parts: number): T[][] {
  const length = Math.ceil(items.length / Math.max(1, parts));
  return Array.from({ length: Math.ceil(items.length / length) }, (_, part) =>
    items.slice(part * length, (part + 1) * length),
  );
}
