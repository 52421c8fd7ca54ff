import sharp from 'sharp';

/** What JPEG of that quality (chroma halved, as cameras do) leaves of a crop; [side, side, 3] float32 in and out. */
export async function recompressed(values: Float32Array, side: number, quality: number): Promise<Float32Array> {
  const pixels = Uint8ClampedArray.from(values); // rounds
  const raw = { width: side, height: side, channels: 3 as const };
  const encoded = await sharp(pixels, { raw }).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
  return Float32Array.from(await sharp(encoded).toColourspace('srgb').raw().toBuffer());
}
