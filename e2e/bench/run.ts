/** `npm run bench [-- NAME ...]`: runs benches one after the other; each prints a table and writes its results file. */
import { benchAccuracy } from './accuracy.ts';
import { benchApp } from './app.ts';
import { benchAugmentation } from './augmentation.ts';
import { benchAugmentationValue } from './augmentation-value.ts';
import { benchClassics } from './classics.ts';
import { benchEnsembles } from './ensembles.ts';
import { benchExporting } from './exporting.ts';
import { benchImagenet } from './imagenet.ts';
import { benchImport } from './import.ts';
import { benchImportWeights } from './import-weights.ts';
import { benchLab } from './lab.ts';
import { benchMemory } from './memory.ts';
import { benchNetworkSpeeds } from './network-speeds.ts';
import { benchPlan } from './plan.ts';
import { benchProducers } from './producers.ts';
import { type BenchRecord, publish, publishPart } from './record.ts';
import { benchRegimes } from './regimes.ts';
import { benchRetrain } from './retrain.ts';
import { benchSorting } from './sorting.ts';
import { benchSweeps } from './sweeps.ts';
import { benchTenCrop } from './ten-crop.ts';
import { benchThawing } from './thawing.ts';
import { benchThroughput } from './throughput.ts';
import { benchTrainStep } from './train-step.ts';
import { benchTrainStepFrozen } from './train-step-frozen.ts';
import { benchWarmCache } from './warm-cache.ts';

const benches: Readonly<Record<string, () => Promise<readonly BenchRecord[]>>> = {
  imagenet: benchImagenet,
  accuracy: benchAccuracy,
  throughput: benchThroughput,
  'warm-cache': benchWarmCache,
  retrain: benchRetrain,
  memory: benchMemory,
  'train-step': benchTrainStep,
  'train-step-frozen': benchTrainStepFrozen,
  'network-speeds': benchNetworkSpeeds,
  plan: benchPlan,
  producers: benchProducers,
  augmentation: benchAugmentation,
  'augmentation-value': benchAugmentationValue,
  regimes: benchRegimes,
  thawing: benchThawing,
  lab: benchLab,
  exporting: benchExporting,
  sorting: benchSorting,
  sweeps: benchSweeps,
  'ten-crop': benchTenCrop,
  import: benchImport,
  classics: benchClassics,
  'import-weights': benchImportWeights,
  app: benchApp,
  ensembles: benchEnsembles,
};

const onlyByName = new Set(['exporting', 'lab', 'regimes', 'thawing']); // hours, or nearly: often a part of them at a time
const inParts = new Set([...onlyByName, 'classics', 'network-speeds']);

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(benches).filter((each) => !onlyByName.has(each))) {
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (bench === undefined)
    throw new Error(`There is no bench '${name}'. Choose from: ${Object.keys(benches).join(', ')}.`);
  console.log(`bench ${name}`);
  (inParts.has(name) ? publishPart : publish)(name, await bench());
}
