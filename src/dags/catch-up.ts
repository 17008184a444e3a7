import {setImmediate as others} from 'node:timers/promises';
import type {DagDetails} from '../airflow/api.ts';

/** Counting stops here: nobody needs to know whether it is 10,000 or 20,000. */
const mostRuns = 10_000;

export type CatchUp = {
  /** Runs that the scheduler will create at once; 0: the next one comes at its time. */
  readonly runs: number;
  /** `runs` is a lower bound. */
  readonly more: boolean;
};

/**
 * How many runs an unpause starts. With catch-up every interval since the last run gets one; without it only the
 * newest interval that is over (Airflow 2.0–3.3). Undefined: the schedule is not one that can be counted.
 */
export async function catchUp(dag: DagDetails, nowMs: number): Promise<CatchUp | undefined> {
  if (dag.schedule.kind === 'none' || dag.nextRunAtMs === undefined) return {runs: 0, more: false};
  if (dag.nextRunAtMs > nowMs) return {runs: 0, more: false};
  if (!dag.catchup) return {runs: 1, more: false};
  const startMs = dag.nextInterval?.endMs ?? dag.nextRunAtMs;
  switch (dag.schedule.kind) {
    case 'every':
      return bounded(Math.floor((nowMs - startMs) / dag.schedule.everyMs) + 1);
    case 'cron':
      return countCron(inCroner(dag.schedule.expression), dag.timezone ?? 'UTC', startMs, nowMs);
    case 'once':
      return {runs: 1, more: false};
    default:
      return undefined;
  }
}

function bounded(runs: number): CatchUp {
  return {runs: Math.min(runs, mostRuns), more: runs > mostRuns};
}

/** Airflow's sixth field is the seconds, croner's first one is; and croner does not know the quarter. */
function inCroner(expression: string): string {
  if (expression === '@quarterly') return '0 0 1 */3 *';
  const fields = expression.trim().split(/\s+/);
  const [seconds, ...year] = fields.slice(5);
  return seconds === undefined ? expression : [seconds, ...fields.slice(0, 5), ...year].join(' ');
}

async function countCron(
  expression: string,
  zone: string,
  startMs: number,
  nowMs: number,
): Promise<CatchUp | undefined> {
  const {Cron} = await import('croner');
  try {
    const cron = new Cron(expression, {timezone: zone, paused: true});
    let runs = 1;
    let at: Date | null = new Date(startMs);
    while (runs <= mostRuns) {
      at = cron.nextRun(at);
      if (at === null || at.getTime() > nowMs) break;
      runs += 1;
      // Ten thousand steps take most of a second: the screen must not stand still.
      if (runs % 250 === 0) await others();
    }
    return bounded(runs);
  } catch (error) {
    // croner throws TypeError and RangeError for an expression or a zone that it does not know.
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}
