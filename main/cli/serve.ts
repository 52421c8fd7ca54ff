/** `thaw serve`: the app in a browser, until Ctrl-C. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import { openLastingClient } from '../host/lasting-client.ts';
import { serveApp } from '../host/serve/serve-app.ts';
import { pagesFolder } from '../kernel/resources.ts';
import { stopOnSignals } from './signals.ts';

export type ServeOptions = {
  readonly project: string | undefined;
  readonly port: number; // 0: one that is free
  readonly create?: boolean;
  readonly open?: boolean;
  readonly json: boolean | undefined;
};

/** Prints the link (with --json as {"url", "port"} on one line) and serves until it is asked to stop. */
export async function serve(options: ServeOptions): Promise<void> {
  const { project, port, create = false, json = false } = options;
  if (project === undefined) throw new AppError('PROJECT_MISSING', 'Which project? Give --project FOLDER.');
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const stop = stopOnSignals(say);
  if (!existsSync(join(pagesFolder, 'index.html')))
    say(`${pagesFolder}: the pages are not built yet; the browser will find nothing. 'npm start' builds them.`);
  const client = await openLastingClient({ folder: project, create, onClose: 'stop', onNote: say });
  try {
    const info = await client.call('project.info', {});
    if (!info.ok) throw new AppError(info.failure.code, info.failure.message);
    const server = await serveApp({ client, projectFolder: info.value.folder, pagesFolder, port });
    const url = server.link();
    process.stdout.write(json ? `${JSON.stringify({ url, port: server.port })}\n` : `${textOf(url)}\n`);
    if (options.open) openBrowser(url, say);
    await new Promise<void>((resolve) => {
      if (stop.aborted) return resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
  } finally {
    await client.close();
  }
}

function textOf(url: string): string {
  return `Thaw is at ${url}\nThe link lets one browser in, once. Ctrl-C ends Thaw.`;
}

function openBrowser(url: string, say: (text: string) => void): void {
  const commands: Readonly<Partial<Record<NodeJS.Platform, readonly [string, readonly string[]]>>> = {
    darwin: ['open', [url]],
    win32: ['rundll32', ['url.dll,FileProtocolHandler', url]],
  };
  const [program, parameters] = commands[process.platform] ?? ['xdg-open', [url]];
  const child = spawn(program, parameters, { stdio: 'ignore', detached: true });
  child.on('error', () => say(`No browser could be opened here. Open the link yourself: ${url}`));
  child.unref();
}
