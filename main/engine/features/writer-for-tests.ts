/** A child process for tests: writes one-row shards into a store until it is killed. Arguments: folder, key. */
import { createHash } from 'node:crypto';
import { openFeatureStore } from './store.ts';

const [folder, key] = process.argv.slice(2) as [string, string];
const rowLength = 100_000;
const store = await openFeatureStore(folder, key, { rowLength, mode: 'write', shardBytes: 1 });
for (let i = 0; ; i++) {
  await store.append([createHash('sha256').update(String(i)).digest('hex')], new Float32Array(rowLength).fill(i));
  if (i === 2) process.stdout.write('ready');
}
