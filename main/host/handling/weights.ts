import type { weightsCommands } from '../../../shared/contract/weights.ts';
import { downloadWeights, listCatalogue } from '../commands/download-weights.ts';
import { selfTestWeights } from '../commands/self-test.ts';
import { importWeightsFile, listWeights, removeWeights } from '../commands/weights.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerParts } from './parts.ts';

export function createWeightsHandlers({ engine }: HandlerParts): Pick<Handlers, keyof typeof weightsCommands> {
  return {
    'weights.import': async (input, context) => importWeightsFile(engine, input, context),
    'weights.list': async () => listWeights(),
    'weights.remove': async (input) => removeWeights(input),
    'weights.catalogue': async () => listCatalogue(),
    'weights.download': async (input, context) => downloadWeights(engine, input, context),
    'weights.self-test': async (input, context) => selfTestWeights(engine, input, context),
  };
}
