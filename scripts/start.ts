/**
 * `npm start [-- project folder]`: builds what is stale and opens the app: in Electron where its binary can be had, else
 * in the browser through `thaw serve`, saying so. `--browser` asks for the latter.
 */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildApp } from './building/build-app.ts';
import { ensureElectron } from './building/electron-binary.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function say(text: string): void {
  process.stderr.write(`start: ${text}\n`);
}

/** Runs the program until it ends; Ctrl-C reaches it too, and it ends in order. */
function run(command: string, args: readonly string[]): void {
  const child = spawn(command, args, { stdio: 'inherit', cwd: root });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void child.kill(signal));
  child.on('error', (error) => {
    say(`${command} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

const given = process.argv.slice(2);
const isBrowserWanted = given.includes('--browser');
const project = given.find((argument) => !argument.startsWith('-'));
say('building the window where it is stale …');
await buildApp(root, { isForced: false });
const electron = isBrowserWanted ? null : await ensureElectron(root, process.env, say);
if (electron !== null && electron.kind === 'found') {
  const isRoot = process.getuid?.() === 0; // Chromium refuses to run as root with its sandbox
  run(electron.path, [root, ...(isRoot ? ['--no-sandbox'] : []), ...(project === undefined ? [] : [project])]);
} else {
  if (electron !== null) say(`NO ELECTRON HERE (${electron.why}). Opening Thaw in your browser instead.`);
  const folder = project ?? join(homedir(), 'Thaw', 'Sample Cats');
  run(process.execPath, [join(root, 'main', 'cli', 'thaw.ts'), 'serve', '--project', folder, '--create', '--open']);
}
