/**
 * Asks an ensemble of Thaw about pictures, in Node (`npm install onnxruntime-node sharp`) or in a browser (onnxruntime-web).
 *
 *   node THIS-FILE photo.jpg
 *
 * or, with `ort` the module of ONNX Runtime:
 *
 *   const classifier = await openClassifier(ort, MODEL);
 *   const probabilities = await classifier.classify(await decodeInBrowser(file)); // in the order of CLASSES
 *
 * The file holds all of it: resize, crop, the networks and their weighted average. It takes upright RGB of any size.
 */
import { decodeInNode } from './decode-in-node.mjs';
import { planes } from './planes.mjs';

export { decodeInBrowser } from './decode-in-browser.mjs';

export const MODEL = 'model.onnx';
export const CLASSES = [];

/** `model`: a path, an address or the file's bytes. */
export async function openClassifier(ort, model) {
  const session = await ort.InferenceSession.create(model);
  return {
    /** picture: { width, height, data }, rows of 8-bit RGB or RGBA from the top, upright. */
    classify: async (picture) => {
      const input = new ort.Tensor('uint8', planes(picture), [1, 3, picture.height, picture.width]);
      const { output } = await session.run({ input });
      return [...output.data];
    },
    close: () => session.release(),
  };
}

if (typeof process !== 'undefined' && import.meta.filename !== undefined && process.argv[1] === import.meta.filename) {
  const ort = await import('onnxruntime-node');
  const { join } = await import('node:path');
  const classifier = await openClassifier(ort, join(import.meta.dirname, MODEL));
  for (const path of process.argv.slice(2)) {
    const probabilities = await classifier.classify(await decodeInNode(path));
    console.log(path, Object.fromEntries(CLASSES.map((name, at) => [name, probabilities[at]])));
  }
}
