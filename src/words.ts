/** "12 s", "4 min 12 s", "12 min", "2 h 4 min", "3 d": never more than two numbers, never less than a second. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'min', seconds % 60, 's');
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, 'h', minutes % 60, 'min');
  return `${Math.floor(hours / 24)} d`;
}

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

const unitMs = {
  ...{s: 1_000, m: 60_000, min: 60_000, h: 3_600_000},
  ...{d: 86_400_000, w: 7 * 86_400_000},
} as const;
type Unit = keyof typeof unitMs;

/**
 * What somebody typed as an age: "90s", "15 min", "1.5h", "30d", "6w", in milliseconds; undefined where it is none, or not in one of
 * the units. A number alone is in `bare`, where that is given.
 */
export function readAge(text: string, units: readonly Unit[], bare?: Unit): number | undefined {
  const [, amount, named] = /^\s*(\d{1,6}(?:\.\d{1,3})?)\s*([a-z]+)?\s*$/.exec(text) ?? [];
  const unit = named === undefined ? bare : units.find(each => each === named);
  return amount === undefined || unit === undefined ? undefined : Number(amount) * unitMs[unit];
}

/** Of "2 h 4 min" the hours: for columns. */
export const roughly = (ms: number): string => age(ms).split(' ').slice(0, 2).join(' ');

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 18_100_000_000 → "18.1 GB". Decimal units, as `df -H` and disk makers use them. */
export function bytes(amount: number): string {
  if (!Number.isFinite(amount)) return '–';
  let value = Math.max(0, amount);
  let unit = 0;
  while (unit < units.length - 1 && Number(value.toFixed(decimals(value, unit))) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(decimals(value, unit)).replace(/\.0$/, '')} ${units[unit]}`;
}

/** Gigabytes and more are told to a tenth, megabytes only when they are few. */
function decimals(value: number, unit: number): number {
  if (unit >= 3) return value < 100 ? 1 : 0;
  return unit === 2 && value < 10 ? 1 : 0;
}

/** 184211 → "184,211". */
export function count(amount: number): string {
  if (!Number.isFinite(amount)) return '–';
  return Math.round(amount)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
