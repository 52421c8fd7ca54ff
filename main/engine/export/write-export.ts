/** Writes one export, proves it, and keeps it where it agrees. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { doesAgree, type ExportCheck, type ExportFormat, type ExportRecord } from '../../../shared/domain/export.ts';
import { Sha256 } from '../../../shared/domain/ids.ts';
import { decodeImage } from '../../imaging/decode.ts';
import { writeFolderAtomically } from '../../kernel/atomic-folder.ts';
import { writeFileAtomically } from '../../kernel/atomic-write.ts';
import { sha256Hex } from '../../kernel/hashing.ts';
import { thawVersion } from '../../kernel/version.ts';
import { checkInBrowser } from './browser.ts';
import { onnxOpset, packageFiles, TEST_PICTURE } from './package-files.ts';
import { openRuntime } from './runtimes.ts';
import type { ExportSubject } from './subject.ts';
import { createTally } from './tally.ts';

/** A photo and what the app answers for it. */
export type AskedPicture = { readonly path: string; readonly probabilities: readonly number[] };

export type ExportRequest = {
  readonly subject: ExportSubject;
  readonly format: ExportFormat;
  readonly preprocessing: boolean;
  readonly place: string; // folder of this format; what stands there is replaced once the new one is proven
  readonly pictures: readonly AskedPicture[];
  readonly testAnswer: readonly number[]; // for the test picture
  readonly threads: number;
  readonly browserPictures?: number; // more or fewer than a browser is asked about unless told
  readonly breathe: () => void;
  readonly onPicture: () => void; // one was compared in one runtime
  readonly now: () => Date;
};

/** The record says whether it is ready; where not, nothing was left on the disk. */
export async function writeExport(request: ExportRequest): Promise<ExportRecord> {
  const { subject, format, place, preprocessing } = request;
  let record: ExportRecord | null = null;
  await writeFolderAtomically(place, async (folder) => {
    const files: ExportRecord['files'] = [];
    for (const { name, chunks } of await packageFiles(subject, request)) {
      request.breathe();
      await writeFileAtomically(join(folder, name), chunks);
      const bytes = await readFile(join(folder, name)); // as it is on the disk
      files.push({ name, bytes: bytes.byteLength, sha256: Sha256.parse(sha256Hex(bytes)) });
    }
    const checks = await proveExport(request, folder);
    record = {
      ...{ formatVersion: 1, runId: subject.runId, format, folder: place, ready: checks.every(doesAgree) },
      ...{ preprocessingIncluded: format === 'onnx' && preprocessing, opset: format === 'onnx' ? onnxOpset : null },
      ...{ files, checks, exportedAt: request.now().toISOString(), thawVersion: thawVersion() },
    };
    await writeFileAtomically(join(folder, 'export.json'), [Buffer.from(`${JSON.stringify(record, null, 2)}\n`)]);
    return record.ready;
  });
  return record!;
}

/** The test vector, then every picture from its file on, in Node; then in a browser where the format is for one. */
async function proveExport(request: ExportRequest, folder: string): Promise<ExportCheck[]> {
  const { subject, format, pictures, testAnswer, threads, browserPictures, breathe, onPicture } = request;
  const { runtime, classifier } = await openRuntime({ format, folder, subject, threads });
  const vector = createTally({ runtime, source: 'vector', decoder: 'own' });
  const files = createTally({ runtime, source: 'file', decoder: 'own' });
  try {
    vector.add(TEST_PICTURE, testAnswer, await classifier.classify(await decodeFile(join(folder, TEST_PICTURE))));
    for (const { path, probabilities } of pictures) {
      breathe();
      files.add(basename(path), probabilities, await classifier.classify(await decodeFile(path)));
      onPicture();
    }
  } finally {
    await classifier.close();
  }
  const inNode = [vector.check(), files.check()];
  if (format !== 'tfjs') return inNode;
  const inBrowser = {
    folder,
    pictures,
    breathe,
    onPicture,
    ...(browserPictures !== undefined && { mostPictures: browserPictures }),
  };
  return [...inNode, ...(await checkInBrowser(inBrowser))];
}

async function decodeFile(path: string) {
  const { width, height, pixels } = await decodeImage(await readFile(path));
  return { width, height, data: pixels };
}
