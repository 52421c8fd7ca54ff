/** One pass of 10-crop by the engine's own path, nothing kept: prints seconds; raw float32 [N, 10, 1280] goes to a file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openFrozenPart } from '../../main/engine/jobs/frozen-part.ts';
import { viewLogits } from '../../main/engine/jobs/view-logits.ts';
import { JobImage } from '../../main/engine/protocol/messages.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';
import { viewsOf } from '../../shared/domain/view-set.ts';

const WARM_UP_IMAGES = 16;
const FEATURES = 1280;
const [listFile = '', featuresFolder = '', outputFile = ''] = process.argv.slice(2);
const images = JobImage.array().parse(JSON.parse(readFileSync(listFile, 'utf8')));
const context = { breathe: () => undefined, shouldStop: () => false, send: () => undefined };
const place = { featuresFolder, context, backbonesFolder };
const frozen = await openFrozenPart({
  ...place,
  backbone: 'tf_efficientnet_lite0',
  frozenThrough: 'pooled',
  classCount: 2,
});
await frozen.run(new Float32Array(WARM_UP_IMAGES * 3 * 224 * 224), WARM_UP_IMAGES);
const views = viewsOf('ten-crop');
const runHead = async (rows: Float32Array): Promise<Float32Array> => rows; // the features themselves
const request = {
  frozen,
  featuresFolder,
  images,
  views,
  classCount: FEATURES,
  runHead,
  report: () => undefined,
  mostKeptBytes: 0,
};
const startMs = performance.now();
const found = new Map<string, Float32Array>();
for await (const { view, values, skipped } of viewLogits(request, context)) {
  if (skipped.length > 0) throw new Error(`${skipped.length} photos could not be read.`);
  found.set(view, values);
}
const seconds = (performance.now() - startMs) / 1000;
await frozen.close();
const all = new Float32Array(images.length * views.length * FEATURES);
for (const [at, { id }] of views.entries()) {
  for (let row = 0; row < images.length; row += 1)
    all.set(found.get(id)!.subarray(row * FEATURES, (row + 1) * FEATURES), (row * views.length + at) * FEATURES);
}
writeFileSync(outputFile, all);
console.log(JSON.stringify({ seconds, views: views.map(({ id }) => id) }));
