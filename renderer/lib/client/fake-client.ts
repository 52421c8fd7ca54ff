/** A client for component tests: answers from a table of functions, and remembers what was asked. */
import type {
  CallOptions,
  Client,
  CommandInput,
  CommandName,
  CommandOutput,
} from '../../../shared/contract/commands.ts';
import { toFailure } from '../../../shared/contract/errors.ts';

export type FakeAnswers = {
  readonly [N in CommandName]?: (
    input: CommandInput<N>,
    options: CallOptions,
  ) => CommandOutput<N> | Promise<CommandOutput<N>>;
};

export type FakeClient = Client & { readonly asked: { readonly command: CommandName; readonly input: unknown }[] };

/** Throw an AppError in an answer to make the call fail; a command without an answer fails with NOT_FOUND. */
export function createFakeClient(answers: FakeAnswers): FakeClient {
  const asked: { command: CommandName; input: unknown }[] = [];
  return {
    asked,
    call: async (command, input, options = {}) => {
      asked.push({ command, input });
      const answer = answers[command] as
        | ((given: unknown, opts: CallOptions) => CommandOutput<typeof command>)
        | undefined;
      if (answer === undefined)
        return { ok: false, failure: { code: 'NOT_FOUND', message: `The test gives no answer to ${command}.` } };
      try {
        return { ok: true, value: await answer(input, options) };
      } catch (error) {
        return { ok: false, failure: toFailure(error) };
      }
    },
    close: async () => {},
  };
}
