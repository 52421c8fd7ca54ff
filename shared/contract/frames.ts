/** The frames of the contract over a WebSocket or a message port, as JSON text; checked on arrival on both sides. */
import { z } from 'zod';
import { CommandEvent } from './commands.ts';
import { Failure } from './errors.ts';

export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const CallId = z.int().nonnegative();

export const RequestFrame = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id: CallId, command: z.string().max(80), input: z.unknown() }),
  z.strictObject({ kind: z.literal('cancel'), id: CallId }),
]);
export type RequestFrame = z.infer<typeof RequestFrame>;

export const ReplyFrame = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), id: CallId, event: CommandEvent }),
  z.strictObject({ kind: z.literal('value'), id: CallId, value: z.unknown() }),
  z.strictObject({ kind: z.literal('failure'), id: CallId, failure: Failure }),
]);
export type ReplyFrame = z.infer<typeof ReplyFrame>;
