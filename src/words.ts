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

/** 184211 → "184,211". */
export function count(amount: number): string {
  if (!Number.isFinite(amount)) return '–';
  return Math.round(amount)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
