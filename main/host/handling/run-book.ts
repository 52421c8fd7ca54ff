import type { runBookCommands } from '../../../shared/contract/run-book.ts';
import { listAnswers } from '../commands/answers.ts';
import { bringRunsBack, deleteRuns, readCurves, updateRun } from '../commands/run-book.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';
import { createRateHandlers } from './rates.ts';

export function createRunBookHandlers(parts: HandlerParts): Pick<Handlers, keyof typeof runBookCommands> {
  const { open } = parts;
  return {
    ...createRateHandlers(parts),
    'runs.curves': async (input) => readCurves(open(), input),
    'runs.answers': async (input, context) => listAnswers(open(), input, context),
    'runs.update': async (input) => updateRun(open(), input),
    'runs.delete': async (input) => deleteRuns(open(), input),
    'runs.restore': async (input) => bringRunsBack(open(), input),
  };
}
