/** Many front ends behind one channel: each port is a front end of its own, with its own calls and limits. */
import { type HostProcessMessage, ShellMessage } from '../../../shared/contract/host-messages.ts';
import { createFramePort, type FramePort, type FramePortParts } from './frame-port.ts';

const MAX_PORTS = 64;

export type PortHub = {
  readonly receive: (message: unknown) => void; // what is no message is passed over: it can only come from our own shell
  readonly endAll: () => void;
};
export type PortHubParts = {
  readonly call: FramePortParts['call'];
  readonly send: (message: HostProcessMessage) => void;
};

/** Opens a port with its first frame; gives up one that sends what is no frame, and tells so by 'port-closed'. */
export function createPortHub({ call, send }: PortHubParts): PortHub {
  const ports = new Map<number, FramePort>();
  const giveUp = (port: number): void => {
    ports.get(port)?.end();
    ports.delete(port);
    send({ kind: 'port-closed', port });
  };
  const open = (port: number): FramePort => {
    const opened = createFramePort({
      call,
      send: (frame) => {
        if (ports.has(port)) send({ port, frame });
      },
      onBroken: () => giveUp(port),
      now: () => performance.now(),
    });
    ports.set(port, opened);
    return opened;
  };
  const receiveFrame = (port: number, frame: string): void => {
    if (!ports.has(port) && ports.size >= MAX_PORTS) return send({ kind: 'port-closed', port });
    const front = ports.get(port) ?? open(port);
    if (!front.receive(frame)) giveUp(port);
  };
  return {
    receive: (message) => {
      const parsed = ShellMessage.safeParse(message);
      if (!parsed.success) return;
      if ('frame' in parsed.data) return receiveFrame(parsed.data.port, parsed.data.frame);
      if (parsed.data.kind !== 'port-closed') return;
      ports.get(parsed.data.port)?.end();
      ports.delete(parsed.data.port);
    },
    endAll: () => {
      for (const port of ports.values()) port.end();
      ports.clear();
    },
  };
}
