/** Which photos a run learnt from, noted in its folder: years later nobody remembers where each of them stood. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Sha256 } from '../../shared/domain/ids.ts';
import { writeFileAtomically } from '../kernel/atomic-write.ts';
import type { TrainingImages } from './training-images.ts';

const FILE = 'learnt.json';
const Learnt = z.strictObject({ formatVersion: z.literal(1), imageIds: z.array(Sha256).max(10_000_000) });

/** Cross-validation fits the validation photos as well. */
export async function writeLearnt(runFolder: string, { images, selection }: TrainingImages): Promise<void> {
  const learnt = images.filter(({ side }) => side === 'train' || selection.kind !== 'validation');
  const content = { formatVersion: 1, imageIds: learnt.map(({ imageId }) => imageId) };
  await writeFileAtomically(join(runFolder, FILE), [Buffer.from(JSON.stringify(content), 'utf8')]);
}

/** null: it was not noted, or the note cannot be read. */
export async function readLearnt(runFolder: string): Promise<readonly string[] | null> {
  try {
    return Learnt.parse(JSON.parse(await readFile(join(runFolder, FILE), 'utf8'))).imageIds;
  } catch {
    return null;
  }
}
