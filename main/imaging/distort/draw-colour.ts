import type { ColourAxes } from '../../../shared/contract/augmenting.ts';
import { normal } from '../../../shared/math/random.ts';
import { drawShift } from './distributions.ts';
import type { Drawn, Triple } from './drawn.ts';
import { imagenetColourAxes } from './imagenet-axes.ts';
import { type Draw, drawSymmetric } from './streams.ts';

type DrawnColour = Pick<
  Drawn,
  'brightness' | 'contrast' | 'saturation' | 'hueDegrees' | 'channelShift' | 'colourAlphas' | 'colourShift'
>;

export function drawColour(draw: Draw): DrawnColour {
  const { policy } = draw;
  return {
    brightness: drawFactor(draw, 'brightness'),
    contrast: drawFactor(draw, 'contrast'),
    saturation: drawFactor(draw, 'saturation'),
    hueDegrees: drawSymmetric(draw, 'hue', { probability: policy.hue.probability, most: policy.hue.maxDegrees }),
    channelShift: drawChannelShift(draw),
    ...drawColourShift(draw),
  };
}

function drawFactor(draw: Draw, name: 'brightness' | 'contrast' | 'saturation'): number {
  const { probability, strength } = draw.policy[name];
  return 1 + drawSymmetric(draw, name, { probability, most: strength });
}

function drawChannelShift({ policy, streams, magnitude }: Draw): Triple {
  const { probability, red, green, blue } = policy.channelShift;
  const random = streams.stream('channel shift');
  if (random() >= probability) return [0, 0, 0];
  const shiftOf = (channel: typeof red): number => drawShift(channel, random) * magnitude;
  return [shiftOf(red), shiftOf(green), shiftOf(blue)];
}

function drawColourShift(draw: Draw): Pick<Drawn, 'colourAlphas' | 'colourShift'> {
  const { probability, deviation, source } = draw.policy.pcaColour;
  const random = draw.streams.stream('PCA colour');
  if (random() >= probability) return { colourAlphas: null, colourShift: [0, 0, 0] };
  const alpha = (): number => normal(random) * deviation * draw.magnitude;
  const alphas: Triple = [alpha(), alpha(), alpha()];
  const axes = source === 'imagenet' ? imagenetColourAxes : draw.target.colourAxes;
  if (axes === undefined) throw new RangeError('PCA colour of the training photos needs their colour axes');
  return { colourAlphas: alphas, colourShift: shiftAlong(axes, alphas) };
}

/** [p1, p2, p3] [alpha1 lambda1, alpha2 lambda2, alpha3 lambda3]^T of Krizhevsky et al. 2012, sec. 4.1; 1 is the whole range. */
export function shiftAlong({ axes, eigenvalues }: Pick<ColourAxes, 'axes' | 'eigenvalues'>, alphas: Triple): Triple {
  const along = (channel: 0 | 1 | 2): number =>
    axes.reduce((sum, axis, index) => sum + axis[channel] * alphas[index]! * eigenvalues[index]!, 0);
  return [along(0), along(1), along(2)];
}
