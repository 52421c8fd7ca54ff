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
    for (const file of files.near(index)) {
      const cosines = cosinesWith(vectors[index]!, file);
      for (const [at, other] of file.members.entries()) {
        const cosine = cosines[at]!;
        if (cosine < leastCosine || other === index) continue;
        const isTwice = isNew(other) && other <= index; // a new one meets it from its own side, or did
        if (isTwice && files.meets(other, index)) continue;
        found(Math.min(index, other), Math.max(index, other), cosine);
      }
    }
  };
}

/** The vectors of a file lie one behind the other: reading them where they are takes several times as long as multiplying them. */
type File = { readonly members: readonly number[]; readonly values: Float32Array };
type Files = {
  readonly near: (index: number) => readonly File[];
  readonly meets: (index: number, other: number) => boolean; // whether `index` looks into the file of `other`
};

function fileVectors(vectors: readonly Float32Array[]): Files {
  const count = vectors.length;
  const pivotCount = count < COMPARE_ALL_BELOW ? 1 : Math.ceil(Math.sqrt(count));
  const pivots = Array.from({ length: pivotCount }, (_, at) => vectors[Math.floor((at * count) / pivotCount)]!);
  const allPivots = fileOf(pivots, [...pivots.keys()]);
  const nearest = vectors.map((vector) => nearestOf(vector, allPivots, FILES_LOOKED_INTO));
  const members: number[][] = pivots.map(() => []);
  nearest.forEach((own, index) => {
    members[own[0]!]?.push(index);
  });
  const files = members.map((own) => fileOf(vectors, own));
  return {
    near: (index) => Array.from(nearest[index]!, (file) => files[file]!),
    meets: (index, other) => nearest[index]!.includes(nearest[other]![0]!),
  };
}

function fileOf(vectors: readonly Float32Array[], members: readonly number[]): File {
  const length = vectors[0]?.length ?? 0;
  const values = new Float32Array(members.length * length);
  for (const [at, member] of members.entries()) values.set(vectors[member]!, at * length);
  return { members, values };
}

/** The most similar pivots, the nearest first. */
function nearestOf(vector: Float32Array, pivots: File, most: number): Int32Array {
  const best = new Int32Array(Math.min(most, pivots.members.length));
  const scores = new Float64Array(best.length).fill(Number.NEGATIVE_INFINITY);
  for (const [pivot, score] of cosinesWith(vector, pivots).entries()) {
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

function cosinesWith(vector: Float32Array, { members, values }: File): Float64Array {
  const cosines = new Float64Array(members.length);
  for (let member = 0, from = 0; member < cosines.length; member += 1) {
    let sum = 0;
    for (let at = 0; at < vector.length; at += 1, from += 1) sum += vector[at]! * values[from]!;
    cosines[member] = sum;
  }
  return cosines;
}
