/** Of a time in nanoseconds, as the agent tells it: before 1970, too. */
export const msOfNs = (ns: string): number => Math.floor(Number(ns) / 1e6);
