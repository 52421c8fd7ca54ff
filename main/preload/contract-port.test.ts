import { describe, expect, it } from 'vitest';
import { PORT_ENDED } from './channels.ts';
import { createContractPort, type PortLike } from './contract-port.ts';

function fakePort() {
  const sent: string[] = [];
  let closes = 0;
  const port: PortLike = { onmessage: null, postMessage: (text) => sent.push(text), close: () => void closes++ };
  return { port, sent, closes: () => closes, arrive: (data: unknown) => port.onmessage?.({ data }) };
}

describe('a contract port', () => {
  it('keeps frames that come before anybody listens, in order', () => {
    const { port, arrive } = fakePort();
    const contract = createContractPort(port);
    arrive('one');
    arrive('two');
    const heard: string[] = [];
    contract.onFrame((frame) => heard.push(frame));
    arrive('three');
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  it('tells its end once, also to who asks later, and sends nothing any more', () => {
    const { port, sent, closes, arrive } = fakePort();
    const contract = createContractPort(port);
    let ends = 0;
    contract.onClose(() => ends++);
    arrive(PORT_ENDED);
    arrive(PORT_ENDED);
    contract.close();
    contract.send('late');
    contract.onClose(() => ends++);
    expect([ends, closes(), sent]).toEqual([2, 1, []]);
  });

  it('passes over what is neither a frame nor the end', () => {
    const { port, arrive } = fakePort();
    const heard: string[] = [];
    createContractPort(port).onFrame((frame) => heard.push(frame));
    arrive({ not: 'a frame' });
    arrive(7);
    expect(heard).toEqual([]);
  });
});
