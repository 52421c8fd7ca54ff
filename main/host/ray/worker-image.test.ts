/** The worker image by its text alone: that it builds is for a machine with Docker to show. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (...parts: string[]): string => readFileSync(join(root, ...parts), 'utf8');
const dockerfile = read('resources', 'cluster', 'Dockerfile');

describe('the worker image', () => {
  it('names only files that the checkout has, but for the packages that bootstrap brings', () => {
    const named = [...dockerfile.matchAll(/\/opt\/thaw\/([\w./-]+)/g)].map(([, path]) => path!);
    expect(named).toEqual(expect.arrayContaining(['node_modules/.bin/node', 'main/cli/thaw.ts']));
    for (const path of named.filter((one) => !one.startsWith('node_modules/')))
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    for (const [, script] of dockerfile.matchAll(/npm run ([\w-]+)/g)) expect(scripts[script!]).toBeDefined();
  });

  it('has the Ray that was tried here', () => {
    const [, tried] = /ray\[default\]==([\d.]+)/.exec(read('e2e', 'bench', 'peers', 'requirements-ray.txt')) ?? [];
    expect(/^ARG RAY=(.+)$/m.exec(dockerfile)?.[1]).toBe(tried);
  });

  it('brings the Node that the checkout pins for its set-up, since that of the image below is too old', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const pinned = dependencies?.node ?? devDependencies?.node;
    const [, brought] = /^ARG NODE=(\d+)$/m.exec(dockerfile) ?? [];
    expect(brought).toBe(pinned?.split('.')[0]);
    expect(dockerfile).not.toMatch(/apt-get install.*\b(nodejs|npm)\b/);
  });

  it('puts in the path what a trial is started by unless told otherwise', () => {
    const [, standard] = /'--ray-command <text>'.*'(\w+)'\)/.exec(read('main', 'cli', 'sweep-commands.ts')) ?? [];
    expect(dockerfile).toContain(`> /usr/local/bin/${standard} `);
  });

  it('leaves out what this machine has built for itself', () => {
    const ignored = read('resources', 'cluster', 'Dockerfile.dockerignore').split('\n');
    const own = read('.gitignore')
      .split('\n')
      .filter((line) => line !== '');
    for (const line of own) expect(ignored).toContain(`**/${line.replace(/\/$/, '')}`);
  });
});
