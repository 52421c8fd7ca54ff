import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import './allowed-loaders.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64"/></svg>';

/** What a decoder thread that comes later does to libvips, which all threads share, and what it still refuses. */
const script = `
  const { parentPort } = require('node:worker_threads');
  const [library, decoder] = ${JSON.stringify([import.meta.resolve('sharp'), new URL('./decode.ts', import.meta.url).href])};
  (async () => {
    const { default: sharp } = await import(library);
    const touched = [];
    for (const name of ['block', 'unblock']) {
      const own = sharp[name];
      sharp[name] = (...given) => { touched.push(name); return own(...given); };
    }
    await import(decoder);
    const refused = await sharp(Buffer.from(${JSON.stringify(SVG)})).metadata().then(() => null, String);
    parentPort.postMessage({ touched, refused });
  })();`;

it('a thread that starts later neither closes the loaders under the others nor opens more of them', async () => {
  const worker = new Worker(script, { eval: true });
  try {
    const [found] = (await once(worker, 'message')) as [
      { readonly touched: string[]; readonly refused: string | null },
    ];
    expect(found.touched).toEqual([]);
    expect(found.refused).toMatch(/unsupported image format|blocked/);
  } finally {
    await worker.terminate();
  }
});
