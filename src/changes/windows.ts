import {age} from '../words.ts';

const hourMs = 3_600_000;

/** How far back the time line goes, in the order of its key. */
export const windowsMs = [24 * hourMs, 7 * 24 * hourMs, 30 * 24 * hourMs] as const;

/** "90 min", "24 h", "7 d": as people say how far back they look. */
export function spanWords(ms: number): string {
  if (ms % (24 * hourMs) === 0 && ms > 24 * hourMs) return `${ms / (24 * hourMs)} d`;
  if (ms % hourMs === 0) return `${ms / hourMs} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : age(ms);
}
