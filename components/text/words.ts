export {bytes} from '../../src/words.ts';

/** 184211 → "184,211". */
export function count(amount: number): string {
  if (!Number.isFinite(amount)) return '–';
  return Math.round(amount)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 DAG", "504 DAGs". */
export function counted(amount: number, noun: {readonly one: string; readonly many: string}): string {
  return `${count(amount)} ${amount === 1 ? noun.one : noun.many}`;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of `width` cells, filled to the fraction (0 to 1). What is more than nothing shows at least a sliver. */
export function bar(fraction: number, width: number, ascii = false): string {
  const part = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
  const steps = ascii ? 1 : 8;
  const filled = part === 0 ? 0 : Math.max(1, Math.round(part * width * steps));
  const full = (ascii ? '#' : '█').repeat(Math.floor(filled / steps));
  return (full + (ascii ? '' : (eighths[filled % 8] ?? ''))).padEnd(width);
}

/** One character a value, as high as the value is against the highest. A value that is not known (NaN) is a blank. */
export function sparkline(values: readonly number[], ascii = false): string {
  const heights = ascii ? '_.-=+*#@' : '▁▂▃▄▅▆▇█';
  const highest = Math.max(0, ...values.filter(Number.isFinite));
  return values
    .map(value => {
      if (!Number.isFinite(value)) return ' ';
      if (highest === 0 || value <= 0) return heights[0];
      return heights[Math.min(7, Math.max(1, Math.ceil((value / highest) * 8) - 1))];
    })
    .join('');
}
