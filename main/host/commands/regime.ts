/** From a regime, or the wish to have one chosen, to a freeze depth and a recipe. */
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { Regime } from '../../../shared/domain/regime.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { withClasses } from '../../../shared/networks/split.ts';
import { recipeOfRegime } from '../../../shared/planning/recipe-of-regime.ts';
import { settleRegime } from '../../../shared/planning/regimes.ts';
import { listClasses } from '../../store/classes.ts';
import type { CommandContext } from '../dispatch.ts';
import type { Session } from '../session.ts';
import { probeLibrary } from './probe.ts';

type TrainInput = CommandInput<'runs.train'>;

/**
 * The input with freeze and recipe settled; without a regime it stays as it is.
 *
 * 'auto' and 'later-stages' look at the probe ladder, which is computed where it is not stored. Throws INVALID_INPUT
 * where a freeze depth is asked for as well.
 */
export async function settleTraining(
  session: Session,
  input: TrainInput,
  context: CommandContext,
): Promise<TrainInput> {
  const { regime: wish, backbone, freeze, seed } = input;
  if (wish === undefined) return input;
  if (freeze !== 'all') {
    const message = `The regime '${wish}' decides what is frozen, and so does --freeze ${freeze}. Give one of them.`;
    throw new AppError('INVALID_INPUT', message);
  }
  const { regime, frozenThrough, reason } = await adviceFor(session, { wish, backbone, seed }, context);
  context.onEvent({ kind: 'note', text: `Regime ${regime}, frozen through ${frozenThrough}. ${reason}` });
  return { ...input, freeze: frozenThrough, recipe: recipeOfRegime(regime, input.recipe) };
}

type Wish = { readonly wish: NonNullable<TrainInput['regime']>; readonly backbone: string; readonly seed: number };

async function adviceFor(session: Session, { wish, backbone, seed }: Wish, context: CommandContext) {
  const known = Regime.safeParse(wish);
  const needsLadder = wish === 'auto' || wish === 'later-stages';
  const probe = needsLadder ? await probeLibrary(session, { backbone, seed }, context) : null;
  if (!known.success && probe !== null) return probe.advice;
  const classCount = Math.max(2, listClasses(session.project.database).length);
  const network = withClasses(findNetwork(backbone), classCount);
  return settleRegime({ network, photosPerClass: [], ladder: probe?.rungs ?? null }, Regime.parse(wish));
}
