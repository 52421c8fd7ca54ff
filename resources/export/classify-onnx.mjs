/**
 * Asks model.onnx about pictures, in Node (`npm install onnxruntime-node sharp`) or in a browser (onnxruntime-web).
 *
 *   node classify.mjs photo.jpg
 *
 * or, with `ort` the module of ONNX Runtime:
 *
 *   const classifier = await openClassifier(ort, 'model.onnx', config); // config: config.json, parsed
 *   const probabilities = await classifier.classify(await decodeInBrowser(file)); // in the order of config.classes
 */
import { decodeInNode } from './decode-in-node.mjs';
import { planes } from './planes.mjs';
import { prepare } from './prepare.mjs';

/** `model`: a path, an address or the file's bytes. */
export async function openClassifier(ort, model, config) {
  const session = await ort.InferenceSession.create(model);
  const { preprocessing, preprocessingIncluded } = config;
  const side = preprocessing.cropSize;
  return {
    /** picture: { width, height, data }, rows of 8-bit RGB or RGBA from the top, upright. */
    classify: async (picture) => {
      const input = preprocessingIncluded
        ? new ort.Tensor('uint8', planes(picture), [1, 3, picture.height, picture.width])
        : new ort.Tensor('float32', prepare(picture, preprocessing, 'NCHW'), [
            1,
            preprocessing.isGrey ? 1 : 3,
            side,
            side,
          ]);
      const { output } = await session.run({ input });
      return [...output.data];
    },
    close: () => session.release(),
  };
}

const isProgram = typeof process !== 'undefined' && process.argv[1]?.endsWith('classify.mjs');
if (isProgram) {
  const { readFileSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  const ort = await import('onnxruntime-node');
  const config = JSON.parse(readFileSync(new URL('config.json', import.meta.url), 'utf8'));
  const classifier = await openClassifier(ort, fileURLToPath(new URL('model.onnx', import.meta.url)), config);
  for (const path of process.argv.slice(2)) {
    const probabilities = await classifier.classify(await decodeInNode(path));
    console.log(path, Object.fromEntries(config.classes.map((name, at) => [name, probabilities[at]])));
  }
}
