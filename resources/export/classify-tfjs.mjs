/**
 * Asks the TensorFlow.js graph model about pictures, in a browser or in Node.
 *
 *   import * as tf from '@tensorflow/tfjs';
 *   import { decodeInBrowser, openClassifier } from './classify.mjs';
 *
 *   const config = await (await fetch('config.json')).json();
 *   const classifier = await openClassifier(tf, 'model.json', config);
 *   const probabilities = await classifier.classify(await decodeInBrowser(file)); // in the order of config.classes
 *
 * In Node: `npm install @tensorflow/tfjs-node` (or @tensorflow/tfjs), and 'file://.../model.json' as the address.
 */
import { prepare } from './prepare.mjs';

/** `model`: the address of model.json, or an IOHandler of TensorFlow.js. */
export async function openClassifier(tf, model, { preprocessing }) {
  const network = await tf.loadGraphModel(model);
  const side = preprocessing.cropSize;
  return {
    /** picture: { width, height, data }, rows of 8-bit RGB or RGBA from the top, upright. */
    classify: async (picture) => {
      const output = tf.tidy(() =>
        network.predict(
          tf.tensor4d(prepare(picture, preprocessing, 'NHWC'), [1, side, side, preprocessing.isGrey ? 1 : 3]),
        ),
      );
      const probabilities = [...(await output.data())];
      output.dispose();
      return probabilities;
    },
    close: () => network.dispose(),
  };
}
