/** An ensemble as one ONNX file, which is run beside its members on real photos, as it lies on the disk, before it is kept. */
import { readFile } from 'node:fs/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import { isFromScratch } from '../../../shared/domain/backbone-ref.ts';
import { agreesWithMembers } from '../../../shared/domain/ensemble.ts';
import { softmax } from '../../../shared/math/statistics.ts';
import type { NamedTensor } from '../../../shared/networks/network.ts';
import { findNetwork } from '../../../shared/networks/registry.ts';
import { split, withClasses } from '../../../shared/networks/split.ts';
import { type DecodedImage, decodeImage } from '../../imaging/decode.ts';
import { centreInput } from '../../imaging/grey.ts';
import { pinnedThreads } from '../../kernel/pinned-threads.ts';
import { refuseForeignNeighbours, writeBeside } from '../export/beside-ensemble.ts';
import { writeProvenFile } from '../export/proven-file.ts';
import { findLicence, type WeightsLicence } from '../export/subject.ts';
import { type EnsemblePart, writeEnsemble } from '../onnx/ensemble-writer.ts';
import { onnxRuntimeVersion, openOnnxSession, type PlanarImage } from '../onnx/runtime.ts';
import { writeOnnx } from '../onnx/writer.ts';
import type { JobContext } from '../protocol/control.ts';
import type { ExportEnsembleJob, ExportEnsembleResult } from '../protocol/ensembling-jobs.ts';
import { loadChosenWeights } from '../weights/chosen-weights.ts';
import { phaseReporter } from './progress.ts';
import { readTrainedRun, type TrainedRun } from './run-state.ts';

/** Where the file does not agree nothing is kept, and the figures say so. Throws CANCELLED, DISK_FULL, FILE_PERMISSION; INVALID_INPUT where the members' classes are not the same. */
export async function runExportEnsemble(job: ExportEnsembleJob, context: JobContext): Promise<ExportEnsembleResult> {
  await refuseForeignNeighbours(job.outputFile);
  const parts: EnsemblePart[] = [];
  const licences = new Map<string, WeightsLicence>();
  for (const member of job.members) {
    context.breathe();
    const trained = await readTrainedRun(member.runFolder);
    parts.push(await loadPart(job, member, trained));
    licences.set(trained.backbone, await findLicence(job.backbonesFolder, trained.backbone));
  }
  const metadata = { 'thaw.classes': JSON.stringify(job.classes), 'thaw.output': 'probabilities' };
  const model = writeEnsemble(parts, metadata);
  const device = `onnxruntime-cpu ${onnxRuntimeVersion}, ${pinnedThreads()} threads`;
  const checked = await writeProvenFile(job.outputFile, model, {
    prove: (written) => check(job, { parts, model: written }, context),
    agrees: agreesWithMembers,
  });
  const { title, classes, outputFile } = job;
  const wish = { title, classes, licences: [...licences.values()] };
  const beside = agreesWithMembers(checked) ? await writeBeside(outputFile, wish) : [];
  const keys = parts.map(({ key }) => key);
  return {
    kind: 'export-ensemble',
    device: { executor: device, trainer: device },
    bytes: model.byteLength,
    sharedParts: new Set(keys.filter((key, at) => keys.indexOf(key) !== at)).size,
    ...{ ...checked, beside },
  };
}

async function loadPart(
  { backbonesFolder, classes }: ExportEnsembleJob,
  { runFolder, weight }: ExportEnsembleJob['members'][number],
  trained: TrainedRun,
): Promise<EnsemblePart> {
  const { weights: frozenWeights, sha256 } = isFromScratch(trained.backbone)
    ? { weights: new Map<string, NamedTensor>(), sha256: 'none' } // nothing of it is frozen
    : await loadChosenWeights(backbonesFolder, trained.backbone);
  const network = withClasses(findNetwork(trained.backbone), trained.classes.length);
  const order = classes.map((name) => trained.classes.indexOf(name));
  if (order.includes(-1) || trained.classes.length !== classes.length) {
    const message = `${runFolder}: its classes are ${trained.classes.join(', ')}, not ${classes.join(', ')}. Choose other members.`;
    throw new AppError('INVALID_INPUT', message);
  }
  const key = `${trained.backbone} ${sha256} ${trained.frozenThrough}`;
  const { weights } = trained;
  return { network, ...split(network, trained.frozenThrough), frozenWeights, weights, key, weight, order };
}

