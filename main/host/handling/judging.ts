import type { judgingCommands } from '../../../shared/contract/judging.ts';
import { findJudgement } from '../../store/judgements.ts';
import { calibrateRun, setDial } from '../commands/calibrate.ts';
import { findLabelMistakes } from '../commands/label-mistakes.ts';
import { retrainHead } from '../commands/retrain.ts';
import { addAs, findStrangers } from '../commands/strangers.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createJudgingHandlers({ open }: HandlerParts): Pick<Handlers, keyof typeof judgingCommands> {
  return {
    'runs.calibrate': async (input, context) => calibrateRun(open(), input, context),
    'runs.judgement': async ({ runId }) => ({ judgement: findJudgement(open().project.database, runId) }),
    'runs.set-dial': async (input) => setDial(open(), input),
    'runs.strangers': async (input, context) => findStrangers(open(), input, context),
    'runs.retrain': async (input, context) => retrainHead(open(), input, context),
    'library.add-as': async (input, context) => addAs(open(), input, context),
    'library.label-mistakes': async (input, context) => findLabelMistakes(open(), input, context),
  };
}
