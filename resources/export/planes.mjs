/** Interleaved RGB or RGBA as three planes. */
export function planes({ width, height, data }) {
  const pixels = width * height;
  const channels = data.length / pixels;
  const found = new Uint8Array(3 * pixels);
  for (let at = 0; at < pixels; at += 1) {
    for (let channel = 0; channel < 3; channel += 1) found[channel * pixels + at] = data[at * channels + channel];
  }
  return found;
}
