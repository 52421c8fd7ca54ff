/** The files of an export, by format. */
import { AppError } from '../../../shared/contract/errors.ts';
import { type ExportFormat, PROBABILITY_TOLERANCE } from '../../../shared/domain/export.ts';
import { thawVersion } from '../../kernel/version.ts';
import { opsetVersion } from '../onnx/protobuf.ts';
import { writeOnnx } from '../onnx/writer.ts';
import { safetensorsChunks } from '../weights/safetensors.ts';
import { licenceText } from './licence-text.ts';
import { portableGraph } from './portable-graph.ts';
import { readSamples } from './samples.ts';
import { type ExportSubject, neededWeights } from './subject.ts';
import { drawTestPicture, encodePng } from './test-picture.ts';
import { writeGraphModel } from './tfjs/writer.ts';

export type PackageFile = { readonly name: string; readonly chunks: readonly Uint8Array[] };
export type PackageWish = {
  readonly format: ExportFormat;
  readonly preprocessing: boolean; // inside the graph, of ONNX
  readonly testAnswer: readonly number[]; // the app's own for the test picture
};

export const TEST_PICTURE = 'test-picture.png';

/** Of what the graph is made in ONNX. */
export const onnxOpset = opsetVersion;

/** Throws WEIGHTS_MISMATCH, INVALID_INPUT where the network has no form in the format. */
export async function packageFiles(subject: ExportSubject, wish: PackageWish): Promise<readonly PackageFile[]> {
  const json = (value: unknown): Uint8Array[] => [Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8')];
  const vector = { picture: TEST_PICTURE, probabilities: wish.testAnswer, tolerance: PROBABILITY_TOLERANCE };
  return [
    ...modelFiles(subject, wish),
    { name: 'config.json', chunks: json(configOf(subject, wish)) },
    ...(await readSamples(wish.format)).map(({ name, bytes }) => ({ name, chunks: [bytes] })),
    { name: 'LICENCE.txt', chunks: [Buffer.from(licenceText({ ...subject, licences: [subject.licence] }), 'utf8')] },
    { name: TEST_PICTURE, chunks: [encodePng(drawTestPicture())] },
    { name: 'test-vector.json', chunks: json(vector) },
  ];
}

function modelFiles(subject: ExportSubject, { format, preprocessing }: PackageWish): readonly PackageFile[] {
  const { network, weights, classes, runId } = subject;
  const metadata = { 'thaw.classes': JSON.stringify(classes), 'thaw.run': runId, 'thaw.version': thawVersion() };
  switch (format) {
    case 'onnx': {
      const head = network.heads[0];
      if (head === undefined) throw new AppError('BUG', `${network.id} has no classifier. Please report it.`);
      const model = writeOnnx(network, weights, {
        ...{ outputNode: head.node, batch: 'dynamic', answer: 'probabilities', metadata },
        preprocessing: preprocessing ? 'included' : 'none',
      });
      return [{ name: 'model.onnx', chunks: [model] }];
    }
    case 'tfjs':
      return writeGraphModel(network, weights, metadata).map(({ name, bytes }) => ({ name, chunks: [bytes] }));
    default:
      return [
        { name: 'model.safetensors', chunks: safetensorsChunks(neededWeights(subject), metadata) },
        { name: 'network.json', chunks: [Buffer.from(`${JSON.stringify(portableGraph(network))}\n`, 'utf8')] },
      ];
  }
}

/** What the sample code and people need to know. */
function configOf({ network, classes, runId, title, licence }: ExportSubject, { format, preprocessing }: PackageWish) {
  const isIncluded = format === 'onnx' && preprocessing;
  const [channels, height, width] = network.inputShape;
  const layouts = { onnx: ['N', channels, height, width], tfjs: ['N', height, width, channels] };
  const input = isIncluded
    ? { name: 'input', type: 'uint8', shape: [1, 3, 'height', 'width'], meaning: 'RGB planes, upright, any size' }
    : { name: 'input', type: 'float32', shape: format === 'tfjs' ? layouts.tfjs : layouts.onnx };
  return {
    format,
    ...(format === 'onnx' && { opset: opsetVersion }),
    madeBy: `Thaw ${thawVersion()}`,
    run: { id: runId, name: title },
    network: network.id,
    paper: network.paper,
    classes,
    input,
    output: { name: 'output', type: 'float32', shape: ['N', classes.length], meaning: 'probabilities of the classes' },
    preprocessingIncluded: isIncluded,
    preprocessing: {
      ...network.preprocessing,
      resize:
        'short side, antialiased bicubic: a = -0.5, support widened by the shrinking, renormalised at the borders, float32, clipped to 0..255, not rounded',
      crop: 'the centre; halves are rounded to even',
      orientation: 'EXIF orientation applied first',
      transparency: 'laid on white',
    },
    licence: { backbone: licence.backbone, spdx: licence.spdx, copyright: licence.copyright, source: licence.source },
  };
}
