import { logUniform, uniform } from './distributions.ts';
import type { Drawn, DrawnErasing } from './drawn.ts';
import type { Draw } from './streams.ts';

const ERASING_TRIES = 10;
const ERASING_ASPECT = 0.3; // to 1 / 0.3: Zhong et al. 2020, arXiv:1708.04896, sec. 3.2

export function drawQuality(draw: Draw): Pick<Drawn, 'blurSigmaPixels' | 'noise' | 'jpegQuality' | 'erasing'> {
  return {
    blurSigmaPixels: drawBlur(draw),
    noise: drawNoise(draw),
    jpegQuality: drawJpegQuality(draw),
    erasing: drawErasing(draw),
  };
}

function drawBlur({ policy, streams, magnitude }: Draw): number {
  const random = streams.stream('blur');
  return random() < policy.blur.probability ? uniform(random, 0, policy.blur.maxSigmaPixels) * magnitude : 0;
}

function drawNoise({ policy, streams, magnitude }: Draw): Drawn['noise'] {
  const random = streams.stream('noise');
  if (random() >= policy.noise.probability) return null;
  const deviation = uniform(random, 0, policy.noise.maxDeviation) * magnitude;
  return deviation === 0 ? null : { deviation, seed: streams.seedOf('noise pixels') };
}

/** Whole numbers from the lowest to the highest quality; the magnitude draws them towards 100. */
function drawJpegQuality({ policy, streams, magnitude }: Draw): number | null {
  const { probability, minQuality, maxQuality } = policy.jpeg;
  const random = streams.stream('jpeg');
  if (random() >= probability || magnitude === 0) return null;
  const quality = minQuality + Math.floor(random() * (maxQuality - minQuality + 1));
  return Math.round(100 - (100 - quality) * magnitude);
}

function drawErasing({ policy, streams, magnitude, target }: Draw): DrawnErasing | null {
  const { probability, minArea, maxArea, fill } = policy.erasing;
  const random = streams.stream('erasing');
  if (random() >= probability || magnitude === 0) return null;
  const side = target.cropSize;
  for (let attempt = 0; attempt < ERASING_TRIES; attempt += 1) {
    const area = uniform(random, minArea, maxArea) * magnitude * side * side;
    const aspect = logUniform(random, ERASING_ASPECT, 1 / ERASING_ASPECT);
    const width = Math.max(1, Math.round(Math.sqrt(area * aspect)));
    const height = Math.max(1, Math.round(Math.sqrt(area / aspect)));
    if (width > side || height > side) continue;
    const left = Math.floor(random() * (side - width + 1));
    const top = Math.floor(random() * (side - height + 1));
    return { left, top, width, height, fill, seed: streams.seedOf('erasing pixels') };
  }
  return null;
}
