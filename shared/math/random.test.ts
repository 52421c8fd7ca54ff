import { describe, expect, it } from 'vitest';
import { resumableRandom, seededRandom } from './random.ts';

describe('resumableRandom', () => {
  it('goes on from a written-down state with the numbers that an undisturbed source gives', () => {
    const undisturbed = resumableRandom(12);
    const first = resumableRandom(12);
    const numbers = Array.from({ length: 100 }, undisturbed.next);
    for (let at = 0; at < 100; at += 1) {
      const resumed = resumableRandom(JSON.parse(JSON.stringify(first.state())));
      expect(resumed.next()).toBe(numbers[at]);
      expect(first.next()).toBe(numbers[at]);
    }
    first.restore(resumableRandom(12).state());
    expect(first.next()).toBe(numbers[0]);
  });

  it('is what seededRandom gives', () => {
    const [plain, resumable] = [seededRandom(5), resumableRandom(5)];
    for (let at = 0; at < 10; at += 1) expect(plain()).toBe(resumable.next());
  });
});
