/** The two ways to the host: a port of the desktop shell, or a WebSocket to the server that sent this page. */
import type { ContractPort, ShellApi } from '../../../shared/contract/shell.ts';

declare global {
  interface Window {
    readonly thaw?: ShellApi;
  }
}

/** The desktop shell; null in a browser. */
export function findShell(): ShellApi | null {
  return typeof window === 'undefined' ? null : (window.thaw ?? null);
}

/** Opens one line to the host. Rejects where none can be had now. */
export function connectToHost(): Promise<ContractPort> {
  const shell = findShell();
  return shell === null ? connectBySocket(socketAddress(window.location)) : shell.connect();
}

function socketAddress({ protocol, host }: Pick<Location, 'protocol' | 'host'>): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/contract`;
}

function connectBySocket(address: string): Promise<ContractPort> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    const early: string[] = [];
    let listener: ((frame: string) => void) | null = null;
    socket.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string') return socket.close();
      if (listener === null) early.push(data);
      else listener(data);
    });
    socket.addEventListener('error', () => reject(new Error('The host does not answer.')), { once: true });
    socket.addEventListener('open', () => {
      resolve({
        send: (frame) => socket.send(frame),
        onFrame: (next) => {
          listener = next;
          for (const frame of early.splice(0)) next(frame);
        },
        onClose: (closed) => socket.addEventListener('close', closed, { once: true }),
        close: () => socket.close(),
      });
    });
  });
}
