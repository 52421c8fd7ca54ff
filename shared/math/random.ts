/** A repeatable source of numbers in [0, 1). */
export type Random = () => number;

/** A source whose place can be written down: `resumableRandom(source.state())` goes on with the same numbers. */
export type ResumableRandom = {
  readonly next: Random;
  readonly state: () => number; // uint32
  readonly restore: (state: number) => void;
};

/** The generator mulberry32: 32 bits of state, enough for shuffles and masks, not for secrets. */
export function resumableRandom(seed: number): ResumableRandom {
  let state = seed | 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
    state: () => state >>> 0,
    restore: (saved) => {
      state = saved | 0;
    },
  };
}

export function seededRandom(seed: number): Random {
  return resumableRandom(seed).next;
}

/** Integers 0 to count - 1 in random order (Fisher-Yates). */
export function shuffledIndices(count: number, random: Random): Int32Array {
  const indices = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [indices[last], indices[other]] = [indices[other]!, indices[last]!];
  }
  return indices;
}

/** A number of the standard normal distribution (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
