import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DRIVER_FOLDER = '/proc/driver/nvidia/gpus';

/** The NVIDIA cards whose driver is installed, by model where it is told; loads nothing. Empty without a driver. */
export function findNvidiaGpus(platform: NodeJS.Platform = process.platform): string[] {
  if (platform === 'win32') {
    const driver = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'nvcuda.dll');
    return existsSync(driver) ? ['NVIDIA'] : [];
  }
  if (platform !== 'linux') return [];
  const models = namesIn(DRIVER_FOLDER).map((card) => modelIn(join(DRIVER_FOLDER, card, 'information')));
  if (models.length > 0) return models;
  const devices = namesIn('/dev').filter((name) => /^nvidia\d+$/.test(name)); // containers may hide /proc/driver
  if (devices.length > 0) return devices.map(() => 'NVIDIA');
  return existsSync('/usr/lib/wsl/lib/libcuda.so.1') ? ['NVIDIA'] : [];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // not there, or not for us: no driver that could be used
  }
}

function modelIn(file: string): string {
  try {
    return /^Model:\s*(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.trim() ?? 'NVIDIA';
  } catch {
    return 'NVIDIA';
  }
}
