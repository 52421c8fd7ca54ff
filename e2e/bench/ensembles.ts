/** Weights of an ensemble and the plan of ensembles on drawn answers: 10 runs of 2,000 photos, 3 classes, 3 sets of crops. */
import { costFront } from '../../shared/math/cost-front.ts';
import { convexWeights, greedyWeights } from '../../shared/math/ensemble-weights.ts';
import { normal, seededRandom } from '../../shared/math/random.ts';
import { softmax } from '../../shared/math/statistics.ts';
import type { BenchRecord } from './record.ts';

const [RUNS, PHOTOS, CLASSES, SETS] = [10, 2000, 3, 3];
const MOST_WEIGHTS_S = 1;
const MOST_PLAN_S = 5;

/** Answers of runs that are partly of one mind, as those of different seeds are. */
function drawAnswers() {
  const random = seededRandom(7);
  const truth = Int32Array.from({ length: PHOTOS }, () => Math.floor(random() * CLASSES));
  const shared = Float64Array.from({ length: PHOTOS * CLASSES }, () => normal(random));
  const runs = Array.from({ length: RUNS * SETS }, (_, at) => {
    const probabilities = new Float64Array(PHOTOS * CLASSES);
    for (let photo = 0; photo < PHOTOS; photo += 1) {
      const logits = Array.from({ length: CLASSES }, (__, label) => {
        const bonus = label === truth[photo] ? 1 + 0.05 * at : 0;
        return bonus + shared[photo * CLASSES + label]! + 0.8 * normal(random);
      });
      probabilities.set(softmax(logits), photo * CLASSES);
    }
    return probabilities;
  });
  return { truth, runs };
}

function secondsOf(work: () => void): number {
  const startedMs = performance.now();
  work();
  return (performance.now() - startedMs) / 1000;
}

type Timed = { readonly seconds: number; readonly most: number };

const record = (name: string, work: string, { seconds, most }: Timed): BenchRecord => ({
  ...{ name, work, ours: seconds, peer: null, peerName: null, ratio: null },
  goal: `under ${most} s`,
  met: seconds < most,
});

export async function benchEnsembles(): Promise<readonly BenchRecord[]> {
  const { truth, runs } = drawAnswers();
  const ofTruth = runs
    .slice(0, RUNS)
    .map((own) => Float64Array.from(truth, (label, photo) => own[photo * CLASSES + label]!));
  let gap = 0;
  const weights = secondsOf(() => {
    greedyWeights(ofTruth);
    gap = convexWeights(ofTruth).gap;
  });
  const candidates = runs.map((probabilities, at) => ({ probabilities, group: Math.floor(at / RUNS) }));
  let points = 0;
  const plan = secondsOf(() => {
    points = costFront({ candidates, truth, costOf: (members) => members.length }).length;
  });
  const sizes = `${RUNS} runs of ${PHOTOS} photos, ${CLASSES} classes`;
  return [
    record(
      'ensemble weights, seconds',
      `${sizes}: greedy selection, 100 rounds, and the least log-loss, at most ${gap.toExponential(0)} nats above it`,
      { seconds: weights, most: MOST_WEIGHTS_S },
    ),
    record(
      'plan of ensembles, seconds',
      `${sizes}, ${SETS} sets of crops: all ${SETS * (2 ** RUNS - 1)} subsets, ${points} on the front`,
      { seconds: plan, most: MOST_PLAN_S },
    ),
  ];
}
