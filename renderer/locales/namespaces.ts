/** Every text of the interface: one namespace a view, one file a namespace and language. */
import { app } from './en/app.ts';
import { compare } from './en/compare.ts';
import { ensemble } from './en/ensemble.ts';
import { errors } from './en/errors.ts';
import { evaluate } from './en/evaluate.ts';
import { judging } from './en/judging.ts';
import { photos } from './en/photos.ts';
import { run } from './en/run.ts';
import { runs } from './en/runs.ts';
import { settings } from './en/settings.ts';
import { start } from './en/start.ts';
import { sweeps } from './en/sweeps.ts';
import { train } from './en/train.ts';
import { use } from './en/use.ts';
import { app as zhApp } from './zh-CN/app.ts';
import { compare as zhCompare } from './zh-CN/compare.ts';
import { ensemble as zhEnsemble } from './zh-CN/ensemble.ts';
import { errors as zhErrors } from './zh-CN/errors.ts';
import { evaluate as zhEvaluate } from './zh-CN/evaluate.ts';
import { judging as zhJudging } from './zh-CN/judging.ts';
import { photos as zhPhotos } from './zh-CN/photos.ts';
import { run as zhRun } from './zh-CN/run.ts';
import { runs as zhRuns } from './zh-CN/runs.ts';
import { settings as zhSettings } from './zh-CN/settings.ts';
import { start as zhStart } from './zh-CN/start.ts';
import { sweeps as zhSweeps } from './zh-CN/sweeps.ts';
import { train as zhTrain } from './zh-CN/train.ts';
import { use as zhUse } from './zh-CN/use.ts';

export const english = {
  app,
  errors,
  photos,
  train,
  run,
  runs,
  compare,
  evaluate,
  judging,
  ensemble,
  sweeps,
  use,
  settings,
  start,
} as const;
export type Texts = typeof english;
export type Namespace = keyof Texts;

export const chinese = {
  app: zhApp,
  errors: zhErrors,
  photos: zhPhotos,
  train: zhTrain,
  run: zhRun,
  runs: zhRuns,
  compare: zhCompare,
  evaluate: zhEvaluate,
  judging: zhJudging,
  ensemble: zhEnsemble,
  sweeps: zhSweeps,
  use: zhUse,
  settings: zhSettings,
  start: zhStart,
} as const;
