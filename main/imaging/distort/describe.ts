import type { DrawnParameter } from '../../../shared/contract/augmenting.ts';
import { boxOf, type Drawn } from './drawn.ts';

type Line = { readonly name: string; readonly value: DrawnParameter['value']; readonly unit?: string };

/** What was drawn, in words and units for a preview; what is not at work is not listed. */
export function describeDrawn(drawn: Drawn): DrawnParameter[] {
  const lines = [...describeGeometry(drawn), ...describeColour(drawn), ...describeQuality(drawn)];
  return lines.map(({ name, value, unit }) => ({
    name,
    value: typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
    unit: unit ?? null,
  }));
}

function describeGeometry(drawn: Drawn): readonly Line[] {
  const box = boxOf(drawn);
  const { photo, shearDegrees, warp, cornerShifts } = drawn;
  const lines: Line[] = [
    { name: 'crop area', value: (box.width * box.height * 100) / (photo.width * photo.height), unit: '%' },
    { name: 'crop aspect', value: box.width / box.height },
  ];
  if (drawn.mirror) lines.push({ name: 'mirror', value: true });
  if (drawn.flip) lines.push({ name: 'flip', value: true });
  if (drawn.rotationDegrees !== 0) lines.push({ name: 'rotation', value: drawn.rotationDegrees, unit: '°' });
  if (shearDegrees[0] !== 0) lines.push({ name: 'shear across', value: shearDegrees[0], unit: '°' });
  if (shearDegrees[1] !== 0) lines.push({ name: 'shear down', value: shearDegrees[1], unit: '°' });
  if (drawn.zoom !== 1) lines.push({ name: 'zoom', value: drawn.zoom, unit: '×' });
  if (cornerShifts !== null) {
    const largest = Math.max(...cornerShifts.flat().map(Math.abs));
    lines.push({ name: 'perspective', value: largest * 100, unit: '% of the side' });
  }
  if (warp !== null) lines.push({ name: `${warp.kind} warp`, value: warp.deviation * 100, unit: '% of the side' });
  return lines;
}

function describeColour(drawn: Drawn): readonly Line[] {
  const lines: Line[] = [];
  if (drawn.brightness !== 1) lines.push({ name: 'brightness', value: drawn.brightness, unit: '×' });
  if (drawn.contrast !== 1) lines.push({ name: 'contrast', value: drawn.contrast, unit: '×' });
  if (drawn.saturation !== 1) lines.push({ name: 'saturation', value: drawn.saturation, unit: '×' });
  if (drawn.hueDegrees !== 0) lines.push({ name: 'hue', value: drawn.hueDegrees, unit: '°' });
  const channels = ['red', 'green', 'blue'];
  drawn.channelShift.forEach((shift, channel) => {
    if (shift !== 0) lines.push({ name: `${channels[channel]} shift`, value: shift * 100, unit: '%' });
  });
  drawn.colourAlphas?.forEach((alpha, axis) => {
    lines.push({ name: `PCA colour ${axis + 1}`, value: alpha });
  });
  return lines;
}

function describeQuality({ blurSigmaPixels, noise, jpegQuality, erasing, cropSize }: Drawn): readonly Line[] {
  const lines: Line[] = [];
  if (blurSigmaPixels > 0) lines.push({ name: 'blur', value: blurSigmaPixels, unit: 'px' });
  if (noise !== null) lines.push({ name: 'noise', value: noise.deviation * 100, unit: '%' });
  if (jpegQuality !== null) lines.push({ name: 'JPEG quality', value: jpegQuality });
  if (erasing !== null) {
    const share = (erasing.width * erasing.height * 100) / (cropSize * cropSize);
    lines.push({ name: 'erased', value: share, unit: '%' });
  }
  return lines;
}
