/** The sample code's own resize and crop beside the app's. */
import { expect, it } from 'vitest';
import { prepare } from '../../../resources/export/prepare.mjs';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { renderViews } from '../../imaging/views.ts';

const { preprocessing } = findNetwork('tf_efficientnet_lite0');

function picture(width: number, height: number, channels: number): Uint8Array {
  let state = width * 31 + height;
  return Uint8Array.from({ length: width * height * channels }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state >> 12;
  });
}

it.each([
  [640, 480],
  [481, 333],
  [256, 300],
  [100, 90],
  [90, 777],
])('prepares a picture of %i x %i as the app does', (width, height) => {
  const pixels = picture(width, height, 3);
  const wanted = renderViews({ width, height, pixels }, preprocessing, ['centre']);
  const found = prepare({ width, height, data: pixels }, preprocessing, 'NCHW');
  const worst = wanted.reduce((most, value, at) => Math.max(most, Math.abs(value - found[at]!)), 0);
  expect(worst).toBeLessThan(1e-6);
});

it('lays out rows of pixels where the network wants channels last, and passes over a fourth channel', () => {
  const data = picture(300, 260, 4);
  const pixels = data.filter((_, at) => at % 4 !== 3);
  const wanted = prepare({ width: 300, height: 260, data: pixels }, preprocessing, 'NCHW');
  const found = prepare({ width: 300, height: 260, data }, preprocessing, 'NHWC');
  const places = preprocessing.cropSize ** 2;
  for (const at of [0, 1, 2, 3, 70_001, 3 * places - 1])
    expect(found[at]).toBe(wanted[(at % 3) * places + Math.floor(at / 3)]);
});
