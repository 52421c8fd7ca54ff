/** Counts what this process connects to on other machines. Import it before anything else can connect. */
import { subscribe } from 'node:diagnostics_channel';
import { BlockList, isIP, type Socket } from 'node:net';

const MAX_HOSTS = 100;
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

export type ConnectionCount = { readonly connections: number; readonly hosts: readonly string[] };

/** Whether an address is this machine itself. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Starts counting TCP connections that Node opens in this process to any address but the loopback's.
 *
 * What native libraries would open by themselves is not seen; those in use (TensorFlow, ONNX Runtime, libvips, SQLite)
 * are called for local work only. `onConnection` is told each address.
 */
export function countConnections(onConnection: (address: string) => void = () => undefined): () => ConnectionCount {
  const hosts = new Set<string>();
  let connections = 0;
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket };
    socket.once('connect', () => {
      const address = socket.remoteAddress ?? '';
      if (address === '' || isLoopback(address)) return; // '': a pipe, or gone already
      connections += 1;
      if (hosts.size < MAX_HOSTS) hosts.add(address);
      onConnection(address);
    });
  });
  return () => ({ connections, hosts: [...hosts] });
}
