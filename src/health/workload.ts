import type {AirflowApi, Task} from '../airflow/api.ts';
import type {Query} from '../live/query.ts';

/** What the scheduler is busy with. */
export type Workload = {
  readonly running: number;
  /** Queued and scheduled ones. */
  readonly queued: number;
  /** Tasks that wait for an event, and for a triggerer that looks out for it. */
  readonly deferred: number;
  /** When the newest run began. */
  readonly lastRunStartedAtMs?: number;
  /** The queued task that waits longest. */
  readonly oldestQueued?: Task;
  /** Runs that failed in the last 24 hours. */
  readonly failedRuns: number;
};

const dayMs = 24 * 3_600_000;

/** Five small requests. */
export function workloadQuery(airflow: () => Promise<AirflowApi>, now: () => number): Query<Workload> {
  return {
    name: 'workload',
    args: [],
    asks: 'the API',
    everyMs: 20_000,
    read: async signal => {
      const api = await airflow();
      const [running, queued, deferred, failedRuns, newest] = await Promise.all([
        api.tasksInStates(['running'], 1, signal),
        api.tasksInStates(['queued', 'scheduled'], 100, signal),
        api.tasksInStates(['deferred'], 1, signal),
        api.countRuns({state: 'failed', endedSinceMs: now() - dayMs}, signal),
        api.runs('~', 5, signal),
      ]);
      const oldestQueued = queued.items.toSorted((a, b) => (a.queuedAtMs ?? Infinity) - (b.queuedAtMs ?? Infinity))[0];
      const started = newest.items.flatMap(({startedAtMs}) => startedAtMs ?? []);
      return {
        running: running.total,
        queued: queued.total,
        deferred: deferred.total,
        failedRuns,
        ...(started.length === 0 ? {} : {lastRunStartedAtMs: Math.max(...started)}),
        ...(oldestQueued?.queuedAtMs === undefined ? {} : {oldestQueued}),
      };
    },
  };
}
