/** Decodes a picture with sharp: upright, on white. */
export async function decodeInNode(path) {
  const { default: sharp } = await import('sharp');
  const upright = sharp(path).autoOrient().flatten({ background: 'white' }).toColourspace('srgb');
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
