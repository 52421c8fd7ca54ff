import { join } from 'node:path';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import type { Sha256 } from '../../../shared/domain/ids.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { findPhotoPlace } from '../../store/photos.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectAnswer } from '../expect-result.ts';
import { hasPreview, keepPreviewsBounded } from '../previews.ts';
import { imagePath, type Session } from '../session.ts';

const LONG_SIDE_PIXELS = 1600;
const VERSION = 1; // of what a view looks like; part of the key

/** Makes the picture of a photo for looking at, unless it is there. Throws NOT_FOUND or what decoding says. */
export async function showView(
  session: Session,
  input: CommandInput<'library.view'>,
  context: CommandContext,
): Promise<CommandOutput<'library.view'>> {
  const { previews } = session.project.folders;
  const path = photoPath(session, input.imageId);
  const key = sha256Hex(`view ${VERSION} ${LONG_SIDE_PIXELS} ${input.imageId}`);
  const file = join(previews, `${key}.jpg`);
  if (await hasPreview(file)) return { key };
  const request = { kind: 'view' as const, path, file, longSidePixels: LONG_SIDE_PIXELS };
  expectAnswer(await session.imaging().ask(request, { signal: context.signal, isUrgent: true }));
  await keepPreviewsBounded(previews);
  return { key };
}

/** The file with the content of a photo. Throws NOT_FOUND. */
export function photoPath(session: Session, imageId: Sha256): string {
  const { copied, firstPath } = findPhotoPlace(session.project.database, imageId);
  return imagePath(session, { imageId, copied }) ?? firstPath ?? '';
}
