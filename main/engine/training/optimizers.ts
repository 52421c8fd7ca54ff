/** Optimizers on TensorOps. Decay never touches biases and norms: only tensors of two or more dimensions. */
import type { Model } from '../tensorflow/interpreter.ts';
import type { Tensor, TensorOps } from '../tensorflow/ops.ts';

/** One strength for all, or one for each row of every weight (each output of a dense layer). */
export type WeightDecay = number | Float32Array;

export type OptimizerSettings =
  | {
      readonly kind: 'sgd';
      readonly momentum: number;
      readonly nesterov: boolean;
      readonly weightDecay: WeightDecay; // L2: added to the gradient
    }
  | {
      readonly kind: 'adamw';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: WeightDecay; // decoupled: weights *= 1 - learningRate * weightDecay
    };

export type Optimizer = {
  /** Moves the model's parameters; consumes the gradients. */
  apply(gradients: ReadonlyMap<string, Tensor>, learningRate: number): void;
  close(): void;
};

/** What an optimizer needs of a model. */
export type Parameters = Pick<Model, 'parameter' | 'replace'>;

export function createOptimizer(ops: TensorOps, model: Parameters, settings: OptimizerSettings): Optimizer {
  return settings.kind === 'sgd' ? sgd(ops, model, settings) : adamW(ops, model, settings);
}

const scalar = (ops: TensorOps, value: number): Tensor => ops.fromArray(Float32Array.of(value), []);
/** A factor for every weight, or a column [rows, 1] with one for each row. */
function decayFactor(ops: TensorOps, decay: WeightDecay, factorOf: (strength: number) => number): Tensor {
  if (typeof decay === 'number') return scalar(ops, factorOf(decay));
  return ops.fromArray(decay.map(factorOf), [decay.length, 1]);
}
const isDecaying = (decay: WeightDecay): boolean =>
  typeof decay === 'number' ? decay > 0 : decay.some((each) => each > 0);
const zerosLike = (ops: TensorOps, { shape }: Tensor): Tensor =>
  ops.fromArray(new Float32Array(shape.reduce((product, extent) => product * extent, 1)), shape);

/** `state` tensors by parameter name, zero at first. */
function stateOf(ops: TensorOps) {
  const tensors = new Map<string, Tensor>();
  return {
    read: (name: string, like: Tensor): Tensor => {
      const found = tensors.get(name) ?? zerosLike(ops, like);
      tensors.set(name, found);
      return found;
    },
    write: (name: string, tensor: Tensor): void => {
      ops.dispose(tensors.get(name)!);
      tensors.set(name, tensor);
    },
    close: () => ops.dispose(...tensors.values()),
  };
}

/** a * factor + b; disposes nothing but its intermediate. */
function scaleAdd(ops: TensorOps, a: Tensor, { factor, b }: { factor: Tensor; b: Tensor }): Tensor {
  const scaled = ops.multiply(a, factor);
  const sum = ops.add(scaled, b);
  ops.dispose(scaled);
  return sum;
}

/** v = momentum * v + g; w -= rate * (nesterov: g + momentum * v, else v). Sutskever et al. 2013, PyTorch's form. */
function sgd(ops: TensorOps, model: Parameters, settings: OptimizerSettings & { kind: 'sgd' }): Optimizer {
  const velocity = stateOf(ops);
  const momentum = scalar(ops, settings.momentum);
  const decay = decayFactor(ops, settings.weightDecay, (strength) => strength);
  const gradientOf = (weight: Tensor, raw: Tensor): Tensor => {
    if (!isDecaying(settings.weightDecay) || weight.shape.length < 2) return raw;
    const sum = scaleAdd(ops, weight, { factor: decay, b: raw });
    ops.dispose(raw);
    return sum;
  };
  return {
    apply: (gradients, learningRate) => {
      const minusRate = scalar(ops, -learningRate);
      for (const [name, raw] of gradients) {
        const weight = model.parameter(name);
        const gradient = gradientOf(weight, raw);
        const moved = scaleAdd(ops, velocity.read(name, weight), { factor: momentum, b: gradient });
        velocity.write(name, moved);
        const direction = settings.nesterov ? scaleAdd(ops, moved, { factor: momentum, b: gradient }) : moved;
        model.replace(name, scaleAdd(ops, direction, { factor: minusRate, b: weight }));
        ops.dispose(gradient, ...(settings.nesterov ? [direction] : []));
      }
      ops.dispose(minusRate);
    },
    close: () => {
      velocity.close();
      ops.dispose(momentum, decay);
    },
  };
}

/** Loshchilov and Hutter 2019, arXiv:1711.05101. */
function adamW(ops: TensorOps, model: Parameters, settings: OptimizerSettings & { kind: 'adamw' }): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const [first, second] = [stateOf(ops), stateOf(ops)];
  const fixed = [beta1, 1 - beta1, beta2, 1 - beta2].map((value) => scalar(ops, value));
  const [keep1, fresh1, keep2, fresh2] = fixed as [Tensor, Tensor, Tensor, Tensor];
  let step = 0;
  const average = (
    state: ReturnType<typeof stateOf>,
    name: string,
    at: { value: Tensor; keep: Tensor; fresh: Tensor },
  ) => {
    const scaled = ops.multiply(at.value, at.fresh);
    const next = scaleAdd(ops, state.read(name, at.value), { factor: at.keep, b: scaled });
    ops.dispose(scaled);
    state.write(name, next);
    return next;
  };
  return {
    apply: (gradients, learningRate) => {
      step += 1;
      const correction2 = Math.sqrt(1 - beta2 ** step);
      const minusRate = scalar(ops, (-learningRate * correction2) / (1 - beta1 ** step));
      const tiny = scalar(ops, epsilon * correction2); // so that epsilon is added to the corrected root
      const shrink = decayFactor(ops, weightDecay, (strength) => 1 - learningRate * strength);
      for (const [name, gradient] of gradients) {
        const weight = model.parameter(name);
        const square = ops.multiply(gradient, gradient);
        const mean = average(first, name, { value: gradient, keep: keep1, fresh: fresh1 });
        const root = ops.squareRoot(average(second, name, { value: square, keep: keep2, fresh: fresh2 }));
        const safe = ops.add(root, tiny);
        const ratio = ops.divide(mean, safe);
        const decays = isDecaying(weightDecay) && weight.shape.length >= 2;
        const shrunk = decays ? ops.multiply(weight, shrink) : ops.share(weight);
        model.replace(name, scaleAdd(ops, ratio, { factor: minusRate, b: shrunk }));
        ops.dispose(gradient, square, root, safe, ratio, shrunk);
      }
      ops.dispose(minusRate, tiny, shrink);
    },
    close: () => {
      first.close();
      second.close();
      ops.dispose(...fixed);
    },
  };
}
