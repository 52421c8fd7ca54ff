/** The lab's projects: one for each set of pictures, with its runs; trained through the contract like any other. */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { callerOf } from '../../shared/contract/caller.ts';
import type { Client, CommandEvent, CommandOutput, StopSignal } from '../../shared/contract/commands.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { AugmentationPolicy } from '../../shared/domain/augmentation.ts';
import { Recipe } from '../../shared/domain/recipe.ts';
import type { EpochReport, RunRecord } from '../../shared/domain/run.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { type PictureCounts, type PictureSetName, pictureSets, writePictures } from './pictures/picture-sets.ts';

export type LabRequest = {
  readonly folder: string; // the projects lie below it
  readonly counts: Readonly<Record<PictureSetName, PictureCounts>>;
  readonly seed: number; // of the pictures
  readonly size: string; // part of the projects' names
  readonly openProject: (folder: string) => Promise<Client>;
  readonly onEvent: (event: CommandEvent) => void;
  readonly signal: StopSignal;
};

export type LabRun = {
  readonly set: PictureSetName;
  readonly name: string;
  readonly network: string;
  readonly recipe: Partial<Recipe>;
  readonly seed: number;
  readonly augmentation?: AugmentationPolicy;
};
export type LabResult = {
  readonly run: RunRecord;
  readonly epochs: readonly EpochReport[];
  readonly isDiverged: boolean; // its loss was no number
};

export type LabProjects = {
  /** Trains from scratch, or gives what an earlier lab has trained with the same settings. */
  readonly train: (wish: LabRun) => Promise<LabResult>;
  /** Counted as a look at the test pictures. */
  readonly test: (result: LabResult, set: PictureSetName) => Promise<CommandOutput<'runs.evaluate'>>;
  readonly time: (network: string) => Promise<CommandOutput<'networks.time'>>;
  readonly counts: (set: PictureSetName) => PictureCounts;
  readonly close: () => Promise<void>;
};

const ROUNDS = 30; // of a timing; the fastest counts, since load from outside only slows down

export function openLabProjects(request: LabRequest): LabProjects {
  const clients = new Map<string, Client>();
  const clientOf = async (name: string, set: PictureSetName | null): Promise<Client> => {
    const known = clients.get(name);
    if (known !== undefined) return known;
    const folder = join(request.folder, name);
    const client = await request.openProject(folder);
    clients.set(name, client);
    if (set !== null) await fill(client, { folder, set }, request);
    return client;
  };
  const clientWith = (set: PictureSetName): Promise<Client> => clientOf(`${set}-${request.size}`, set);
  return {
    train: async (wish) => train(await clientWith(wish.set), wish, request),
    test: async ({ run }, set) =>
      callsOf(await clientWith(set), request)('runs.evaluate', { runId: run.runId, split: 'test', views: 'centre' }),
    time: async (network) =>
      callsOf(await clientOf('timing', null), request)('networks.time', { network, rounds: ROUNDS }),
    counts: (set) => request.counts[set],
    close: async () => {
      for (const client of clients.values()) await client.close();
    },
  };
}

type Telling = Pick<LabRequest, 'onEvent' | 'signal'>;

/** A failure ends the lab, told as what it is. */
function callsOf(client: Client, telling: Telling): ReturnType<typeof callerOf> {
  const call = callerOf(() => client, telling);
  return (name, input) => {
    requireGoing(telling);
    return call(name, input);
  };
}

function requireGoing({ signal }: Telling): void {
  if (signal.aborted) throw stopped();
}

const stopped = (): AppError => new AppError('CANCELLED', "The lab was stopped; 'thaw lab' goes on where it was.");

type Place = { readonly folder: string; readonly set: PictureSetName };

/** Draws and imports the pictures unless they are all there. */
async function fill(client: Client, { folder, set }: Place, request: LabRequest): Promise<void> {
  const pictures = pictureSets[set];
  const counts = request.counts[set];
  const wanted = Object.values(counts).reduce(
    (sum, count) => sum + pictures.classes.length * Math.ceil(count / pictures.classes.length),
    0,
  );
  const call = callsOf(client, request);
  const { images } = await call('project.summary', {});
  if (images >= wanted) return;
  const place = join(folder, 'pictures');
  if (!existsSync(place)) {
    request.onEvent({ kind: 'note', text: `Drawing ${wanted} pictures: ${pictures.title}.` });
    const unfinished = `${place}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await writePictures(unfinished, pictures, { counts, seed: request.seed, signal: request.signal });
    await rename(unfinished, place);
  }
  const { cancelled } = await call('library.import', { paths: [place], splitFromFolders: true, joinsAlike: false });
  if (cancelled) throw stopped();
}

async function train(client: Client, wish: LabRun, request: LabRequest): Promise<LabResult> {
  const { name, network, seed, augmentation } = wish;
  const recipe = Recipe.parse(wish.recipe);
  const decides = { backbone: `${network}@scratch`, seed, recipe, ...(augmentation && { augmentation }) };
  const done = await findDone(client, request, { name, decides });
  if (done !== null) return resultOf(client, request, done);
  request.onEvent({ kind: 'note', text: `${name}:` });
  requireGoing(request);
  const { onEvent, signal } = request;
  const trained = await client.call('runs.train', { ...decides, freeze: 'none', name }, { onEvent, signal });
  if (!trained.ok && trained.failure.code !== 'LOSS_NOT_FINITE')
    throw new AppError(trained.failure.code, `${name}: ${trained.failure.message}`);
  const run = trained.ok ? trained.value : await findDone(client, request, { name, decides });
  if (run === null) throw new AppError('BUG', `${name}: its run is not in the project. Please report it.`);
  await callsOf(client, request)('runs.update', { runId: run.runId, tags: ['lab'] });
  return resultOf(client, request, run);
}

type Sought = { readonly name: string; readonly decides: object };

async function findDone(client: Client, telling: Telling, { name, decides }: Sought): Promise<RunRecord | null> {
  const runs = await callsOf(client, telling)('runs.list', {});
  const wanted = canonicalJson(decides as Parameters<typeof canonicalJson>[0]);
  return (
    runs.find((run) => {
      const { backbone, seed, recipe, augmentation } = run.config;
      const own = { backbone, seed, recipe, ...(augmentation && { augmentation }) };
      const isDone = run.status === 'done' || run.failure?.code === 'LOSS_NOT_FINITE';
      return isDone && run.name === name && canonicalJson(own as Parameters<typeof canonicalJson>[0]) === wanted;
    }) ?? null
  );
}

async function resultOf(client: Client, telling: Telling, run: RunRecord): Promise<LabResult> {
  const { epochs } = await callsOf(client, telling)('runs.curves', { runId: run.runId });
  return { run, epochs, isDiverged: run.failure?.code === 'LOSS_NOT_FINITE' };
}
