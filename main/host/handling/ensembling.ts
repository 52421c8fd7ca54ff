import type { ensemblingCommands } from '../../../shared/contract/ensembling.ts';
import { deleteEnsemble, listEnsembles } from '../../store/ensembles.ts';
import { showCrops } from '../commands/crops.ts';
import { evaluateTogether } from '../commands/ensemble-answers.ts';
import { exportEnsemble } from '../commands/ensemble-export.ts';
import { planEnsemble } from '../commands/ensemble-plan.ts';
import { saveEnsemble, testEnsemble, weighEnsemble } from '../commands/ensembles.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createEnsemblingHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof ensemblingCommands> {
  return {
    'runs.crops': async (input, context) => showCrops(open(), input, context),
    'ensembles.weigh': async (input, context) => weighEnsemble(open(), input, context),
    'ensembles.save': async (input) => saveEnsemble(open(), input),
    'ensembles.list': async () => ({ ensembles: listEnsembles(open().project.database) }),
    'ensembles.delete': async ({ ensembleId }) => ({ deleted: deleteEnsemble(open().project.database, ensembleId) }),
    'ensembles.test': async (input, context) => testEnsemble(open(), input, context),
    'ensembles.evaluate': async (input, context) => evaluateTogether(open(), input, context),
    'ensembles.plan': async (input, context) => planEnsemble(open(), input, context),
    'ensembles.export': async (input, context) => exportEnsemble(open(), input, context),
  };
}
