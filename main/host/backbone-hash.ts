import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/contract/errors.ts';
import { isFromScratch, parseBackbone } from '../../shared/domain/backbone-ref.ts';
import { Sha256 } from '../../shared/domain/ids.ts';
import { findNetwork } from '../../shared/networks/registry.ts';
import { SCRATCH_SHA256 } from '../engine/weights/from-scratch.ts';
import { findKeptWeights } from '../engine/weights/importing/kept-folder.ts';
import { backbonesFolder } from '../kernel/resources.ts';
import { systemErrorCode } from '../kernel/system-error.ts';
import { weightsFolder } from '../kernel/weights-folder.ts';

const Spec = z.looseObject({ sha256: Sha256 });

/** The hash of a backbone's weights as its spec gives it (the engine compares it with the file). Throws NOT_FOUND. */
export async function backboneHash(backbone: string): Promise<Sha256> {
  if (isFromScratch(backbone)) return Sha256.parse(SCRATCH_SHA256);
  const { weights } = parseBackbone(backbone);
  if (weights !== null)
    return (await findKeptWeights(weightsFolder(process.env, process.platform), weights)).spec.sha256;
  const { id } = findNetwork(backbone); // a known id is a plain folder name
  const file = join(backbonesFolder, id, 'spec.json');
  try {
    return Spec.parse(JSON.parse(await readFile(file, 'utf8'))).sha256;
  } catch (cause) {
    const why = systemErrorCode(cause) === 'ENOENT' ? 'is not there' : 'cannot be used';
    const message = `${file} ${why}: ${backbone} has no weights here. Choose another network.`;
    throw new AppError('NOT_FOUND', message, { cause });
  }
}
