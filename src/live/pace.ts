const longestMs = 60_000;

/** A server that asks for more is asked all the same: timers overflow after 24.8 days, and then end at once. */
const hourMs = 3_600_000;

/**
 * When to ask again after so many failures in a row: twice as long each time, a minute at most (or the query's own
 * pace where that is longer), ±20 % so that many clients do not come at once. A server's Retry-After is waited for,
 * an hour at most.
 */
export function nextInMs(
  everyMs: number,
  failures: number,
  retryAfterS: number | undefined,
  random: () => number = Math.random,
): number {
  if (failures === 0) return everyMs;
  const backedOff = Math.min(Math.max(longestMs, everyMs), everyMs * 2 ** Math.min(failures - 1, 16));
  const jittered = Math.round(backedOff * (0.8 + 0.4 * random()));
  // NaN is no wait.
  return Math.max(jittered, Math.min(hourMs, (retryAfterS || 0) * 1000));
}
