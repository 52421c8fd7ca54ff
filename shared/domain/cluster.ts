/** A Ray cluster that trials may be sent to. */
import { z } from 'zod';

const FolderPath = z.string().min(1).max(4096);

export const RayCluster = z.strictObject({
  address: z // of its Jobs API: http://HOST:8265
    .url({ protocol: /^https?$/, error: 'the address of a cluster is that of its Jobs API, as http://HOST:8265' })
    .max(300)
    .refine(
      (address) => !/\/\/[^/?#]*@/.test(address),
      'a name or password does not belong into an address: give a token',
    ),
  storage: FolderPath, // a folder that this machine and all nodes see
  storageThere: FolderPath.nullable(), // its path on the nodes, where that is another one
  command: z.string().min(1).max(1000), // what starts Thaw on a node: 'thaw' in the worker image
  parallel: z.int().min(1).max(1000), // trials that are handed to Ray at a time
  gpus: z.number().min(0).max(64), // of each trial
});
export type RayCluster = z.infer<typeof RayCluster>;
