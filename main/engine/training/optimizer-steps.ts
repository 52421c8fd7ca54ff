/** One step of each optimizer: SGD, AdamW, RMSprop. Decay never touches biases and norms. */
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';
import { type Slots, scalar, scaleAdd } from './optimizer-slots.ts';

/** One strength for all, or one for each row of every weight (each output of a dense layer). */
export type WeightDecay = number | Float32Array;

export type SgdSettings = {
  readonly kind: 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: WeightDecay; // L2: added to the gradient
};
export type AdamWSettings = {
  readonly kind: 'adamw';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: WeightDecay; // decoupled: weights *= 1 - learningRate * weightDecay
};
export type RmsPropSettings = {
  readonly kind: 'rmsprop';
  readonly alpha: number; // kept of the mean square
  readonly momentum: number;
  readonly epsilon: number; // added to the root
  readonly weightDecay: WeightDecay; // L2: added to the gradient
};
export type OptimizerSettings = SgdSettings | AdamWSettings | RmsPropSettings;

export type StepKey = { readonly learningRate: number; readonly count: number }; // count: of this parameter, from 1
type Target = { readonly name: string; readonly weight: Tensor; readonly gradient: Tensor };
/** One step at one rate: the new weight; consumes nothing. `fixed`: disposed after the last parameter. */
export type Step = { readonly fixed: readonly Tensor[]; readonly apply: (target: Target) => Tensor };
export type Mover = {
  readonly fixed: readonly Tensor[];
  readonly countsSteps: boolean; // whether a step depends on how many there were
  readonly open: (key: StepKey) => Step;
};

export function moverOf(ops: TensorOps, slots: Slots, settings: OptimizerSettings): Mover {
  switch (settings.kind) {
    case 'sgd':
      return sgd(ops, slots, settings);
    case 'adamw':
      return adamW(ops, slots, settings);
    case 'rmsprop':
      return rmsProp(ops, slots, settings);
  }
}

/** A factor for every weight, or a column [rows, 1] with one for each row. */
function decayFactor(ops: TensorOps, decay: WeightDecay, factorOf: (strength: number) => number): Tensor {
  if (typeof decay === 'number') return scalar(ops, factorOf(decay));
  return ops.fromArray(decay.map(factorOf), [decay.length, 1]);
}

function decays(decay: WeightDecay, weight: Tensor): boolean {
  return weight.shape.length >= 2 && (typeof decay === 'number' ? decay > 0 : decay.some((each) => each > 0));
}

/** The gradient with L2, or a second handle to it. */
function withL2(ops: TensorOps, { weight, gradient }: Target, at: { decay: WeightDecay; factor: Tensor }): Tensor {
  return decays(at.decay, weight) ? scaleAdd(ops, weight, { factor: at.factor, b: gradient }) : ops.share(gradient);
}

type Descent = {
  readonly decay: WeightDecay;
  readonly factor: Tensor; // of the L2 gradient
  readonly directionOf: (name: string, gradient: Tensor) => Tensor;
};

/** w -= rate * direction, of the gradient with L2. */
function descend(ops: TensorOps, { decay, factor, directionOf }: Descent): Mover['open'] {
  return ({ learningRate }) => {
    const minusRate = scalar(ops, -learningRate);
    return {
      fixed: [minusRate],
      apply: (target) => {
        const g = withL2(ops, target, { decay, factor });
        const direction = directionOf(target.name, g);
        const moved = scaleAdd(ops, direction, { factor: minusRate, b: target.weight });
        ops.dispose(g, direction);
        return moved;
      },
    };
  };
}

/** v = momentum * v + g; w -= rate * (nesterov: g + momentum * v, else v). Sutskever et al. 2013, PyTorch's form. */
function sgd(ops: TensorOps, slots: Slots, settings: SgdSettings): Mover {
  const { weightDecay: decay, nesterov } = settings;
  const momentum = scalar(ops, settings.momentum);
  const factor = decayFactor(ops, decay, (strength) => strength);
  const keepsVelocity = settings.momentum > 0;
  const directionOf = (name: string, g: Tensor): Tensor => {
    if (!keepsVelocity) return ops.share(g);
    const velocity = scaleAdd(ops, slots.read('velocity', name, g), { factor: momentum, b: g });
    slots.write('velocity', name, velocity);
    return nesterov ? scaleAdd(ops, velocity, { factor: momentum, b: g }) : ops.share(velocity);
  };
  return {
    fixed: [momentum, factor],
    countsSteps: false,
    open: descend(ops, { decay, factor, directionOf }),
  };
}

/** Loshchilov and Hutter 2019, arXiv:1711.05101; PyTorch's form. Steps are counted for each parameter. */
function adamW(ops: TensorOps, slots: Slots, settings: AdamWSettings): Mover {
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const fixed = [beta1, 1 - beta1, beta2, 1 - beta2].map((value) => scalar(ops, value));
  const [keep1, fresh1, keep2, fresh2] = fixed as [Tensor, Tensor, Tensor, Tensor];
  const average = slots.average;
  return {
    fixed,
    countsSteps: true,
    open: ({ learningRate, count }) => {
      const correction2 = Math.sqrt(1 - beta2 ** count);
      const minusRate = scalar(ops, (-learningRate * correction2) / (1 - beta1 ** count));
      const tiny = scalar(ops, epsilon * correction2); // so that epsilon is added to the corrected root
      const shrink = decayFactor(ops, weightDecay, (strength) => 1 - learningRate * strength);
      return {
        fixed: [minusRate, tiny, shrink],
        apply: ({ name, weight, gradient }) => {
          const square = ops.multiply(gradient, gradient);
          const mean = average('first', name, { value: gradient, keep: keep1, fresh: fresh1 });
          const root = ops.squareRoot(average('second', name, { value: square, keep: keep2, fresh: fresh2 }));
          const safe = ops.add(root, tiny);
          const ratio = ops.divide(mean, safe);
          const shrunk = decays(weightDecay, weight) ? ops.multiply(weight, shrink) : ops.share(weight);
          const moved = scaleAdd(ops, ratio, { factor: minusRate, b: shrunk });
          ops.dispose(square, root, safe, ratio, shrunk);
          return moved;
        },
      };
    },
  };
}

/** s = alpha * s + (1 - alpha) * g^2; v = momentum * v + g / (sqrt(s) + epsilon); w -= rate * v. PyTorch's form. */
function rmsProp(ops: TensorOps, slots: Slots, settings: RmsPropSettings): Mover {
  const { alpha, momentum, epsilon, weightDecay: decay } = settings;
  const factor = decayFactor(ops, decay, (strength) => strength);
  const [keep, fresh, keepVelocity, tiny] = [alpha, 1 - alpha, momentum, epsilon].map((value) => scalar(ops, value));
  const directionOf = (name: string, g: Tensor): Tensor => {
    const square = ops.multiply(g, g);
    const root = ops.squareRoot(slots.average('square', name, { value: square, keep: keep!, fresh: fresh! }));
    const safe = ops.add(root, tiny!);
    const ratio = ops.divide(g, safe);
    ops.dispose(square, root, safe);
    if (momentum === 0) return ratio;
    const velocity = scaleAdd(ops, slots.read('velocity', name, g), { factor: keepVelocity!, b: ratio });
    ops.dispose(ratio);
    slots.write('velocity', name, velocity);
    return ops.share(velocity);
  };
  return {
    fixed: [factor, keep!, fresh!, keepVelocity!, tiny!],
    countsSteps: false,
    open: descend(ops, { decay, factor, directionOf }),
  };
}
