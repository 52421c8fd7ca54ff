/** Folds for cross-validation that keep groups whole and classes even. */
import { AppError } from '../contract/errors.ts';
import { seededRandom, shuffledIndices } from './random.ts';

type FoldRequest = {
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly folds: number;
  readonly seed: number;
};

/**
 * The fold of every row: groups stay whole, each goes where its class (that of its first row) has fewest rows.
 *
 * Throws DATASET_UNFIT where there are fewer groups than folds.
 */
export function stratifiedFolds({ labels, groups, folds, seed }: FoldRequest): Int32Array {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    members.set(group, [...(members.get(group) ?? []), row]);
  });
  if (members.size < folds) {
    const message = `${members.size} distinct photos cannot be parted into ${folds} folds. Add photos.`;
    throw new AppError('DATASET_UNFIT', message);
  }
  const clusters = [...members.values()];
  const order = [...shuffledIndices(clusters.length, seededRandom(seed))].map((at) => clusters[at]!);
  order.sort((a, b) => b.length - a.length); // stable: large ones first, the small ones even it out
  const foldOf = new Int32Array(labels.length);
  const ofClass = new Map<number, Int32Array>();
  const inFold = new Int32Array(folds);
  for (const rows of order) {
    const label = labels[rows[0]!]!;
    const own = ofClass.get(label) ?? new Int32Array(folds);
    ofClass.set(label, own);
    let chosen = 0;
    for (let fold = 1; fold < folds; fold += 1) {
      if (own[fold]! < own[chosen]! || (own[fold] === own[chosen] && inFold[fold]! < inFold[chosen]!)) chosen = fold;
    }
    own[chosen]! += rows.length;
    inFold[chosen]! += rows.length;
    for (const row of rows) foldOf[row] = chosen;
  }
  return foldOf;
}
