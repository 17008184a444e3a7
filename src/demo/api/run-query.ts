import type {DemoRun} from '../world/run.ts';
import type {SortKeys} from './listing.ts';
import {invalid, refuse} from './refusal.ts';

/** What a list of runs was asked for, from a query or from the body of a batch. */
export type RunQuery = {
  /** Empty: all. */
  readonly dagIds: readonly string[];
  readonly states: readonly string[];
  readonly orderBy: readonly string[];
  readonly limit: number;
  readonly offset: number;
  /** The text of a bound like `end_date_gte`. */
  readonly bound: (name: string) => string | null | undefined;
};

const states = ['queued', 'running', 'success', 'failed'];

const times: Readonly<Record<string, (run: DemoRun) => number | undefined>> = {
  run_after: run => run.runAfter,
  logical_date: run => run.logicalAt,
  start_date: run => run.startedAt,
  end_date: run => run.endedAt,
  updated_at: run => run.updatedAt,
};

export const runOrder: SortKeys<DemoRun> = {
  id: run => run.seq,
  state: run => run.state,
  dag_id: run => run.dagId,
  run_id: run => run.id,
  dag_run_id: run => run.id,
  logical_date: run => run.logicalAt,
  run_after: run => run.runAfter,
  start_date: run => run.startedAt,
  end_date: run => run.endedAt,
  updated_at: run => run.updatedAt,
  conf: run => JSON.stringify(run.conf),
  duration: run => (run.endedAt === undefined ? undefined : run.endedAt - (run.startedAt ?? 0)),
};

/** The filter that a query means. */
export function runFilter(query: RunQuery): (run: DemoRun) => boolean {
  if (query.states.some(state => !states.includes(state))) {
    throw refuse(422, `Invalid value for state. Valid values are ${states.join(', ')}`);
  }
  const dagIds = new Set(query.dagIds);
  const bounds = Object.entries(times).flatMap(([name, timeOf]) =>
    Object.entries(comparisons).flatMap(([suffix, fits]) => {
      const text = query.bound(`${name}_${suffix}`);
      if (text === null || text === undefined) return [];
      const limit = parseTime(`${name}_${suffix}`, text);
      return [(run: DemoRun) => fits(timeOf(run), limit)];
    }),
  );
  return run =>
    (dagIds.size === 0 || dagIds.has(run.dagId)) &&
    (query.states.length === 0 || query.states.includes(run.state)) &&
    bounds.every(fits => fits(run));
}

const comparisons: Readonly<Record<string, (value: number | undefined, limit: number) => boolean>> = {
  gte: (value, limit) => value !== undefined && value >= limit,
  gt: (value, limit) => value !== undefined && value > limit,
  lte: (value, limit) => value !== undefined && value <= limit,
  lt: (value, limit) => value !== undefined && value < limit,
};

function parseTime(name: string, input: string): number {
  const ms = Date.parse(input);
  if (!Number.isNaN(ms)) return ms;
  const msg = 'Input should be a valid datetime or date, invalid character in year';
  throw invalid({type: 'datetime_from_date_parsing', loc: ['query', name], msg, input});
}
