/** One pass of the engine's own feature path in a process of its own: prints seconds and photos computed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { prepareFeatures } from '../../main/engine/jobs/features.ts';
import { openFrozenPart } from '../../main/engine/jobs/frozen-part.ts';
import { JobImage } from '../../main/engine/protocol/messages.ts';
import { backbonesFolder } from '../../main/kernel/resources.ts';

const WARM_UP_IMAGES = 16;
const [listFile = '', featuresFolder = '', outputFile = ''] = process.argv.slice(2);
const images = JobImage.array().parse(JSON.parse(readFileSync(listFile, 'utf8')));
const context = { breathe: () => undefined, shouldStop: () => false, send: () => undefined };
const frozen = await openFrozenPart({
  featuresFolder,
  context,
  backbonesFolder,
  backbone: 'tf_efficientnet_lite0',
  frozenThrough: 'pooled',
  classCount: 2,
});
await frozen.run(new Float32Array(WARM_UP_IMAGES * 3 * 224 * 224), WARM_UP_IMAGES);
const startMs = performance.now();
const features = await prepareFeatures({ frozen, featuresFolder, images, views: ['centre'] }, context);
const seconds = (performance.now() - startMs) / 1000;
if (features.images.length !== images.length) throw new Error(`${features.skipped.length} photos could not be read.`);
writeFileSync(outputFile, features.rowsOfView.get('centre') ?? new Float32Array(0));
await frozen.close();
console.log(JSON.stringify({ seconds, computed: features.computed }));
