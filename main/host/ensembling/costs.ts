/** What runs cost alone and together: milliseconds a photo and bytes of weights. Timed once a run and kept in its folder. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import type { RunId } from '../../../shared/domain/ids.ts';
import type { RunRecord } from '../../../shared/domain/run.ts';
import { type ViewSet, viewsOf } from '../../../shared/domain/view-set.ts';
import type { Network } from '../../../shared/networks/network.ts';
import { listParameters } from '../../../shared/networks/parameters.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { thawVersion } from '../../kernel/version.ts';
import { listClasses } from '../../store/classes.ts';
import type { CommandContext } from '../dispatch.ts';
import { expectResult } from '../expect-result.ts';
import { jobPlaces, labelledImages, runFolder, type Session } from '../session.ts';

const TIMED_PHOTOS = 16;
const FILE = 'cost.json';
const Ms = z.number().nonnegative();
const Timed = z.strictObject({
  thawVersion: z.string(),
  executor: z.string(),
  decodeMs: Ms, // a photo
  frozenMs: Ms, // a crop
  headMs: Ms, // a crop
});
export type Timed = z.infer<typeof Timed>;

export type RunCost = {
  readonly key: string; // runs of one key have the frozen part in common
  readonly timed: Timed | null; // null: could not be timed
  readonly frozenBytes: number;
  readonly headBytes: number;
};
export type Cost = { readonly msPerPhoto: number | null; readonly bytes: number };

/** Of each run. Throws CANCELLED; a run that cannot be timed has no milliseconds. */
export async function costsOf(
  session: Session,
  runs: readonly RunRecord[],
  context: CommandContext,
): Promise<ReadonlyMap<RunId, RunCost>> {
  const costs = new Map<RunId, RunCost>();
  const classCount = Math.max(2, listClasses(session.project.database).length);
  for (const run of runs) {
    const { backbone, frozenThrough } = run.config;
    const timed = (await readTimed(session, run)) ?? (await measure(session, run, context));
    const { prefix, suffix } = split(withClasses(findNetwork(backbone), classCount), frozenThrough);
    const sizes = { frozenBytes: bytesOf(prefix), headBytes: bytesOf(suffix) };
    costs.set(run.runId, { key: `${backbone} ${frozenThrough}`, timed, ...sizes });
  }
  return costs;
}

/** Together: a frozen part that several have in common is run, and stored, once. */
export function costTogether(costs: readonly RunCost[], views: ViewSet): Cost {
  const crops = viewsOf(views).length;
  const shared = new Map(costs.map((cost) => [cost.key, cost]));
  const bytes =
    sum([...shared.values()].map(({ frozenBytes }) => frozenBytes)) + sum(costs.map(({ headBytes }) => headBytes));
  if (costs.some(({ timed }) => timed === null)) return { msPerPhoto: null, bytes };
  const frozen = [...shared.values()].map(({ timed }) => timed!.decodeMs + crops * timed!.frozenMs);
  const heads = costs.map(({ timed }) => crops * timed!.headMs);
  return { msPerPhoto: sum(frozen) + sum(heads), bytes };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function bytesOf(network: Network): number {
  return 4 * sum(listParameters(network).map(({ shape }) => shape.reduce((product, extent) => product * extent, 1)));
}

async function readTimed(session: Session, { runId }: RunRecord): Promise<Timed | null> {
  try {
    const text = await readFile(join(runFolder(session, runId), FILE), 'utf8');
    const timed = Timed.parse(JSON.parse(text));
    return timed.thawVersion === thawVersion() ? timed : null;
  } catch {
    return null; // missing, or of another format: it is timed again
  }
}

async function measure(session: Session, { runId }: RunRecord, context: CommandContext): Promise<Timed | null> {
  const images = labelledImages(session, ['train', 'val']).slice(0, TIMED_PHOTOS); // never test photos
  if (images.length === 0) return null;
  try {
    const job = { kind: 'time-answers' as const, jobId: runId, ...jobPlaces(session, runId), images };
    const result = expectResult(await session.engine.run(job, context), 'time-answers');
    const { device, decodeMs, frozenMs, headMs } = result;
    const timed = { thawVersion: thawVersion(), executor: device.executor, decodeMs, frozenMs, headMs };
    await mkdir(runFolder(session, runId), { recursive: true });
    await writeFileAtomically(join(runFolder(session, runId), FILE), [Buffer.from(JSON.stringify(timed), 'utf8')]);
    return timed;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'CANCELLED' || error.code === 'ENGINE_CRASHED') throw error;
    context.onEvent({ kind: 'note', text: `${runId} could not be timed: ${error.message}` });
    return null;
  }
}
