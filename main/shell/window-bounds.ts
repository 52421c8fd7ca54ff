/** Where the window opens: as it was left, if it can still be seen there. */
import { z } from 'zod';

export const Bounds = z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });
export type Bounds = z.infer<typeof Bounds>;

export const MINIMUM = { width: 720, height: 520 } as const;
const DEFAULT = { width: 1280, height: 820 } as const;
const GRIP = { width: 120, height: 40 } as const; // of the title bar: so much must be on a display to be caught again

/**
 * The remembered bounds where a display still shows their upper edge; else the default size in the middle of the first
 * display. displays: work areas, at least one, in device-independent pixels.
 */
export function restoreBounds(remembered: Bounds | null, displays: readonly Bounds[]): Bounds {
  const home = displays[0] ?? { x: 0, y: 0, ...DEFAULT };
  const display = displays.find((area) => remembered !== null && isCatchable(remembered, area));
  if (remembered === null || display === undefined) return centred(home);
  return {
    x: remembered.x,
    y: remembered.y,
    width: Math.max(MINIMUM.width, Math.min(remembered.width, display.width)),
    height: Math.max(MINIMUM.height, Math.min(remembered.height, display.height)),
  };
}

function isCatchable(window: Bounds, area: Bounds): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  const isUpperEdgeThere = window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
  return isUpperEdgeThere && right - left >= GRIP.width;
}

function centred(area: Bounds): Bounds {
  const width = Math.min(DEFAULT.width, area.width);
  const height = Math.min(DEFAULT.height, area.height);
  return {
    x: Math.round(area.x + (area.width - width) / 2),
    y: Math.round(area.y + (area.height - height) / 2),
    width,
    height,
  };
}
