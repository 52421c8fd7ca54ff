import { useFormat } from '../../lib/use-format.ts';

/** A difference of two shares as points with a sign: +1.2, −0.5, 0. */
export function usePoints(): (share: number) => string {
  const format = useFormat();
  return (share) => {
    const points = Math.round(1000 * share) / 10;
    const sign = points > 0 ? '+' : points < 0 ? '−' : '';
    return `${sign}${format.fixed(Math.abs(points), 1)}`;
  };
}
