/**
 * Weights [K] that make every class count alike: rows / (classes that have rows * rows of the class), 0 for an empty one.
 *
 * Their mean over the rows is 1. King and Zeng 2001, sec. 4.
 */
export function balancedClassWeights(labels: Int32Array, classCount: number): Float32Array {
  const counts = new Int32Array(classCount);
  for (const label of labels) counts[label]! += 1;
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return Float32Array.from(counts, (count) => (count > 0 ? labels.length / (present * count) : 0));
}
