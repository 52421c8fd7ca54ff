/** A message port of the shell as the renderer sees it: functions only, since no port crosses the context bridge. */
import type { ContractPort } from '../../shared/contract/shell.ts';
import { PORT_ENDED } from './channels.ts';

/** The part of a MessagePort that is needed: Node's and the DOM's differ in the rest. */
export type PortLike = {
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  postMessage(text: string): void;
  close(): void;
};

/** Frames that come before anybody listens are kept, in order, and told to the first listener. */
export function createContractPort(port: PortLike): ContractPort {
  const waiting: string[] = [];
  let onFrame: ((frame: string) => void) | null = null;
  let onClose: (() => void) | null = null;
  let isClosed = false;
  const end = (): void => {
    if (isClosed) return;
    isClosed = true;
    port.close();
    onClose?.();
  };
  port.onmessage = ({ data }) => {
    if (data === PORT_ENDED) end();
    else if (typeof data === 'string' && onFrame !== null) onFrame(data);
    else if (typeof data === 'string') waiting.push(data);
  };
  return {
    send: (frame) => {
      if (!isClosed) port.postMessage(frame);
    },
    onFrame: (listener) => {
      onFrame = listener;
      for (const frame of waiting.splice(0)) listener(frame);
    },
    onClose: (listener) => {
      onClose = listener;
      if (isClosed) listener();
    },
    close: end,
  };
}
