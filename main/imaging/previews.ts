import { access } from 'node:fs/promises';
import sharp from 'sharp';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import type { PreviewAnswer, PreviewRequest } from './child-messages.ts';
import { decodeImage, readImageHeader } from './decode.ts';
import { type Drawn, type DrawTarget, describeDrawn, drawAugmentation } from './distort/draw.ts';
import { renderAugmented } from './distort/render.ts';
import { readBounded } from './inspect.ts';
import { drawExtreme } from './preview-extremes.ts';
import type { RgbImage } from './resize.ts';
import { named } from './view-file.ts';

/** A crop may take a small part of the photo: this many times the resized short side are kept when a JPEG is decoded. */
const KEPT_DETAIL = 2;

/** Draws and, where the file is not there, renders the pictures of one photo. Errors: as inspectFile, with the path in front. */
export async function renderPreviews(request: PreviewRequest): Promise<PreviewAnswer> {
  const bytes = readBounded(request.path);
  return await named(request.path, async () => {
    const header = await readImageHeader(bytes);
    const pictures: PreviewAnswer['pictures'][number][] = [];
    let image: RgbImage | null = null;
    for (const picture of request.pictures) {
      const drawn = draw(request, header, picture.view);
      if (!(await isThere(picture.file))) {
        image ??= await decodeImage(bytes, { shrinkToShortSide: KEPT_DETAIL * request.resizeShortSide });
        await writePicture(picture.file, await renderAugmented(image, drawn), request.cropSize);
      }
      pictures.push({ parameters: describeDrawn(drawn) });
    }
    return { pictures };
  });
}

function draw(
  request: PreviewRequest,
  photo: { readonly width: number; readonly height: number },
  view: number,
): Drawn {
  const { policy, seed, imageId, cropSize, resizeShortSide, colourAxes, extreme } = request;
  const source = { seed, imageId, view };
  const target: DrawTarget = { photo, cropSize, resizeShortSide, ...(colourAxes !== null && { colourAxes }) };
  return extreme === null ? drawAugmentation(policy, source, target) : drawExtreme(extreme, policy, { source, target });
}

/** values [side, side, 3] interleaved, 0 to 255, not rounded. */
async function writePicture(file: string, values: Float32Array, side: number): Promise<void> {
  const pixels = Uint8ClampedArray.from(values);
  const picture = await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .webp({ quality: 90, effort: 1 })
    .toBuffer();
  await writeFileAtomically(file, [picture]);
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
