import { expect, it } from 'vitest';
import { type Chart, chartSvg, type Panel } from './chart.ts';

const panel: Panel = {
  ...{
    title: 'Measured',
    note: 'a < b',
    x: {
      label: 'layers',
      ticks: [
        [8, '8'],
        [56, '56'],
      ],
    },
    y: { label: 'error, %' },
  },
  isJoined: true,
  series: [
    {
      name: 'plain',
      points: [
        { x: 8, y: 10 },
        { x: 56, y: 30 },
      ],
    },
    {
      name: 'residual',
      points: [
        { x: 8, y: 10 },
        { x: 56, y: 5, low: 2, high: 8 },
      ],
    },
  ],
};
const chart: Chart = { title: 'Depth', panels: [panel, { ...panel, isJoined: false }] };

const circlesOf = (svg: string) =>
  [...svg.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)"/g)].map(([, x, y]) => [Number(x), Number(y)] as const);

it('places higher figures higher, equal ones at the same height, and deeper ones to the right', () => {
  const [plain8, plain56, residual8, residual56] = circlesOf(chartSvg(chart));
  expect(plain8).toEqual(residual8);
  expect(plain56![1]).toBeLessThan(plain8![1]);
  expect(residual56![1]).toBeGreaterThan(residual8![1]);
  expect(plain56![0]).toBe(residual56![0]);
  expect(plain56![0]).toBeGreaterThan(plain8![0]);
});

it('keeps proportions: 10 to 30 is four times as far as 10 to 5', () => {
  const [plain8, plain56, , residual56] = circlesOf(chartSvg(chart));
  expect((plain8![1] - plain56![1]) / (residual56![1] - plain8![1])).toBeCloseTo(4, 1);
});

it('puts decades at equal distances on a logarithmic axis', () => {
  const series = [
    {
      name: 'a',
      points: [
        { x: 1, y: 0.1 },
        { x: 2, y: 1 },
        { x: 3, y: 10 },
      ],
    },
  ];
  const [first, second, third] = circlesOf(
    chartSvg({ title: '', panels: [{ ...panel, y: { label: '', isLog: true }, series }] }),
  );
  expect(first![1] - second![1]).toBeCloseTo(second![1] - third![1], 1);
});

it('joins points only where it is asked to, and escapes words', () => {
  const [measured, published] = chartSvg(chart).split('<g transform').slice(1);
  expect(measured).toContain('stroke-width="2"');
  expect(published).not.toContain('stroke-width="2"');
  expect(measured).toContain('a &lt; b');
});
