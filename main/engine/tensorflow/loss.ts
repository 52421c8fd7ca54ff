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

/** Rows mixed with those of other labels: `share` of the target is the row's own. */
export type Mixture = { readonly otherLabels: Int32Array; readonly share: number };

/** The targets of mixed rows, each label smoothed on its own. */
export function mixedTargets(
  labels: Int32Array,
  classCount: number,
  { labelSmoothing, mixed }: { readonly labelSmoothing: number; readonly mixed?: Mixture },
): Float32Array {
  const own = smoothedTargets(labels, classCount, labelSmoothing);
  if (mixed === undefined) return own;
  const other = smoothedTargets(mixed.otherLabels, classCount, labelSmoothing);
  return own.map((value, at) => mixed.share * value + (1 - mixed.share) * other[at]!);
}

/** Factors [B] of each row's loss: its class weight over the sum of them all, times the head's weight. */
export function weightedRows(labels: Int32Array, classWeights: Float32Array | null, headWeight: number): Float32Array {
  const raw = Float32Array.from(labels, (label) => classWeights?.[label] ?? 1);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => (total > 0 ? (headWeight * weight) / total : 0));
}
