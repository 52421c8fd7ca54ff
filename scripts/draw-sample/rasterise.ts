import sharp, { type Sharp } from 'sharp';
import { normal, seededRandom } from '../../shared/math/random.ts';
import { HEIGHT_PX, WIDTH_PX } from './canvas.ts';
import { composeSvg } from './compose.ts';
import type { Picture } from './scenes.ts';

const JPEG_QUALITY = 86;
const SENSOR_NOISE = 2.2; // standard deviation, in 256ths: no photo is free of it

/** The picture as JPEG bytes: drawn, softened as by a lens, and with the noise of a sensor. */
export async function drawJpeg(picture: Picture): Promise<Buffer> {
  const { blurSigma, noise = SENSOR_NOISE } = picture.scene.twist;
  const drawn = sharp(Buffer.from(composeSvg(picture))).removeAlpha();
  const softened = blurSigma === undefined ? drawn : drawn.blur(blurSigma);
  const { data, info } = await softened.raw().toBuffer({ resolveWithObject: true });
  expose(data, noise, picture);
  const raw = { width: WIDTH_PX, height: HEIGHT_PX, channels: info.channels };
  return stampBurst(sharp(data, { raw }), picture).jpeg({ quality: JPEG_QUALITY }).toBuffer();
}

/** Frames of a burst carry the camera's time, one second apart. */
function stampBurst(photo: Sharp, { scene, seed, frame }: Picture): Sharp {
  if (scene.twist.frames === undefined) return photo;
  const minute = String(seed % 60).padStart(2, '0');
  return photo.withExif({ IFD2: { DateTimeOriginal: `2026:05:01 10:${minute}:0${frame}` } });
}

/** Changes the pixels in place: a little too bright or too dark, and noisy. */
function expose(pixels: Buffer, deviation: number, picture: Picture): void {
  const gain = 0.88 + 0.24 * seededRandom(picture.seed * 13)();
  const random = seededRandom(picture.seed * 7 + picture.frame);
  for (let index = 0; index < pixels.length; index += 1) {
    const exposed = (pixels[index] as number) * gain + deviation * normal(random);
    pixels[index] = Math.min(255, Math.max(0, Math.round(exposed)));
  }
}
