/** The seeds' answers beside those of scikit-learn's logistic regression, photo by photo. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { largestIndex, readAnswers } from '../../main/host/answers.ts';
import { seededRandom } from '../../shared/math/random.ts';
import { exactMcNemar, pairedBootstrapInterval } from '../../shared/math/statistics.ts';
import { jobImageOf, runFeaturisePass } from './featurise.ts';
import { findPeerPython, runPeer } from './peers/environment.ts';
import type { BenchRecord } from './record.ts';

const SIGNIFICANCE = 0.05;
const BOOTSTRAP_SEED = 1;
const LogisticAnswers = z.object({ C: z.string(), answers: z.record(z.string(), z.int()) });

export type LogisticQuestion = {
  readonly name: string;
  readonly photos: string; // folders of classes below train/ and test/ or val/
  readonly project: string;
  readonly runIds: readonly string[]; // evaluated on test with the centre crop
  readonly scratch: string;
};

/** No records, after a loud line, where the peer cannot run. */
export async function compareWithLogistic(question: LogisticQuestion): Promise<readonly BenchRecord[]> {
  const python = findPeerPython();
  if (python === null) return [];
  const { name, photos, project, runIds, scratch } = question;
  const [list, features, output] = ['rows.json', 'rows.f32', 'logistic.json'].map((file) =>
    join(scratch, `${name}-${file}`),
  ) as [string, string, string];
  writeFileSync(list, JSON.stringify(listRows(photos)));
  const { computed } = runFeaturisePass(list, join(project, 'features'), features);
  if (computed > 0) throw new Error(`${computed} photos were not in the cache: these are not the same features.`);
  runPeer(python, 'logistic.py', [list, features, output]);
  const peer = LogisticAnswers.parse(JSON.parse(readFileSync(output, 'utf8')));
  const truth = new Map(listRows(photos).map(({ imageId, label }) => [imageId as string, label]));
  const hitsOf = (answers: Readonly<Record<string, number>>): boolean[] =>
    Object.keys(peer.answers).map((id) => answers[id] === truth.get(id));
  const theirs = hitsOf(peer.answers);
  const pairs: ReturnType<typeof pairOf>[] = [];
  for (const runId of runIds) pairs.push(pairOf(hitsOf(await answersOf(project, runId)), theirs));
  const mean = (pick: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0) / pairs.length;
  return [
    {
      name: `${name} beside logistic regression, right answers`,
      work: `same features, C inside train (${peer.C}); by seed: ${pairs.map(({ text }) => text).join('; ')}`,
      ours: mean(({ ours }) => ours),
      peer: theirs.filter(Boolean).length,
      peerName: 'scikit-learn LogisticRegression',
      ratio: mean(({ ours }) => ours) / theirs.filter(Boolean).length,
      goal: 'not significantly worse in any seed (exact McNemar, 5 %)',
      met: pairs.every(({ isWorse }) => !isWorse),
    },
  ];
}

/** Photos by content, once each, as the library keeps them; 'val' is the test side where there is no 'test'. */
function listRows(photos: string) {
  const rows = readdirSync(photos).flatMap((side) =>
    readdirSync(join(photos, side))
      .filter((name) => statSync(join(photos, side, name)).isDirectory())
      .sort()
      .flatMap((name, label) =>
        readdirSync(join(photos, side, name))
          .sort()
          .map((file) =>
            jobImageOf(join(photos, side, name, file), { label, side: side === 'train' ? 'train' : 'test' }),
          ),
      ),
  );
  return [...new Map(rows.map((row) => [row.imageId, row])).values()];
}

async function answersOf(project: string, runId: string): Promise<Record<string, number>> {
  const { imageIds, probabilities } = await readAnswers(join(project, 'runs', runId), 'test', ['centre']);
  return Object.fromEntries(imageIds.map((id, row) => [id, largestIndex(probabilities[row] ?? [])]));
}

function pairOf(ours: readonly boolean[], theirs: readonly boolean[]) {
  const fixed = ours.filter((hit, index) => hit && !theirs[index]).length;
  const broken = ours.filter((hit, index) => !hit && theirs[index]).length;
  const p = exactMcNemar(fixed, broken);
  const random = seededRandom(BOOTSTRAP_SEED);
  const [low, high] = pairedBootstrapInterval({ first: theirs, second: ours }, { random }).map((value) => 100 * value);
  const points = `95 % of differences ${(low ?? 0).toFixed(1)} to ${(high ?? 0).toFixed(1)} points`;
  return {
    ours: ours.filter(Boolean).length,
    isWorse: broken > fixed && p < SIGNIFICANCE,
    text: `+${fixed} -${broken}, p ${p.toFixed(2)}, ${points}`,
  };
}
