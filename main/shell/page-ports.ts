/** Lines between pages and the host: frames are handed on unread, both ways. */
import { MessageChannelMain, type WebContents } from 'electron';
import { MAX_FRAME_BYTES } from '../../shared/contract/frames.ts';
import { channels, PORT_ENDED } from '../preload/channels.ts';
import type { ProjectHost } from './project-host.ts';

/** Gives a page a port of its own to the host. Throws what opening the project failed with. */
export async function connectPage(host: ProjectHost, page: WebContents, id: number): Promise<void> {
  const { port1: ours, port2: theirs } = new MessageChannelMain();
  const line = await host.openPort({
    onFrame: (frame) => ours.postMessage(frame),
    onEnd: () => {
      ours.postMessage(PORT_ENDED);
      ours.close();
    },
  });
  ours.on('message', ({ data }) => {
    if (typeof data === 'string' && data.length <= MAX_FRAME_BYTES) return line.send(data);
    line.close(); // no frame of the contract
    ours.postMessage(PORT_ENDED);
    ours.close();
  });
  ours.on('close', () => line.close()); // the page was closed, reloaded, or crashed
  ours.start();
  if (page.isDestroyed()) return line.close();
  page.postMessage(channels.port, id, [theirs]);
}
