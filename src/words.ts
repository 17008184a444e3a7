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
