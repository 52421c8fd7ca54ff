import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BackboneInfo } from '../../../shared/contract/machine.ts';
import type { KeptWeights } from '../../../shared/contract/weights.ts';
import { findNetwork, networks } from '../../../shared/networks/registry.ts';
import { backbonesFolder } from '../../kernel/resources.ts';

const MAX_SPEC_BYTES = 1024 * 1024;
const order: Readonly<Record<BackboneInfo['weights'], number>> = { shipped: 0, imported: 1, missing: 2 };

const Spec = z.looseObject({
  file: z.string().regex(/^[\w.-]+$/),
  licence: z.looseObject({ spdx: z.string().max(100) }).optional(),
});

/** Every network, those whose weights come with Thaw first, then imported weights, each as network@id. */
export async function listBackbones(kept: readonly KeptWeights[] = []): Promise<BackboneInfo[]> {
  const rows = await Promise.all(Object.keys(networks).map(describe));
  const imported = kept
    .filter(({ network }) => Object.hasOwn(networks, network)) // of a newer Thaw's network: not for this one
    .map(({ backbone, bytes, licence, source }): BackboneInfo => {
      const common = { weights: 'imported', weightsBytes: bytes, imagenetTop1: null } as const;
      return { id: backbone, ...common, licence, source };
    });
  return [...rows, ...imported].sort((a, b) => order[a.weights] - order[b.weights]);
}

async function describe(id: string): Promise<BackboneInfo> {
  const imagenetTop1 = findNetwork(id).published?.accuracy?.top1 ?? null;
  const none = { weightsBytes: null, licence: null, source: null } as const;
  const missing = { id, weights: 'missing', ...none, imagenetTop1 } as const;
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
