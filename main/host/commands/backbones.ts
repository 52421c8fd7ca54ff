import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BackboneInfo } from '../../../shared/contract/machine.ts';
import { networks } from '../../../shared/networks/registry.ts';
import { backbonesFolder } from '../../kernel/resources.ts';

const MAX_SPEC_BYTES = 1024 * 1024;

/** Top-1 on ImageNet's 50,000 validation images, one centre crop, as published with the weights, in percent. */
const publishedTop1: Readonly<Record<string, number>> = {
  tf_efficientnet_lite0: 75.1, // EfficientNet-Lite's own README, float32
  resnet18: 69.758, // the rest: torchvision, IMAGENET1K_V1
  resnet34: 73.314,
  resnet50: 76.13,
  googlenet: 69.778,
};

const Spec = z.looseObject({
  file: z.string().regex(/^[\w.-]+$/),
  licence: z.looseObject({ spdx: z.string().max(100) }).optional(),
});

/** Every network, those whose weights come with Thaw first. */
export async function listBackbones(): Promise<BackboneInfo[]> {
  const rows = await Promise.all(Object.keys(networks).map(describe));
  return rows.sort((a, b) => Number(b.weights === 'shipped') - Number(a.weights === 'shipped'));
}

async function describe(id: string): Promise<BackboneInfo> {
  const imagenetTop1 = Object.hasOwn(publishedTop1, id) ? (publishedTop1[id] ?? null) : null;
  const missing = { id, weights: 'missing', weightsBytes: null, licence: null, imagenetTop1 } as const;
  try {
    const folder = join(backbonesFolder, id);
    const file = join(folder, 'spec.json');
    if ((await stat(file)).size > MAX_SPEC_BYTES) return missing;
    const spec = Spec.parse(JSON.parse(await readFile(file, 'utf8')));
    const weights = await stat(join(folder, spec.file));
    return { ...missing, weights: 'shipped', weightsBytes: weights.size, licence: spec.licence?.spdx ?? null };
  } catch {
    return missing; // no spec or no file; one that is there but damaged is refused, with its reason, when it is used
  }
}
