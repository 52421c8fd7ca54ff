/** Imported weights where the nodes of a cluster find them, as they lie here: a folder named by their content. */
import { createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFromScratch, parseBackbone } from '../../../shared/domain/backbone-ref.ts';
import { findKeptWeights } from '../../engine/weights/importing/kept-folder.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { weightsFolder } from '../../kernel/weights-folder.ts';

/**
 * The folder of all weights there; null for a backbone that comes with Thaw. A worker compares them with their SHA-256.
 *
 * Throws NOT_FOUND where they are not here any more, DISK_FULL, FILE_PERMISSION.
 */
export async function shareWeights(storage: string, backbone: string): Promise<string | null> {
  const { weights } = parseBackbone(backbone);
  if (weights === null || isFromScratch(backbone)) return null;
  const { file } = await findKeptWeights(weightsFolder(process.env, process.platform), weights);
  const folder = join(storage, 'thaw', 'weights');
  const spec = join(folder, weights, 'spec.json'); // the last to come: where it is, all is
  if (existsSync(spec)) return folder;
  await writeFileAtomically(join(folder, weights, 'model.safetensors'), createReadStream(file));
  await writeFileAtomically(spec, createReadStream(join(dirname(file), 'spec.json')));
  return folder;
}
