/**
 * The only libvips loaders that may run: whatever else a file claims to be, no code of it is reached.
 *
 * libvips is one for all threads of a process, and there is a moment between closing all loaders and opening ours: a thread
 * that did that beside another one made it refuse a good photo. So only the first thread does, before it starts any.
 */
import { isMainThread } from 'node:worker_threads';
import sharp from 'sharp';

if (isMainThread) {
  sharp.block({ operation: ['VipsForeignLoad'] });
  const ours = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'];
  sharp.unblock({ operation: ours.map((name) => `VipsForeignLoad${name}Buffer`) });
}
