/** The bench import-weights in a process of its own: import-weights-side.ts FILE KEPT-FOLDER; prints seconds and memory as JSON. */
import { importWeights } from '../../main/engine/weights/importing/import-weights.ts';

const [file = '', weightsFolder = ''] = process.argv.slice(2);
const MB = 1e6;
const idleMb = process.memoryUsage().rss / MB;
const cpu = process.cpuUsage();
const startedMs = performance.now();
const { weights } = await importWeights({
  ...{ file, weightsFolder, network: null, sha256: null, source: 'bench', licence: null },
  ...{ now: () => new Date(), onBytes: () => undefined, breathe: () => undefined },
});
if (weights?.network !== 'vgg16') throw new Error('It was not taken for VGG-16.');
const seconds = (performance.now() - startedMs) / 1000;
const { user, system } = process.cpuUsage(cpu);
const peakMb = (process.resourceUsage().maxRSS * 1024) / MB;
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, idleMb, peakMb }));
