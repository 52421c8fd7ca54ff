/**
 * Close pairs among many vectors of length 1 without comparing all of them: an inverted file.
 *
 * Vectors are filed under the nearest of about sqrt(n) pivots, and each looks only into the files of its nearest few pivots: about
 * n^1.5 comparisons instead of n^2. Few vectors are compared with all, exactly. Jégou, Douze, Schmid 2011, doi:10.1109/TPAMI.2010.57.
 */
export type PairSearch = {
  readonly vectors: readonly Float32Array[];
  readonly isNew: (index: number) => boolean; // pairs of two old vectors are not looked for
  readonly leastCosine: number;
};
export type FoundPair = (first: number, second: number, cosine: number) => void;

const FILES_LOOKED_INTO = 12;
const COMPARE_ALL_BELOW = 2000;

/** Asked about each vector once, it calls `found` once for each pair, first < second. */
export function openPairSearch({ vectors, isNew, leastCosine }: PairSearch): (index: number, found: FoundPair) => void {
  const files = fileVectors(vectors);
  return (index, found) => {
    if (!isNew(index)) return;
    for (const file of files.near(index))
      for (const other of file) {
        const isTwice = isNew(other) && other <= index; // a new one meets it from its own side, or did
        if (other === index || (isTwice && files.meets(other, index))) continue;
        const cosine = dot(vectors[index]!, vectors[other]!);
        if (cosine >= leastCosine) found(Math.min(index, other), Math.max(index, other), cosine);
      }
  };
}

type Files = {
  readonly near: (index: number) => readonly (readonly number[])[];
  readonly meets: (index: number, other: number) => boolean; // whether `index` looks into the file of `other`
};

function fileVectors(vectors: readonly Float32Array[]): Files {
  const count = vectors.length;
  const pivotCount = count < COMPARE_ALL_BELOW ? 1 : Math.ceil(Math.sqrt(count));
  const pivots = Array.from({ length: pivotCount }, (_, at) => vectors[Math.floor((at * count) / pivotCount)]!);
  const nearest = vectors.map((vector) => nearestOf(vector, pivots, FILES_LOOKED_INTO));
  const files: number[][] = pivots.map(() => []);
  nearest.forEach((own, index) => {
    files[own[0]!]?.push(index);
  });
  return {
    near: (index) => Array.from(nearest[index]!, (file) => files[file]!),
    meets: (index, other) => nearest[index]!.includes(nearest[other]![0]!),
  };
}

/** The most similar pivots, the nearest first. */
function nearestOf(vector: Float32Array, pivots: readonly Float32Array[], most: number): Int32Array {
  const best = new Int32Array(Math.min(most, pivots.length));
  const scores = new Float64Array(best.length).fill(Number.NEGATIVE_INFINITY);
  for (const [pivot, other] of pivots.entries()) {
    const score = dot(vector, other);
    if (score <= scores[best.length - 1]!) continue;
    let at = best.length - 1;
    for (; at > 0 && scores[at - 1]! < score; at -= 1) {
      scores[at] = scores[at - 1]!;
      best[at] = best[at - 1]!;
    }
    scores[at] = score;
    best[at] = pivot;
  }
  return best;
}

function dot(first: Float32Array, second: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < first.length; at += 1) sum += first[at]! * second[at]!;
  return sum;
}
