/** Optimizers on TensorOps, whose state can be saved and restored. */
import type { Recipe } from '../../../shared/domain/recipe.ts';
import type { Weights } from '../../../shared/networks/network.ts';
import type { Model } from '../tensorflow/interpreter.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { createSlots } from './optimizer-slots.ts';
import { moverOf, type OptimizerSettings, type Step, type StepKey, type WeightDecay } from './optimizer-steps.ts';
import { inTurnsOfMemory, scopedOps } from './scoped-ops.ts';

/** One rate for all, or one for each parameter by name. At rate 0 a parameter and its state stay as they are. */
export type LearningRates = number | ((name: string) => number);

export type Optimizer = {
  /** Moves the model's parameters; consumes the gradients, also where it throws because memory ran out half-way. */
  apply(gradients: ReadonlyMap<string, Tensor>, rates: LearningRates): void;
  /** Its own tensors by name, in the device's layout, owned by it: read them before the next step. */
  state(): ReadonlyMap<string, Tensor>;
  /** Steps taken, by parameter; a parameter that has not moved yet is left out. */
  counters(): Record<string, number>;
  /** Goes on from what state() and counters() gave, bit for bit; the values are copied. Throws CHECKPOINT_DAMAGED. */
  restore(tensors: Weights, counters: Readonly<Record<string, number>>): void;
  close(): void;
};

/** What an optimizer needs of a model. */
export type Parameters = Pick<Model, 'parameter' | 'replace'>;

export function createOptimizer(tensorOps: TensorOps, model: Parameters, settings: OptimizerSettings): Optimizer {
  const ops = scopedOps(tensorOps);
  const slots = createSlots(ops, settings.kind);
  const move = moverOf(ops, slots, settings);
  const steps = new Map<string, number>();
  return {
    apply: (gradients, rates) => {
      const held: Tensor[] = [];
      const stepOf = memoised((key) => {
        const step = move.open(key);
        held.push(...step.fixed);
        return step;
      });
      const left = new Map(gradients);
      const consume = (name: string, gradient: Tensor): void => {
        left.delete(name);
        ops.dispose(gradient);
      };
      const moveOne = ([name, gradient]: readonly [string, Tensor]): void => {
        const learningRate = typeof rates === 'number' ? rates : rates(name);
        if (learningRate === 0) return consume(name, gradient);
        const count = (steps.get(name) ?? 0) + 1;
        const own = stepOf({ learningRate, count: move.countsSteps ? count : 0 });
        const weight = model.parameter(name);
        slots.forget(); // of one for which memory ran out
        const moved = ops.attempt(() => own.apply({ name, weight, gradient }));
        slots.keep();
        steps.set(name, count);
        consume(name, gradient);
        model.replace(name, moved);
      };
      try {
        inTurnsOfMemory([...gradients], moveOne);
      } finally {
        ops.dispose(...held, ...left.values());
      }
    },
    state: () => slots.tensors(),
    counters: () => Object.fromEntries(steps),
    restore: (tensors, counters) => {
      slots.restore(tensors);
      steps.clear();
      for (const [name, count] of Object.entries(counters)) steps.set(name, count);
    },
    close: () => {
      slots.close();
      ops.dispose(...move.fixed);
    },
  };
}

/** The settings of a recipe whose weight decay is settled. */
export function optimizerSettings(
  recipe: Pick<Recipe, 'optimizer'> &
    Partial<Pick<Recipe, 'momentum' | 'nesterov' | 'squareDecay' | 'epsilon'>> & { readonly weightDecay: WeightDecay },
): OptimizerSettings {
  const { optimizer: kind, momentum = 0.9, nesterov = true, squareDecay, epsilon = 1e-8, weightDecay } = recipe;
  switch (kind) {
    case 'sgd':
      return { kind, momentum, nesterov, weightDecay };
    case 'adamw':
      return { kind, beta1: momentum, beta2: squareDecay ?? 0.999, epsilon, weightDecay };
    case 'rmsprop':
      return { kind, alpha: squareDecay ?? 0.9, momentum, epsilon, weightDecay };
  }
}

/** Few rates are in use at once, and parameters that thawed together have taken as many steps. */
function memoised(make: (key: StepKey) => Step): (key: StepKey) => Step {
  const known = new Map<string, Step>();
  return (key) => {
    const id = `${key.learningRate} ${key.count}`;
    const found = known.get(id) ?? make(key);
    known.set(id, found);
    return found;
  };
}
