/** Pictures of 400 to 4,000 px on the disk, what the app answers for them, and which decoders give the same pixels. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ExportSubject } from '../../main/engine/export/subject.ts';
import { drawTestPicture } from '../../main/engine/export/test-picture.ts';
import type { AskedPicture } from '../../main/engine/export/write-export.ts';
import { openOnnxSession } from '../../main/engine/onnx/runtime.ts';
import { writeOnnx } from '../../main/engine/onnx/writer.ts';
import { decodeImage } from '../../main/imaging/decode.ts';
import type { RgbImage } from '../../main/imaging/resize.ts';
import { enlargePicture } from '../../main/imaging/testing-enlarge.ts';
import { renderViews } from '../../main/imaging/views.ts';
import { softmax } from '../../shared/math/statistics.ts';
import { mainOutputNode } from '../../shared/networks/split.ts';

const SPREAD = 389; // sizes do not follow the order of classes

/** `pixels`: SHA-256 of what the app decodes. */
export type BenchPicture = AskedPicture & { readonly pixels: string };
export type AskedBench = {
  readonly pictures: readonly BenchPicture[];
  readonly testAnswer: readonly number[];
  readonly alikeInSharp: number; // pictures that sharp, as the sample code in Node calls it, decodes to the very same pixels
};

export const pixelHash = ({ pixels }: Pick<RgbImage, 'pixels'>): string =>
  createHash('sha256').update(pixels).digest('hex');

/** The longer side from 400 to 4,000 px, evenly by its logarithm; every other one with the colours at half of it, as cameras write them. */
export async function enlargedPictures(folder: string, to: string, most: number): Promise<string[]> {
  const names = readdirSync(folder)
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .slice(0, most);
  const paths: string[] = [];
  for (const [at, name] of names.entries()) {
    const place = ((at * SPREAD) % names.length) / Math.max(1, names.length - 1);
    const path = join(to, name);
    const chromaSubsampling = at % 2 === 0 ? '4:4:4' : '4:2:0';
    await enlargePicture(join(folder, name), path, {
      longSidePixels: Math.round(400 * 10 ** place),
      chromaSubsampling,
    });
    paths.push(path);
  }
  return paths;
}

/** As the app answers, from the encoded file on. */
export async function ownAnswers(
  { network, weights }: ExportSubject,
  paths: readonly string[],
  threads: number,
): Promise<AskedBench> {
  const outputNode = mainOutputNode(network);
  const model = writeOnnx(network, weights, { outputNode, preprocessing: 'none', batch: 'dynamic' });
  const session = await openOnnxSession({ model, threads, provider: 'cpu' });
  const answer = async (image: RgbImage): Promise<number[]> =>
    softmax(await session.run(renderViews(image, network.preprocessing, ['centre']), 1));
  const pictures: BenchPicture[] = [];
  let alikeInSharp = 0;
  for (const path of paths) {
    const decoded = await decodeImage(readFileSync(path));
    const pixels = pixelHash(decoded);
    pictures.push({ path, pixels, probabilities: await answer(decoded) });
    if (pixels === pixelHash({ pixels: await decodedBySample(path) })) alikeInSharp += 1;
  }
  const testAnswer = await answer(drawTestPicture());
  await session.close();
  return { pictures, testAnswer, alikeInSharp };
}

/** As classify.mjs does it. */
async function decodedBySample(path: string): Promise<Buffer> {
  return await sharp(readFileSync(path))
    .autoOrient()
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}
