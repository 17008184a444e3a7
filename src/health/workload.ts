import type {AirflowApi, Task} from '../airflow/api.ts';
import type {Query} from '../live/query.ts';

/** What the scheduler is busy with. */
export type Workload = {
  readonly running: number;
  readonly queued: number;
  /** The queued task that waits longest. */
  readonly oldestQueued?: Task;
  /** Runs that failed in the last 24 hours. */
  readonly failedRuns: number;
};

const dayMs = 24 * 3_600_000;

/** Three small requests. */
export function workloadQuery(airflow: () => Promise<AirflowApi>, now: () => number): Query<Workload> {
  return {
    name: 'workload',
    args: [],
    asks: 'the API',
    everyMs: 20_000,
    read: async signal => {
      const api = await airflow();
      const [running, queued, failedRuns] = await Promise.all([
        api.tasksInStates(['running'], 1, signal),
        api.tasksInStates(['queued', 'scheduled'], 100, signal),
        api.countRuns({state: 'failed', endedSinceMs: now() - dayMs}, signal),
      ]);
      const oldestQueued = queued.items.toSorted((a, b) => (a.queuedAtMs ?? Infinity) - (b.queuedAtMs ?? Infinity))[0];
      return {
        running: running.total,
        queued: queued.total,
        failedRuns,
        ...(oldestQueued?.queuedAtMs === undefined ? {} : {oldestQueued}),
      };
    },
  };
}
