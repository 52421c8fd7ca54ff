import { describe, expect, it } from 'vitest';
import type { ContractPort } from '../../../shared/contract/shell.ts';
import { createFrameClient } from './frame-client.ts';

/** A line whose other end is the test. */
function createLine() {
  const sent: { readonly kind: string; readonly id: number; readonly command?: string }[] = [];
  let receive: (frame: string) => void = () => {};
  let closed: () => void = () => {};
  const port: ContractPort = {
    send: (frame) => void sent.push(JSON.parse(frame)),
    onFrame: (listener) => {
      receive = listener;
    },
    onClose: (listener) => {
      closed = listener;
    },
    close: () => closed(),
  };
  return {
    port,
    sent,
    answer: (frame: unknown) => receive(JSON.stringify(frame)),
    raw: (text: string) => receive(text),
    drop: () => closed(),
  };
}

const renamed = (lines: readonly ReturnType<typeof createLine>[]) => {
  const queue = [...lines];
  return async (): Promise<ContractPort> => {
    const line = queue.shift();
    if (line === undefined) throw new Error('no line');
    return line.port;
  };
};

describe('the contract over a line', () => {
  it('answers a call with the checked value of its own frame', async () => {
    const line = createLine();
    const client = createFrameClient({ connect: renamed([line]) });
    const first = client.call('jobs.stop', { jobId: 'job_a' as never });
    const second = client.call('settings.get', {});
    await expect.poll(() => line.sent).toHaveLength(2);
    line.answer({ kind: 'value', id: line.sent[1]!.id, value: { language: 'en', theme: 'dark', notify: true } });
    line.answer({ kind: 'value', id: line.sent[0]!.id, value: { stopped: true } });
    expect(await first).toEqual({ ok: true, value: { stopped: true } });
    expect(await second).toMatchObject({ ok: true, value: { theme: 'dark' } });
    await client.close();
  });

  it('refuses an answer that does not fit the contract, and survives what is no frame', async () => {
    const line = createLine();
    const client = createFrameClient({ connect: renamed([line]) });
    const call = client.call('settings.get', {});
    await expect.poll(() => line.sent).toHaveLength(1);
    line.raw('}{');
    line.answer({ kind: 'value', id: 99, value: 1 });
    line.answer({ kind: 'value', id: line.sent[0]!.id, value: { language: 'xx' } });
    expect(await call).toMatchObject({ ok: false, failure: { code: 'BUG' } });
    await client.close();
  });

  it('fails what was under way when the line ends, and goes on over a new one', async () => {
    const lines = [createLine(), createLine()];
    const client = createFrameClient({ connect: renamed(lines), retryMs: () => 1 });
    const lost = client.call('library.history', {});
    await expect.poll(() => lines[0]!.sent).toHaveLength(1);
    lines[0]!.drop();
    expect(await lost).toMatchObject({ ok: false, failure: { code: 'ENGINE_CRASHED' } });
    await expect.poll(() => client.lineState()).toBe('open');
    const again = client.call('library.history', {});
    lines[1]!.answer({ kind: 'value', id: lines[1]!.sent[0]!.id, value: { undo: null, redo: null } });
    expect(await again).toEqual({ ok: true, value: { undo: null, redo: null } });
    await client.close();
  });

  it('asks the host to cancel when its signal aborts', async () => {
    const line = createLine();
    const client = createFrameClient({ connect: renamed([line]) });
    const stop = new AbortController();
    void client.call('events.watch', {}, { signal: stop.signal });
    await expect.poll(() => line.sent).toHaveLength(1);
    stop.abort();
    expect(line.sent[1]).toEqual({ kind: 'cancel', id: line.sent[0]!.id });
    await client.close();
  });
});
