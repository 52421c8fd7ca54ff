import { spawn } from 'node:child_process';

/** How much of a command's output is kept for messages, at either end, in characters. */
const KEPT_CHARACTERS = 3000;
const CUT = '\n[...]\n';

/**
 * Runs a command without blocking the event loop (the lock's heartbeat goes on) and never throws for its failure.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, shell?: boolean }} [options] show: pass the output on to standard error
 * @returns {Promise<{ code: number, output: string }>} code 127: there is no such command
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      if (options.show) process.stderr.write(chunk);
      output = shorten(output + chunk.toString('utf8'));
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: output + error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}

/**
 * Keeps the beginning (npm says the reason first) and the end (compilers and pip say it last).
 * @param {string} text
 * @returns {string}
 */
function shorten(text) {
  if (text.length <= 2 * KEPT_CHARACTERS + CUT.length) return text;
  return text.slice(0, KEPT_CHARACTERS) + CUT + text.slice(-KEPT_CHARACTERS);
}
