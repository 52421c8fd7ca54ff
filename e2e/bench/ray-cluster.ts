/** A real Ray of two nodes on loopback, from the environment of the peers; ended by the ids of its own processes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPeerPython } from './peers/environment.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 300_000;
const [HEAD_PORT, DASHBOARD_PORT] = [6398, 8267];

export type RayOfTwo = {
  readonly address: string;
  readonly command: string;
  readonly killWorker: () => number; // a `thaw work` that is at work, by SIGKILL; how many
  readonly nodesThatWorked: () => number;
  readonly close: () => void;
};

/** null, with a loud line, where Ray cannot be had or started. */
export async function openRayCluster(): Promise<RayOfTwo | null> {
  const python = findPeerPython('requirements-ray.txt');
  if (python === null) return null;
  const ray = join(dirname(python), 'ray');
  const folder = mkdtempSync(join(tmpdir(), 'ray-')); // short: Ray puts sockets in it
  const common = ['--disable-usage-stats', '--num-cpus=2'];
  const head = [
    'start',
    '--head',
    `--port=${HEAD_PORT}`,
    `--dashboard-port=${DASHBOARD_PORT}`,
    '--dashboard-host=127.0.0.1',
    `--temp-dir=${folder}`,
  ];
  const why =
    failureOf(ray, [...head, ...common]) ?? failureOf(ray, ['start', `--address=127.0.0.1:${HEAD_PORT}`, ...common]);
  const close = (): void => {
    for (const pid of processesOf(folder)) kill(pid);
    rmSync(folder, { recursive: true, force: true });
  };
  if (why !== null) {
    close();
    console.warn(`LEFT OUT: trials on a Ray cluster, it could not be started: ${why}`);
    return null;
  }
  const node = process.execPath;
  const nodes = new Set<string>();
  return {
    address: `http://127.0.0.1:${DASHBOARD_PORT}`,
    command: `${quoted(node)} ${quoted(join(root, 'main', 'cli', 'thaw.ts'))}`,
    killWorker: () => {
      const worker = listProcesses().find(({ args }) => args.includes('thaw.ts work '));
      if (worker === undefined) return 0;
      kill(worker.pid);
      return 1;
    },
    nodesThatWorked: () => {
      for (const id of nodesInLogs(python)) nodes.add(id);
      return nodes.size;
    },
    close,
  };
}

/** Where each job's process ran, as Ray's own list of jobs tells it. */
function nodesInLogs(python: string): readonly string[] {
  const script = `import json, urllib.request; print('\\n'.join({j.get('driver_node_id') or '' for j in json.load(urllib.request.urlopen('http://127.0.0.1:${DASHBOARD_PORT}/api/jobs/'))}))`;
  const done = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  return done.stdout.split('\n').filter((line) => line.trim() !== '');
}

function failureOf(command: string, args: readonly string[]): string | null {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: START_LIMIT_MS,
    env: { ...process.env, RAY_USAGE_STATS_ENABLED: '0' },
  });
  return done.status === 0 ? null : (done.error?.message ?? done.stderr.slice(-500));
}

type Running = { readonly pid: number; readonly parent: number; readonly args: string };

function listProcesses(): readonly Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      parent: Number(/\) \S (\d+)/.exec(readProc(name, 'stat'))?.[1] ?? 0),
      args: readProc(name, 'cmdline').replaceAll('\0', ' '),
    }));
}

/** Those that have the cluster's folder or port in their command line, or the folder as their place, and all that they started. */
function processesOf(folder: string): ReadonlySet<number> {
  const running = listProcesses().filter(({ pid }) => pid !== process.pid);
  const isOwn = ({ pid, args }: Running): boolean =>
    args.includes(folder) || args.includes(`:${HEAD_PORT}`) || placeOf(pid).startsWith(folder);
  const found = new Set(running.filter(isOwn).map(({ pid }) => pid));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const { pid, parent } of running) if (found.has(parent)) found.add(pid);
  }
  return found;
}

function placeOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // it has ended
  }
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
