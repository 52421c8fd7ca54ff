import { AppError } from '../../shared/contract/errors.ts';
import type { AxesRequest, ImagingAnswer } from './child-messages.ts';
import { decodeImage } from './decode.ts';
import { addToColourSums, colourAxesOf, emptyColourSums } from './distort/colour-axes.ts';
import { readBounded } from './inspect.ts';

/** Principal axes of RGB over pictures, each counting the same; unreadable ones are left out. Throws IMAGE_MISSING where all are. */
export async function measureAxes({ paths }: AxesRequest): Promise<ImagingAnswer<'axes'>> {
  const total = emptyColourSums();
  for (const path of paths) {
    try {
      addToColourSums(total, (await decodeImage(readBounded(path))).pixels);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  if (total.photos === 0) {
    throw new AppError('IMAGE_MISSING', `None of ${paths.length} pictures can be read. Import the photos again.`);
  }
  return colourAxesOf(total);
}
