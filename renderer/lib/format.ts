/** Numbers, dates, durations and bytes as people of a language write them. '–' stands for no value. */
export const NO_VALUE = '–';

type Maybe = number | null | undefined;

export type Format = {
  readonly count: (value: Maybe) => string; // 12,345
  readonly compact: (value: Maybe) => string; // 4.3M
  readonly number: (value: Maybe, digits?: number) => string; // significant digits, 3 unless told
  readonly fixed: (value: Maybe, digits: number) => string; // as many decimals as told, for columns and axes
  readonly percent: (fraction: Maybe, digits?: number) => string; // of 1; 1 decimal unless told
  readonly percentInterval: (interval: readonly [number, number] | null | undefined) => string; // 81.2–90.1 %
  readonly bytes: (bytes: Maybe) => string; // 1024-based, kB MB GB
  readonly duration: (milliseconds: Maybe) => string; // 3.2 ms, 0.4 s, 12 s, 3 min 20 s, 2 h 5 min
  readonly clock: (seconds: Maybe) => string; // 0:07, 12:30, 1:02:03: time left
  readonly rate: (unitsPerSecond: Maybe) => string; // 140/s
  readonly relative: (iso: string | null | undefined, nowMs: number) => string; // 5 minutes ago
  readonly dateTime: (iso: string | null | undefined) => string;
};

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const made = new Map<string, Format>();

/** The format of a language; made once. */
export function formatOf(language: string): Format {
  const known = made.get(language);
  if (known !== undefined) return known;
  const format = makeFormat(language);
  made.set(language, format);
  return format;
}

const isMissing = (value: Maybe): value is null | undefined => value == null || !Number.isFinite(value);

function makeFormat(language: string): Format {
  const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const decimals = (value: number, digits: number): string =>
    new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  const percent = (value: number, digits: number): string =>
    new Intl.NumberFormat(language, {
      style: 'percent',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  return {
    count: (value) => (isMissing(value) ? NO_VALUE : plain.format(value)),
    compact: (value) => (isMissing(value) ? NO_VALUE : compact.format(value)),
    number: (value, digits = 3) =>
      isMissing(value) ? NO_VALUE : new Intl.NumberFormat(language, { maximumSignificantDigits: digits }).format(value),
    fixed: (value, digits) => (isMissing(value) ? NO_VALUE : decimals(value, digits)),
    percent: (value, digits = 1) => (isMissing(value) ? NO_VALUE : percent(value, digits)),
    percentInterval: (interval) =>
      interval == null ? NO_VALUE : `${percent(interval[0], 1).replace(/\s?%/, '')}–${percent(interval[1], 1)}`,
    bytes: (value) => (isMissing(value) ? NO_VALUE : formatBytes(language, value)),
    duration: (value) => (isMissing(value) ? NO_VALUE : formatDuration(language, value)),
    clock: (value) => (isMissing(value) ? NO_VALUE : formatClock(value)),
    rate: (value) =>
      isMissing(value)
        ? NO_VALUE
        : `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)}/s`,
    relative: (iso, nowMs) => (iso == null ? NO_VALUE : formatRelative(language, iso, nowMs)),
    dateTime: (iso) => (iso == null ? NO_VALUE : dateTime.format(new Date(iso))),
  };
}

function formatBytes(language: string, bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  const scaled = bytes / 1024 ** power;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: BYTE_UNITS[power]!,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: scaled < 10 && power > 0 ? 1 : 0,
  }).format(scaled);
}

function formatDuration(language: string, milliseconds: number): string {
  const unit = (value: number, name: string, digits = 0): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  const seconds = milliseconds / 1000;
  if (seconds < 0.095) return unit(milliseconds, 'millisecond', milliseconds < 9.95 ? 1 : 0);
  if (seconds < 9.95) return unit(seconds, 'second', 1);
  const whole = Math.round(seconds);
  if (whole < 60) return unit(whole, 'second');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joinUnits(unit(minutes, 'minute'), whole % 60, (rest) => unit(rest, 'second'));
  return joinUnits(unit(Math.floor(minutes / 60), 'hour'), minutes % 60, (rest) => unit(rest, 'minute'));
}

function joinUnits(first: string, rest: number, show: (rest: number) => string): string {
  return rest === 0 ? first : `${first} ${show(rest)}`;
}

function formatClock(secondsLeft: number): string {
  const whole = Math.max(0, Math.round(secondsLeft));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

function formatRelative(language: string, iso: string, nowMs: number): string {
  const formatter = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const seconds = (new Date(iso).getTime() - nowMs) / 1000;
  for (const [unit, length] of STEPS)
    if (Math.abs(seconds) >= length) return formatter.format(Math.trunc(seconds / length), unit);
  return formatter.format(Math.trunc(seconds), 'second');
}
