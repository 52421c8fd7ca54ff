/**
 * Reads model.safetensors: named float32 tensors, as in the state dict of torchvision or timm.
 *
 *   const tensors = readSafetensors(readFileSync('model.safetensors')); // Map: name -> { shape, values }
 *   const input = prepare(picture, config.preprocessing, 'NCHW'); // what the network takes
 */
export { prepare } from './prepare.mjs';

/** bytes: a Uint8Array of the whole file. */
export function readSafetensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
  const tensors = new Map();
  for (const [name, { shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [start, end] = offsets.map((offset) => 8 + headerBytes + offset);
    const values = new Float32Array((end - start) / 4);
    new Uint8Array(values.buffer).set(bytes.subarray(start, end)); // copied, since a Buffer's slice is a window on all of the file
    tensors.set(name, { shape, values });
  }
  return tensors;
}
