/** What the loss wants of each row of a mini-batch. */

/**
 * Targets [B, K] of smoothed cross-entropy: 1 - smoothing on the label, plus smoothing / K everywhere.
 *
 * Szegedy et al. 2016, arXiv:1512.00567, sec. 7.
 */
export function smoothedTargets(labels: Int32Array, classCount: number, smoothing: number): Float32Array {
  const targets = new Float32Array(labels.length * classCount).fill(smoothing / classCount);
  labels.forEach((label, row) => {
    targets[row * classCount + label]! += 1 - smoothing;
  });
  return targets;
}

/** Factors [B] of each row's loss: its class weight over the sum of them all, times the head's weight. */
export function weightedRows(labels: Int32Array, classWeights: Float32Array | null, headWeight: number): Float32Array {
  const raw = Float32Array.from(labels, (label) => classWeights?.[label] ?? 1);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => (total > 0 ? (headWeight * weight) / total : 0));
}
