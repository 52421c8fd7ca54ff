/** The trials by which a run's settings are chosen, kept in its folder one by one: a stopped run does not lose them. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { listNames } from '../../kernel/folders.ts';
import { systemErrorCode } from '../../kernel/system-error.ts';
import type { HeldOutCurve } from '../training/linear-curves.ts';
import { type CheckedFormat, DamagedFile, readCheckedFile, writeCheckedFile } from '../weights/checked-file.ts';

const FILE = 'trials.json';
const Curve = z.array(z.number()).max(500); // one value an epoch
const TrialFile = z.strictObject({
  inputsSha256: Sha256, // of everything that decides the curves
  isEnded: z.boolean(), // no more trials, as asked
  curves: z.array(z.strictObject({ losses: Curve, hits: Curve })).max(100),
});
type TrialFile = z.infer<typeof TrialFile>;

const LogitsHeader = z.strictObject({
  formatVersion: z.literal(1),
  inputsSha256: Sha256,
  values: z.int().nonnegative().max(100_000_000),
});
const logitsFormat: CheckedFormat<z.infer<typeof LogitsHeader>> = {
  schema: LogitsHeader,
  valueCount: ({ values }) => values,
};
const LOGITS = /^trial-\d{1,3}\.bin$/;

export type TrialLog = {
  readonly curves: readonly HeldOutCurve[]; // of earlier processes
  readonly isEnded: () => boolean;
  readonly add: (curve: HeldOutCurve, logits: Float32Array | null) => Promise<void>; // on the disk before it resolves
  readonly logits: (trial: number) => Promise<Float32Array | null>; // null: none were kept, or they are damaged
  readonly forgetLogits: () => Promise<void>; // once settings are chosen
  readonly end: () => Promise<void>; // on the disk before it resolves
};
export type TrialPlace = { readonly runFolder: string; readonly inputsSha256: Sha256; readonly isNew: boolean };

/** Trials of other inputs, and a file that cannot be read, are forgotten: they are made again. Throws DISK_FULL. */
export async function openTrialLog({ runFolder, inputsSha256, isNew }: TrialPlace): Promise<TrialLog> {
  const file = join(runFolder, FILE);
  if (isNew) {
    await rm(file, { force: true });
    await removeLogits(runFolder);
  }
  const fileOf = (trial: number): string => join(runFolder, `trial-${trial}.bin`);
  const found = isNew ? null : await readTrials(file);
  let kept: TrialFile = found?.inputsSha256 === inputsSha256 ? found : { inputsSha256, isEnded: false, curves: [] };
  const keep = async (changed: Partial<TrialFile>): Promise<void> => {
    kept = { ...kept, ...changed };
    await writeFileAtomically(file, [Buffer.from(JSON.stringify(kept), 'utf8')]);
  };
  return {
    curves: kept.curves.map(({ losses, hits }) => ({
      losses: Float64Array.from(losses),
      hits: Float64Array.from(hits),
    })),
    isEnded: () => kept.isEnded,
    add: async ({ losses, hits }, logits) => {
      const header = { formatVersion: 1, inputsSha256, values: logits?.length ?? 0 };
      if (logits?.every(Number.isFinite)) await writeCheckedFile(fileOf(kept.curves.length), header, logits);
      await keep({ curves: [...kept.curves, { losses: [...losses], hits: [...hits] }] });
    },
    logits: async (trial) => await readLogits(fileOf(trial), inputsSha256),
    forgetLogits: async () => await removeLogits(runFolder),
    end: () => keep({ isEnded: true }),
  };
}

async function readTrials(file: string): Promise<TrialFile | null> {
  try {
    return TrialFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function readLogits(file: string, inputsSha256: string): Promise<Float32Array | null> {
  try {
    const { header, values } = await readCheckedFile(file, logitsFormat);
    return header.inputsSha256 === inputsSha256 ? values : null;
  } catch (error) {
    if (error instanceof DamagedFile) return null;
    throw error;
  }
}

async function removeLogits(runFolder: string): Promise<void> {
  for (const name of await listNames(runFolder)) {
    if (LOGITS.test(name)) await rm(join(runFolder, name), { force: true });
  }
}
