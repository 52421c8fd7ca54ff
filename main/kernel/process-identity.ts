import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process began, as text that only has to be equal for the same process; null where it is dead or unknown.
 *
 * A pid alone is not enough: it is given out again. Linux: boot id and start ticks of /proc (proc(5), field 22 of
 * stat); macOS: `ps`. Windows has no cheap answer: there the pid alone decides.
 */
export function readStartMarker(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]; // the name may hold spaces and brackets
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${startTicks}`;
    }
    if (process.platform === 'win32') return null;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 2000 }).trim() || null;
  } catch {
    return null; // no such process, or nothing that can tell
  }
}

/** Signal 0 asks without sending; EPERM means that it lives under another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
