/**
 * What the desktop shell and its host (`main/host/entry.ts`) tell each other over the child's IPC channel.
 *
 * Frames are JSON text of frames.ts; the shell hands them on unread between a window's port and the host. The shell
 * gives every port a number of its own, also for its own calls, and never uses one again.
 */
import { z } from 'zod';
import { Failure } from './errors.ts';
import { MAX_FRAME_BYTES } from './frames.ts';
import { ProjectInfo } from './machine.ts';

const Port = z.int().nonnegative();
const Frame = z.string().max(MAX_FRAME_BYTES);

export const ShellMessage = z.union([
  z.strictObject({ port: Port, frame: Frame }), // the first frame of a number opens the port
  z.strictObject({ kind: z.literal('port-closed'), port: Port }), // its calls are stopped; jobs go on
  z.strictObject({ kind: z.literal('quit') }), // jobs are stopped, trainings keep their checkpoint, then the host ends with 0
]);
export type ShellMessage = z.infer<typeof ShellMessage>;

export const HostProcessMessage = z.union([
  z.strictObject({ port: Port, frame: Frame }),
  z.strictObject({ kind: z.literal('port-closed'), port: Port }), // the host gave it up: what came was no frame, or an answer was none
  z.strictObject({ kind: z.literal('opened'), info: ProjectInfo.nullable() }), // null: a host without a project
  z.strictObject({ kind: z.literal('failed'), failure: Failure }), // then the host ends with 1
]);
export type HostProcessMessage = z.infer<typeof HostProcessMessage>;
