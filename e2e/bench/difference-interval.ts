import { seededRandom } from '../../shared/math/random.ts';

const RESAMPLES = 10_000;
const BOOTSTRAP_SEED = 11;

/** 95 % of the mean difference of accuracy when photos and seeds are drawn again, each with replacement; one comparison a seed. */
export function differenceInterval(
  comparisons: readonly { readonly fixed: readonly string[]; readonly broken: readonly string[] }[],
  total: number,
): [number, number] {
  const names = [...new Set(comparisons.flatMap(({ fixed, broken }) => [...fixed, ...broken]))];
  const changes = comparisons.map(({ fixed, broken }) => {
    const signs = new Map<string, number>([
      ...fixed.map((id) => [id, 1] as const),
      ...broken.map((id) => [id, -1] as const),
    ]);
    return Int8Array.from({ length: total }, (_, at) => signs.get(names[at] ?? '') ?? 0);
  });
  const random = seededRandom(BOOTSTRAP_SEED);
  const draw = (count: number): number => Math.floor(random() * count);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    const drawn = comparisons.map(() => changes[draw(comparisons.length)] ?? new Int8Array(total));
    let sum = 0;
    for (let photo = 0; photo < total; photo += 1) {
      const at = draw(total);
      for (const change of drawn) sum += change[at] ?? 0;
    }
    return sum / (total * drawn.length);
  }).sort();
  return [means[Math.floor(0.025 * RESAMPLES)] ?? 0, means[Math.ceil(0.975 * RESAMPLES) - 1] ?? 0];
}
