/** Milliseconds that were measured again and again. */
export type Figure = {readonly name: string; readonly samples: readonly number[]; readonly goalMs?: number};

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export function quantile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Prints a table for people, and a line of JSON for each figure. */
export function report(figures: readonly Figure[]): void {
  const rows = figures.map(({name, samples, goalMs}) => ({
    name,
    medianMs: round(median(samples)),
    p95Ms: round(quantile(samples, 0.95)),
    leastMs: round(Math.min(...samples)),
    samples: samples.length,
    ...(goalMs === undefined ? {} : {goalMs}),
  }));
  console.table(Object.fromEntries(rows.map(({name, ...figure}) => [name, figure])));
  for (const row of rows) console.log(JSON.stringify(row));
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
