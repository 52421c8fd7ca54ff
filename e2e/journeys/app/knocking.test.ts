/** Strangers at the door of the contract (fault 17): other pages of the same machine, frames, and who has no cookie. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppRun, waysToRun } from '../../fixtures/app.ts';
import { askContract } from '../../fixtures/ask-contract.ts';
import { makeProject, type TestProject } from '../../fixtures/projects.ts';

const [browser, electron] = waysToRun('strangers at the contract');

describe.skipIf(browser?.why !== null)('strangers at `thaw serve`', () => {
  let made: TestProject;
  let run: AppRun;
  let stranger: Server; // a page on the same machine, another port: the browser sends it our cookie
  let own = '';
  beforeAll(async () => {
    made = await makeProject({ Misty: [0, 2] });
    run = await browser!.launch({ project: made.project });
    own = new URL('/', run.page().url()).origin;
    stranger = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>stranger</title>');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    stranger?.close();
    await run?.close();
    made?.remove();
  });

  it('fault 17: a page of another origin in the same browser gets no line, no answer, no upload and no frame', async () => {
    const page = await run.page().context().newPage();
    await page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
    const seen = await page.evaluate(async (address) => {
      const line = new Promise<string>((resolve) => {
        const socket = new WebSocket(`${address.replace('http', 'ws')}/contract`);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      });
      const status = (path: string, init: RequestInit): Promise<string> =>
        fetch(`${address}${path}`, { credentials: 'include', ...init }).then(
          (reply) => `${reply.status} ${reply.type}`,
          () => 'refused',
        );
      const frame = document.createElement('iframe');
      frame.src = `${address}/`;
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener('load', resolve));
      const upload = '/upload?session=abcdefgh&name=a.jpg';
      return {
        line: await line,
        read: await status('/', {}),
        sent: await status(upload, { method: 'POST', body: 'x' }),
        blind: await status(upload, { method: 'POST', body: 'x', mode: 'no-cors' }),
      };
    }, own);
    expect(seen).toMatchObject({ line: 'refused', read: 'refused', sent: 'refused' });
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await framed?.locator('nav').count()).toBe(0);
    await page.close();
    expect((await askContract(run.page(), 'project.summary', {})).images).toBe(2);
  });

  it('fault 17: the link lets in one browser, once, and nobody without its cookie or from another origin', async () => {
    const status = (headers: Record<string, string>, path = '/'): Promise<number> =>
      fetch(`${own}${path}`, { headers, redirect: 'manual' }).then((reply) => reply.status);
    expect(await status({})).toBe(401);
    expect(await status({}, '/?token=0000')).toBe(401);
    const cookies = await run.page().context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    expect(await status({ cookie })).toBe(200);
    expect(await status({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict' })]);
  });

  it('fault 17: a flood of calls and a frame that is none leave the app as it was', async () => {
    const ends = await run.page().evaluate(async (address) => {
      const send = (text: string, isFlood: boolean): Promise<string> =>
        new Promise((resolve) => {
          const socket = new WebSocket(`${address.replace('http', 'ws')}/contract`);
          let failures = 0;
          socket.onmessage = ({ data }) => {
            failures += String(data).includes('"failure"') ? 1 : 0;
            if (isFlood && failures === 1) resolve('held back');
          };
          socket.onclose = ({ code }) => resolve(String(code));
          socket.onopen = () => {
            for (let at = 0; at < (isFlood ? 2000 : 1); at += 1)
              socket.send(isFlood ? text.replace('"id":1', `"id":${at}`) : text);
          };
        });
      const call = JSON.stringify({ kind: 'call', id: 1, command: 'project.summary', input: {} });
      return [await send('{"kind":"call","id":1,"__proto__":{}}', false), await send(call, true)];
    }, own);
    expect(ends).toEqual(['1008', 'held back']);
    await run.reopen();
    expect((await askContract(run.page(), 'project.summary', {})).images).toBe(2);
  });
});

describe.skipIf(electron?.why !== null)('strangers in the window', () => {
  let made: TestProject;
  let run: AppRun;
  beforeAll(async () => {
    made = await makeProject({ Misty: [0, 2] });
    run = await electron!.launch({ project: made.project });
  });
  afterAll(async () => {
    await run?.close();
    made?.remove();
  });

  it('fault 17: a frame in the page has no way to the contract, and none of another origin loads', async () => {
    const seen = await run.page().evaluate(async () => {
      const open = async (address: string): Promise<Window | null> => {
        const frame = document.createElement('iframe');
        frame.src = address;
        document.body.append(frame);
        await new Promise((resolve) => setTimeout(resolve, 300));
        return frame.contentWindow;
      };
      const inner = [await open('about:blank'), await open('app://thaw/index.html')];
      const hasShell = inner.map((scope) => {
        try {
          return scope !== null && 'thaw' in scope;
        } catch {
          return false; // of another origin
        }
      });
      const outside = await open('data:text/html,<script>parent.postMessage(1)</script>');
      const reached = (() => {
        try {
          return outside?.document.body?.childElementCount ?? 0;
        } catch {
          return 0;
        }
      })();
      for (const frame of document.querySelectorAll('iframe')) frame.remove();
      return { hasShell, reached };
    });
    expect(seen).toEqual({ hasShell: [false, false], reached: 0 });
    expect((await askContract(run.page(), 'project.summary', {})).images).toBe(2);
  });
});
