const hourMs = 3_600_000;

/** How far back the time line goes, in the order of its key. */
export const windowsMs = [24 * hourMs, 7 * 24 * hourMs, 30 * 24 * hourMs] as const;

/** "90min", "24h", "7d" → milliseconds; undefined for what is no such time, or more than a year. */
export function parseSpan(text: string): number | undefined {
  const [, amount, unit = 'h'] = /^(\d{1,5}) ?(min|h|d)$/.exec(text.trim()) ?? [];
  const ms = Number(amount) * ({min: 60_000, h: hourMs, d: 24 * hourMs}[unit] ?? 0);
  return ms > 0 && ms <= 366 * 24 * hourMs ? ms : undefined;
}

/** "90 min", "24 h", "7 d": as people say how far back they look. */
export function spanWords(ms: number): string {
  if (ms % (24 * hourMs) === 0 && ms > 24 * hourMs) return `${ms / (24 * hourMs)} d`;
  return ms % hourMs === 0 ? `${ms / hourMs} h` : `${ms / 60_000} min`;
}
