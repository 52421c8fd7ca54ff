/** The softmax of a finished run trained anew with today's labels, on features that are in the cache. */
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { ClassName, makeRunId, type RunId } from '../../../shared/domain/ids.ts';
import type { Language } from '../../../shared/domain/language.ts';
import { Recipe } from '../../../shared/domain/recipe.ts';
import type { RunConfig, RunRecord } from '../../../shared/domain/run.ts';
import { confusionMatrix } from '../../../shared/math/statistics.ts';
import { listClasses } from '../../store/classes.ts';
import { insertRun, listRunNames } from '../../store/runs.ts';
import { assignSides, datasetHash, splitHash } from '../../store/sides.ts';
import type { CommandContext } from '../dispatch.ts';
import { chooseSelection, requireFitDataset } from '../fit-dataset.ts';
import { type HeldOutOutcomes, heldOutOutcomes } from '../held-out.ts';
import { labelledImages, requireFinishedRun, type Session } from '../session.ts';
import { isSoftmaxAlone, trainRecorded } from './run-training.ts';

const HEAD_WEIGHT_DECAY = 10; // of a softmax alone, see main/engine/training/measured-recipes.md

/** Records a new run; the figures beside it are of photos that did not teach what answered. */
export async function retrainHead(
  session: Session,
  input: CommandInput<'runs.retrain'>,
  context: CommandContext,
): Promise<CommandOutput<'runs.retrain'>> {
  const startedMs = performance.now();
  const { database } = session.project;
  const base = requireFinishedRun(session, input.runId);
  assignSides(database);
  const images = labelledImages(session, ['train', 'val']);
  const classes = listClasses(database).map(({ name }) => name as string);
  requireFitDataset(classes, images);
  const config: RunConfig = {
    ...settingsOf(base),
    selection: chooseSelection(images, classes),
    retrainedFrom: base.runId,
  };
  const runId = makeRunId(session.random);
  const name = input.name ?? nameAfter(base, listRunNames(database), input.language);
  const hashes = { datasetHash: datasetHash(database), splitHash: splitHash(database) };
  insertRun(database, { runId, name, config, ...hashes }, session.clock());
  const run = await trainRecorded(session, { runId, config, classes, resume: false }, context);
  const after = await heldOutOutcomes(session, { runId, views: 'centre' }, context);
  const before = await outcomesOfOld(session, base.runId, context);
  const isSame = before !== null && before.from === after.from;
  return {
    run,
    side: after.from === 'validation' ? 'val' : 'folds',
    classes: after.classes.map((own) => ClassName.parse(own)),
    before: isSame ? matrixIn(after.classes, before) : null,
    after: matrixIn(after.classes, after),
    elapsedMs: performance.now() - startedMs,
  };
}

/** What was chosen for the old run is not chosen again; where deeper layers were trained, they stay as they are. */
function settingsOf({ config, weightDecay }: RunRecord): Omit<RunConfig, 'selection' | 'retrainedFrom'> {
  const { selection: _, retrainedFrom: __, ...settings } = config;
  if (isSoftmaxAlone(config)) {
    return { ...settings, recipe: { ...config.recipe, weightDecay: weightDecay ?? config.recipe.weightDecay } };
  }
  const { labelSmoothing, classWeighting } = config.recipe;
  const { augmentation: ___, ...plain } = settings;
  return { ...plain, recipe: Recipe.parse({ labelSmoothing, classWeighting, weightDecay: HEAD_WEIGHT_DECAY }) };
}

const RETRAINED: Readonly<Record<Language, string>> = { en: 'retrained', 'zh-CN': '重新训练' };

/** 'My run · retrained', then 'My run · retrained (2)'. */
function nameAfter({ name }: RunRecord, taken: readonly string[], language: Language = 'en'): string {
  const words = Object.values(RETRAINED).join('|');
  const stem = name.replace(new RegExp(` · (?:${words})(?: \\(\\d+\\))?$`), '').slice(0, 100);
  const first = `${stem} · ${RETRAINED[language]}`;
  if (!taken.includes(first)) return first;
  let number = 2;
  while (taken.includes(`${first} (${number})`)) number += 1;
  return `${first} (${number})`;
}

/** null: the old run has no held-out answers for today's photos. */
async function outcomesOfOld(session: Session, runId: RunId, context: CommandContext): Promise<HeldOutOutcomes | null> {
  try {
    return await heldOutOutcomes(session, { runId, views: 'centre' }, context);
  } catch (error) {
    if (error instanceof AppError && ['INVALID_INPUT', 'DATASET_UNFIT', 'CACHE_DAMAGED'].includes(error.code))
      return null;
    throw error;
  }
}

/** Counts [K, K] in the order of other classes; what one of them does not know is left out. */
export function matrixIn(
  classes: readonly string[],
  { truth, answers, classes: own }: Pick<HeldOutOutcomes, 'truth' | 'answers' | 'classes'>,
): number[][] {
  const placeOf = own.map((name) => classes.indexOf(name));
  const pairs = truth.flatMap((label, at) => {
    const pair = [placeOf[label] ?? -1, placeOf[answers[at]!] ?? -1] as const;
    return pair[0] < 0 || pair[1] < 0 ? [] : [pair];
  });
  return confusionMatrix(
    pairs.map(([label]) => label),
    pairs.map(([, answer]) => answer),
    classes.length,
  );
}
