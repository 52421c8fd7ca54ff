/** One front end at the other end of a socket or a port: frames come in as text, calls are run, replies go out. */
import type { CommandEvent } from '../../../shared/contract/commands.ts';
import type { Result } from '../../../shared/contract/errors.ts';
import { MAX_FRAME_BYTES, type ReplyFrame, RequestFrame } from '../../../shared/contract/frames.ts';
import type { CommandContext } from '../dispatch.ts';

const MAX_OPEN_CALLS = 64; // of one front end
const CALLS_A_SECOND = 200; // on average; twice as many at once
const MAX_BURST = 2 * CALLS_A_SECOND;

export type FrameRequest = { readonly command: string; readonly input: unknown };
export type FramePort = {
  /** Takes one text; false where it is no frame of the contract: end the connection. */
  readonly receive: (text: string) => boolean;
  /** Stops the calls of a front end that has gone. */
  readonly end: () => void;
};
export type FramePortParts = {
  readonly call: (request: FrameRequest, context: CommandContext) => Promise<Result<unknown>>;
  readonly send: (text: string) => void; // must take texts for a front end that has gone
  readonly onBroken: () => void; // an answer has no JSON form: the front end must learn that it is cut off
  readonly now: () => number; // milliseconds of a monotonic clock
};

/** Checks what arrives, keeps the calls of this front end apart by their number, and bounds how many there are. */
export function createFramePort(parts: FramePortParts): FramePort {
  const calls = new Map<number, AbortController>();
  const mayCall = createRateLimit(parts.now);
  const send = (frame: ReplyFrame): void => parts.send(encodeReply(frame));
  const refuse = (id: number, message: string): void =>
    send({ kind: 'failure', id, failure: { code: 'INVALID_INPUT', message } });
  const serveCall = async (frame: Extract<RequestFrame, { kind: 'call' }>): Promise<void> => {
    const { id, command, input } = frame;
    const abort = new AbortController();
    calls.set(id, abort);
    const onEvent = (event: CommandEvent): void => send({ kind: 'event', id, event });
    const result = await parts.call({ command, input }, { signal: abort.signal, onEvent });
    calls.delete(id);
    send(result.ok ? { kind: 'value', id, value: result.value } : { kind: 'failure', id, failure: result.failure });
  };
  return {
    receive: (text) => {
      const frame = parseFrame(text);
      if (frame === null) return false;
      const { id } = frame;
      if (frame.kind === 'cancel') calls.get(id)?.abort();
      else if (!mayCall()) refuse(id, `More than ${CALLS_A_SECOND} calls a second. Ask more slowly.`);
      else if (calls.has(id)) refuse(id, `There is a call ${id} already.`);
      else if (calls.size >= MAX_OPEN_CALLS) refuse(id, `More than ${MAX_OPEN_CALLS} calls at once. Wait for some.`);
      else void serveCall(frame).catch(parts.onBroken);
      return true;
    },
    end: () => {
      for (const abort of calls.values()) abort.abort();
    },
  };
}

/** A bucket that fills with CALLS_A_SECOND and holds MAX_BURST. */
function createRateLimit(now: () => number): () => boolean {
  let left = MAX_BURST;
  let lastMs = now();
  return () => {
    const nowMs = now();
    left = Math.min(MAX_BURST, left + ((nowMs - lastMs) / 1000) * CALLS_A_SECOND);
    lastMs = nowMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

/** An answer that the front end would refuse for its size becomes a failure that says so. */
function encodeReply(frame: ReplyFrame): string {
  const text = JSON.stringify(frame);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_FRAME_BYTES) return text;
  const message = `The answer has ${bytes} bytes; ${MAX_FRAME_BYTES} can be sent to a second Thaw. Ask for less at once, or close the Thaw that opened the project first and run this again.`;
  return JSON.stringify({ kind: 'failure', id: frame.id, failure: { code: 'INVALID_INPUT', message } });
}

function parseFrame(text: string): RequestFrame | null {
  if (text.length > MAX_FRAME_BYTES) return null;
  try {
    return RequestFrame.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