type Written = { readonly parts: readonly EnsemblePart[]; readonly model: Uint8Array };
type Checked = Pick<
  ExportEnsembleResult,
  'checked' | 'sameAnswers' | 'largestDifference' | 'sameAsApp' | 'largestFromApp'
>;

/** Member by member, so that one of them is in memory at a time. */
async function check(job: ExportEnsembleJob, { parts, model }: Written, context: JobContext): Promise<Checked> {
  const pictures = await decodeAll(job, context);
  const report = phaseReporter(context, 'evaluating', () => performance.now());
  const total = parts.length + 1;
  const own = await withSession(model, (session) => inTurn(pictures, (picture) => session.runImage(planarOf(picture))));
  report(1, total);
  const average = pictures.map(() => job.classes.map(() => 0));
  const fromApp = pictures.map(() => job.classes.map(() => 0));
  for (const [at, part] of parts.entries()) {
    context.breathe();
    await addAnswers(part, pictures, { average, fromApp });
    report(at + 2, total);
  }
  const rows = own.map((answer) => Array.from(answer));
  const [same, app] = [compare(rows, average), compare(rows, fromApp)];
  return {
    checked: pictures.length,
    ...{ sameAnswers: same.agreeing, largestDifference: same.largest },
    ...{ sameAsApp: app.agreeing, largestFromApp: app.largest },
  };
}

type Sums = { readonly average: number[][]; readonly fromApp: number[][] }; // [photos][classes]

/** Through the member's own graph: with the graph's resize, and with the app's. */
async function addAnswers(part: EnsemblePart, pictures: readonly DecodedImage[], sums: Sums): Promise<void> {
  const { network, frozenWeights, weights, weight, order } = part;
  const all = new Map([...frozenWeights, ...weights]);
  const outputNode = network.heads[0]!.node;
  const add = (to: number[], logits: Float32Array): void => {
    const probabilities = softmax(logits);
    for (const [label, own] of order.entries()) to[label]! += weight * probabilities[own]!;
  };
  const graph = (preprocessing: 'none' | 'included'): Uint8Array =>
    writeOnnx(network, all, { outputNode, preprocessing, batch: 'dynamic' });
  await withSession(graph('included'), async (session) => {
    for (const [at, picture] of pictures.entries()) add(sums.average[at]!, await session.runImage(planarOf(picture)));
  });
  await withSession(graph('none'), async (session) => {
    for (const [at, picture] of pictures.entries())
      add(sums.fromApp[at]!, await session.run(centreInput(picture, network.preprocessing), 1));
  });
}

type Session = Awaited<ReturnType<typeof openOnnxSession>>;

async function withSession<T>(model: Uint8Array, use: (session: Session) => Promise<T>): Promise<T> {
  const session = await openOnnxSession({ model, threads: pinnedThreads(), provider: 'cpu' });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

async function inTurn<T, R>(items: readonly T[], use: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await use(item));
  return results;
}

const HELD_BYTES = 512 * 1024 * 1024; // of pixels: a check by fewer large photos is a check all the same

/** A photo that cannot be read is no reason not to export. */
async function decodeAll({ images }: ExportEnsembleJob, context: JobContext): Promise<DecodedImage[]> {
  const decoded: DecodedImage[] = [];
  for (const { path } of images) {
    context.breathe();
    if (decoded.reduce((sum, { pixels }) => sum + pixels.byteLength, 0) > HELD_BYTES) break;
    try {
      decoded.push(await decodeImage(await readFile(path)));
    } catch (error) {
      context.send({ kind: 'note', text: `${path} is not part of the check: ${String(error)}` });
    }
  }
  if (decoded.length > 0) return decoded;
  throw new AppError('DATASET_UNFIT', 'None of the photos to check by could be read. Check the folder.');
}

function planarOf({ pixels, width, height }: DecodedImage): PlanarImage {
  const planar = new Uint8Array(3 * width * height);
  const size = width * height;
  for (let at = 0; at < size; at += 1) {
    planar[at] = pixels[3 * at]!;
    planar[size + at] = pixels[3 * at + 1]!;
    planar[2 * size + at] = pixels[3 * at + 2]!;
  }
  return { pixels: planar, width, height };
}

function compare(rows: readonly (readonly number[])[], others: readonly (readonly number[])[]) {
  let [agreeing, largest] = [0, 0];
  for (const [at, row] of rows.entries()) {
    const other = others[at]!;
    if (row.indexOf(Math.max(...row)) === other.indexOf(Math.max(...other))) agreeing += 1;
    largest = Math.max(largest, ...row.map((value, label) => Math.abs(value - other[label]!)));
  }
  return { agreeing, largest };
}
