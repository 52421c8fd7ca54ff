import sharp, { type OverlayOptions } from 'sharp';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import { sha256Hex } from '../kernel/hashing.ts';
import type { ImagingAnswer, SheetRequest } from './child-messages.ts';
import { decodeImage, transparencyBackground } from './decode.ts';
import { describeDrawn, drawAugmentation } from './distort/draw.ts';
import { renderAugmented } from './distort/render.ts';
import { readBounded } from './inspect.ts';
import { named } from './view-file.ts';

const GAP_PIXELS = 8;

/** Writes augmented pictures of one photo, row by row, into one PNG. Errors: as inspectFile, and those of writing. */
export async function writeContactSheet(request: SheetRequest): Promise<ImagingAnswer<'sheet'>> {
  const { policy, seed, cropSize, resizeShortSide, count } = request;
  const bytes = readBounded(request.path);
  const image = await named(request.path, () => decodeImage(bytes));
  const target = {
    photo: { width: image.width, height: image.height },
    cropSize,
    resizeShortSide,
    ...(request.colourAxes !== null && { colourAxes: request.colourAxes }),
  };
  const imageId = sha256Hex(bytes);
  const columns = Math.ceil(Math.sqrt(count));
  const place = (index: number): number => GAP_PIXELS + index * (cropSize + GAP_PIXELS);
  const tiles: OverlayOptions[] = [];
  const pictures: ImagingAnswer<'sheet'>['pictures'] = [];
  for (let view = 0; view < count; view += 1) {
    const drawn = drawAugmentation(policy, { seed, imageId, view }, target);
    const values = await renderAugmented(image, drawn);
    tiles.push({
      input: Buffer.from(Uint8ClampedArray.from(values)),
      raw: { width: cropSize, height: cropSize, channels: 3 },
      left: place(view % columns),
      top: place(Math.floor(view / columns)),
    });
    pictures.push({ parameters: describeDrawn(drawn) });
  }
  const [width, height] = [place(columns), place(Math.ceil(count / columns))];
  const sheet = sharp({ create: { width, height, channels: 3, background: transparencyBackground } });
  await writeFileAtomically(request.file, [await sheet.composite(tiles).png().toBuffer()]);
  return { pictures, columns };
}
