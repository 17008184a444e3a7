/** What `date '+%s %N'` printed, in milliseconds since 1970. Without %N (busybox) to the second. */
export function readClock(text: string): number {
  const [seconds, nanoseconds = ''] = text.trim().split(' ');
  return Number(seconds) * 1000 + (/^\d{9}$/.test(nanoseconds) ? Math.floor(Number(nanoseconds) / 1e6) : 0);
}

/** How far another clock is ahead of this machine's (negative: behind), as far as is known. */
export type ClockAhead = {readonly atLeastMs: number; readonly atMostMs: number};

/** The clock was read at some time between asking and the answer, and may have been cut to the second. */
export const clockAhead = (readMs: number, askedAtMs: number, answeredAtMs: number): ClockAhead => ({
  atLeastMs: readMs - answeredAtMs,
  atMostMs: readMs + 1000 - askedAtMs,
});
