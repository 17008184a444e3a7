const longestMs = 60_000;

/**
 * When to ask again after so many failures in a row: twice as long each time, a minute at most (or the query's own
 * pace where that is longer), ±20 % so that many clients do not come at once. A server's Retry-After is waited for.
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
  return Math.max(jittered, (retryAfterS ?? 0) * 1000);
}
