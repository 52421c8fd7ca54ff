/** How logits change with a network's input: what Grad-CAM asks of the layers behind a stage. */
import type { Network } from '../../../shared/networks/network.ts';
import { inferenceNodes, mainOutputNode, passDropouts } from '../../../shared/networks/split.ts';
import { backwardNode } from './backward.ts';
import type { NodeContext } from './forward.ts';
import { runForward } from './forward-pass.ts';
import type { Tensor } from './ops.ts';
import { downloadOutput, uploadInput } from './transfer.ts';

export type InputGradient = {
  readonly logits: Float32Array; // [B, K]
  readonly chosen: Int32Array; // [B], as the caller chose
  readonly gradient: Float32Array; // as the input: of each row's chosen logit
};
/** From the logits [B, K] to a class for each row. */
export type ChooseClasses = (logits: Float32Array) => Int32Array;

/** Inference: batch norm on its running statistics, no dropout. All values are kept until the end. */
export async function gradientOfInput(
  context: NodeContext,
  network: Network,
  { input, choose }: { readonly input: Float32Array; readonly choose: ChooseClasses },
): Promise<InputGradient> {
  const { ops } = context;
  const output = mainOutputNode(network);
  const outputId = passDropouts(network, output);
  const nodes = inferenceNodes(network, output);
  const values = new Map([['input', uploadInput(ops, network.inputShape, input)]]);
  const flowing = new Map<string, Tensor>();
  try {
    runForward(context, nodes, { values, keeps: () => true });
    const head = values.get(outputId)!;
    const logits = (await ops.read(head)).slice();
    const chosen = choose(logits);
    flowing.set(outputId, oneHot(context, chosen, head.shape));
    for (const node of nodes.toReversed()) {
      const dy = flowing.get(node.id)!;
      const inputs = node.inputs.map((id) => values.get(id)!);
      const request = { dy, inputs, output: values.get(node.id)!, wantsInputs: true, gradients: new Map() };
      for (const [at, gradient] of backwardNode(context, node, request).entries())
        add(context, flowing, { id: node.inputs[at]!, gradient });
      ops.dispose(dy);
      flowing.delete(node.id);
    }
    return { logits, chosen, gradient: await downloadOutput(ops, flowing.get('input')!) };
  } finally {
    ops.dispose(...values.values(), ...flowing.values());
  }
}

function oneHot({ ops }: NodeContext, chosen: Int32Array, shape: readonly number[]): Tensor {
  const classCount = shape[1]!;
  const values = new Float32Array(chosen.length * classCount);
  for (const [row, label] of chosen.entries()) values[row * classCount + label] = 1;
  return ops.fromArray(values, shape);
}

type Flow = { readonly id: string; readonly gradient: Tensor };

function add({ ops }: NodeContext, flowing: Map<string, Tensor>, { id, gradient }: Flow): void {
  const before = flowing.get(id);
  flowing.set(id, before === undefined ? gradient : ops.add(before, gradient));
  if (before !== undefined) ops.dispose(before, gradient);
}
