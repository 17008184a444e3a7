/** Milliseconds that were measured again and again. */
export type Figure = {readonly name: string; readonly samples: readonly number[]; readonly goalMs?: number};

/** A line of a table: what it is about, and what was found. */
export type Row = {readonly name: string; readonly [column: string]: string | number};

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export function quantile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function rowOf({name, samples, goalMs}: Figure): Row {
  return {
    name,
    medianMs: round(median(samples)),
    p95Ms: round(quantile(samples, 0.95)),
    leastMs: round(Math.min(...samples)),
    samples: samples.length,
    ...(goalMs === undefined ? {} : {goalMs}),
  };
}

export function report(figures: readonly Figure[]): void {
  print(figures.map(rowOf));
}

/** Prints a table for people, and a line of JSON for each row. */
export function print(rows: readonly Row[]): void {
  console.table(Object.fromEntries(rows.map(({name, ...found}) => [name, found])));
  for (const row of rows) console.log(JSON.stringify(row));
}

/** To one decimal. */
export const round = (value: number): number => Math.round(value * 10) / 10;
