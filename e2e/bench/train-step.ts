/** Images a second of whole training steps and their peak memory, beside PyTorch and Keras; in turn, medians of rounds. */
import { findPeerPython } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';
import { compare, type Job, measureRounds, type Round, workOf } from './train-step-rounds.ts';

const LEAST = { pytorch: 1.1, keras: 1 };

const jobs: readonly Job[] = [
  { network: 'tf_efficientnet_lite0', frozen: 'none', sides: ['ours', 'pytorch', 'keras', 'ourRecompute'] },
  { network: 'resnet50', frozen: 'none', sides: ['ours', 'keras', 'pytorch'] },
];

export async function benchTrainStep(): Promise<readonly BenchRecord[]> {
  const pytorch = findPeerPython();
  const keras = findPeerPython('requirements-keras.txt');
  if (pytorch === null || keras === null) return [];
  const rounds = measureRounds(jobs, { pytorch, keras });
  return jobs.flatMap((job) => wholeRecords(job, rounds.get(job) ?? []));
}

function wholeRecords(job: Job, rounds: readonly Round[]): BenchRecord[] {
  const speed = (peer: 'pytorch' | 'keras'): BenchRecord => {
    const found = compare(rounds, { ours: 'ours', peer, figure: 'imagesPerSecond' });
    return {
      name: `${job.network}, full training step, images a second`,
      work: workOf(job, rounds, found.text),
      ours: found.ours,
      peer: found.peer,
      peerName: peer === 'pytorch' ? 'PyTorch eager, channels_last' : 'Keras, graph mode, oneDNN on',
      ratio: found.ratio,
      goal: `at least ${LEAST[peer]} times the peer`,
      met: found.ratio >= LEAST[peer],
    };
  };
  const records = [speed('pytorch'), speed('keras'), memoryRecord(job, rounds)];
  return job.sides.includes('ourRecompute') ? [...records, recomputeRecord(job, rounds)] : records;
}

function memoryRecord(job: Job, rounds: readonly Round[]): BenchRecord {
  const found = compare(rounds, { ours: 'ours', peer: 'pytorch', figure: 'peakMb' });
  const isAsked = job.network === 'tf_efficientnet_lite0';
  return {
    name: `${job.network}, full training, peak memory, MB`,
    work: workOf(job, rounds, found.text),
    ours: found.ours,
    peer: found.peer,
    peerName: 'PyTorch eager, channels_last',
    ratio: found.ratio,
    goal: isAsked ? 'not above the peer' : 'printed beside it',
    met: isAsked ? found.ratio <= 1 : null,
  };
}

/** What recomputation between the stages saves and costs. */
function recomputeRecord(job: Job, rounds: readonly Round[]): BenchRecord {
  const memory = compare(rounds, { ours: 'ourRecompute', peer: 'ours', figure: 'peakMb' });
  const speed = compare(rounds, { ours: 'ourRecompute', peer: 'ours', figure: 'imagesPerSecond' });
  return {
    name: `${job.network}, recomputing between stages, peak memory, MB`,
    work: `${workOf(job, rounds, memory.text)}; at ${speed.ratio.toFixed(2)} of the images a second`,
    ours: memory.ours,
    peer: memory.peer,
    peerName: 'ours without recomputation',
    ratio: memory.ratio,
    goal: 'printed beside it',
    met: null,
  };
}
