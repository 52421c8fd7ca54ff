/**
 * The three ways to use a pretrained network, and which one suits a set of photos.
 *
 * Few photos: the softmax alone, on frozen features; medium: the later stages too; many: everything, from the
 * pretrained weights. Early layers are general and later ones are specific to what the network was trained on (Yosinski
 * et al. 2014, arXiv:1411.1792), so that the early ones are frozen first; where photos are few, a linear classifier on
 * frozen features holds its own against fine-tuning, which gains with their number (Kornblith, Shlens and Le 2019,
 * arXiv:1805.08974). The numbers of photos below are this program's own: they are checked by the bench `regimes`.
 */
import { assertNever } from '../contract/errors.ts';
import type { RegimeGrounds } from '../contract/planning.ts';
import type { Regime } from '../domain/regime.ts';
import type { Network } from '../networks/network.ts';
import { countParameters } from '../networks/parameters.ts';
import { split } from '../networks/split.ts';

/** Fewer photos than this in the smallest class: the softmax alone. */
export const LATER_STAGES_FROM = 40;
/** This many photos in the smallest class, or more: everything. */
export const EVERYTHING_FROM = 400;
/** Errors of a frozen network, at most, where training more cannot gain what could be seen. */
export const SOLVED_ERROR = 0.015;

/** How well a softmax on the pooled output of one stage does, by cross-validation. */
export type Rung = { readonly stage: string; readonly correct: number; readonly total: number };

export type Recommendation = {
  readonly regime: Regime;
  readonly frozenThrough: string; // stage id
  readonly reason: string; // one sentence for people
  readonly grounds: RegimeGrounds;
};

export type RegimeQuestion = {
  readonly network: Network; // with its class count
  readonly photosPerClass: readonly number[]; // to learn from, one number a class
  readonly ladder: readonly Rung[] | null; // null: not probed
};

/** The regime for a set of photos. */
export function recommendRegime(question: RegimeQuestion): Recommendation {
  const fewest = Math.min(...question.photosPerClass);
  const top = question.ladder?.at(-1);
  if (top !== undefined && top.total > 0 && 1 - top.correct / top.total <= SOLVED_ERROR)
    return settle(question, 'softmax', { kind: 'solved', correct: top.correct, total: top.total });
  if (fewest < LATER_STAGES_FROM) return settle(question, 'softmax', { kind: 'few', photos: fewest });
  if (fewest >= EVERYTHING_FROM) return settle(question, 'everything', { kind: 'many', photos: fewest });
  const { stage, isPlateau } = lastStageToFreeze(question);
  return settle(question, 'later-stages', { kind: isPlateau ? 'plateau' : 'medium', photos: fewest, stage });
}

/** A regime as asked for, whatever the photos. */
export function settleRegime(question: RegimeQuestion, regime: Regime): Recommendation {
  return settle(question, regime, { kind: 'asked' });
}

function settle(question: RegimeQuestion, regime: Regime, grounds: RegimeGrounds): Recommendation {
  const { stages } = question.network;
  const frozenThrough =
    regime === 'softmax'
      ? stages.at(-1)!.id
      : regime === 'everything'
        ? stages[0]!.id
        : lastStageToFreeze(question).stage;
  return { regime, frozenThrough, reason: sentenceOf(grounds), grounds };
}

function sentenceOf(grounds: RegimeGrounds): string {
  switch (grounds.kind) {
    case 'solved':
      return `The frozen network already gets ${grounds.correct} of ${grounds.total} right: training more gains nothing.`;
    case 'few':
      return `The smallest class has ${photos(grounds.photos)}: too few to train more than the softmax.`;
    case 'plateau':
      return `With ${photos(grounds.photos)} in the smallest class, the features get no better after ${grounds.stage}: up to there they stay frozen.`;
    case 'medium':
      return `With ${photos(grounds.photos)} in the smallest class, all but the last layers stay frozen (${grounds.stage}).`;
    case 'many':
      return `With ${photos(grounds.photos)} in the smallest class all layers can learn, the early ones slowly.`;
    case 'asked':
      return 'As asked for.';
    default:
      return assertNever(grounds);
  }
}

/**
 * Where the ladder stops rising: the first stage that does as well as the best one, within one standard error.
 *
 * Never so late that nothing but the classifier would train, and never the picture itself; without a ladder, that last
 * place.
 */
function lastStageToFreeze({ network, ladder }: RegimeQuestion): {
  readonly stage: string;
  readonly isPlateau: boolean;
} {
  const classifier = countParameters(split(network, network.stages.at(-1)!.id).suffix);
  const open = network.stages
    .slice(1)
    .filter(({ id }) => countParameters(split(network, id).suffix) > classifier)
    .map(({ id }) => id);
  const latest = open.at(-1) ?? network.stages[0]!.id;
  if (ladder === null || ladder.length === 0) return { stage: latest, isPlateau: false };
  const accuracy = (rung: Rung): number => (rung.total === 0 ? 0 : rung.correct / rung.total);
  const best = Math.max(...ladder.map(accuracy));
  const total = Math.max(1, ladder[0]!.total);
  const standardError = Math.sqrt((best * (1 - best)) / total);
  const reached = ladder.find((rung) => accuracy(rung) >= best - standardError);
  const isPlateau = reached !== undefined && open.includes(reached.stage);
  return { stage: isPlateau ? reached.stage : latest, isPlateau };
}

function photos(count: number): string {
  return `${count} ${count === 1 ? 'photo' : 'photos'}`;
}
