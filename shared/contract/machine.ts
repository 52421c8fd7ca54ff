/** The project as a whole, its storage, the user's settings, and what the machine has. */
import { z } from 'zod';
import { RayCluster } from '../domain/cluster.ts';

const Count = z.int().nonnegative();
const Nothing = z.strictObject({});

export const ProjectInfo = z.strictObject({
  name: z.string(),
  folder: z.string(),
  readOnly: z.boolean(),
  notes: z.array(z.string()), // what was repaired or lost when it was opened
  version: z.string(), // of Thaw
  isSample: z.boolean(), // the sample project of the first start
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;

export const StoragePart = z.enum(['photos', 'thumbnails', 'features', 'previews', 'runs', 'deleted-runs', 'backups']);
export type StoragePart = z.infer<typeof StoragePart>;

export const Settings = z.strictObject({
  language: z.enum(['system', 'en', 'zh-CN']),
  theme: z.enum(['system', 'light', 'dark']),
  notify: z.boolean(), // when long work ends
  cluster: RayCluster.extend({ isOn: z.boolean() }).nullable().default(null), // off: nothing is sent there; its token is never stored
});
export type Settings = z.infer<typeof Settings>;

/** A backbone that can be trained: its network is in shared/networks. */
export const BackboneInfo = z.strictObject({
  id: z.string(), // of a network, or network@weights
  weights: z.enum(['shipped', 'imported', 'missing']), // missing: trains from scratch only
  source: z.string().nullable(), // of imported ones
  weightsBytes: Count.nullable(),
  licence: z.string().nullable(),
  imagenetTop1: z.number().nullable(), // percent, as published
});
export type BackboneInfo = z.infer<typeof BackboneInfo>;

const Timed = z.strictObject({ stage: z.string(), batch: z.int().positive(), seconds: z.number().nonnegative() });

export const machineCommands = {
  'project.info': { input: Nothing, output: ProjectInfo },
  'project.rename': { input: z.strictObject({ name: z.string().min(1).max(200) }), output: ProjectInfo },
  /** Imports the pictures that come with Thaw into this project. */
  'project.add-sample': { input: Nothing, output: z.strictObject({ imported: Count }) },
  'storage.summary': {
    input: Nothing,
    output: z.strictObject({
      parts: z.array(z.strictObject({ part: StoragePart, bytes: Count, files: Count, isCleanable: z.boolean() })),
      freeBytes: Count,
    }),
  },
  'storage.clean': {
    input: z.strictObject({ part: z.enum(['features', 'previews', 'deleted-runs', 'backups']) }),
    output: z.strictObject({ freedBytes: Count }),
  },
  'settings.get': { input: Nothing, output: Settings },
  'settings.set': { input: Settings, output: Settings },
  /** Connections that this program opened to other machines since it started. */
  'network.count': {
    input: Nothing,
    output: z.strictObject({ connections: Count, hosts: z.array(z.string()), since: z.iso.datetime() }),
  },
  /** What to send with a question or a bug: versions, machine, notes, last crashes; home and project folder are not named. */
  'machine.report': { input: Nothing, output: z.strictObject({ text: z.string() }) },
  /** How long a network takes here, with random weights, at its first and last stages and between: the fastest of some rounds. */
  'networks.time': {
    input: z.strictObject({ network: z.string().max(80), rounds: z.int().min(1).max(1000) }),
    output: z.strictObject({
      device: z.string(),
      passes: z.array(Timed), // forward up to the stage
      steps: z.array(Timed), // training of what lies behind it
    }),
  },
  'backbones.list': { input: Nothing, output: z.strictObject({ backbones: z.array(BackboneInfo) }) },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
