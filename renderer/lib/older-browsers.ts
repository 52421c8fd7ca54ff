/** What Chromium 108 (the oldest that is tested) lacks of ES2023 and 2024 and this program uses; import it first. */

function define(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

define(Array.prototype, 'toSorted', function <T>(this: T[], compare?: (a: T, b: T) => number): T[] {
  return [...this].sort(compare);
});
define(Array.prototype, 'toReversed', function <T>(this: T[]): T[] {
  return [...this].reverse();
});
define(Array.prototype, 'with', function <T>(this: T[], at: number, item: T): T[] {
  const copy = [...this];
  copy[at < 0 ? copy.length + at : at] = item;
  return copy;
});
define(Array.prototype, 'toSpliced', function <T>(this: T[], start: number, count: number, ...items: T[]): T[] {
  const copy = [...this];
  copy.splice(start, count, ...items);
  return copy;
});
