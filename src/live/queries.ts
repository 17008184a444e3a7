import type {
  AirflowApi,
  AirflowHealth,
  AnonymousAccess,
  Dag,
  DagDetails,
  ImportError,
  Page,
  RecentRuns,
  Run,
  Task,
} from '../airflow/api.ts';
import {type Activity, activityQuery} from '../health/activity.ts';
import type {Query} from './query.ts';

/** The DAGs so far: `complete` is false while pages are still coming. */
export type DagList = {readonly dags: readonly Dag[]; readonly total: number; readonly complete: boolean};

/** What is asked of the API, and at which pace. */
export type AirflowQueries = {
  readonly health: Query<AirflowHealth>;
  readonly access: Query<AnonymousAccess>;
  readonly importErrors: Query<Page<ImportError>>;
  readonly activity: Query<Activity>;
  readonly dags: Query<DagList>;
  readonly dag: (dagId: string) => Query<DagDetails>;
  /** The newest runs of the DAGs that are on the screen. */
  readonly recentRuns: (dagIds: readonly string[]) => Query<RecentRuns>;
  readonly runs: (dagId: string) => Query<Page<Run>>;
  readonly run: (dagId: string, runId: string) => Query<Run>;
  readonly tasks: (dagId: string, runId: string) => Query<Page<Task>>;
};

/** How many runs the list of DAGs shows for each. */
const recentRunsPerDag = 5;

export function airflowQueries(airflow: () => Promise<AirflowApi>, now: () => number): AirflowQueries {
  return {
    health: {
      name: 'health',
      args: [],
      everyMs: 5_000,
      read: async signal => (await airflow()).health(signal),
    },
    access: {
      name: 'access',
      args: [],
      everyMs: 10 * 60_000,
      read: async signal => (await airflow()).anonymousAccess(signal),
    },
    importErrors: {
      name: 'import-errors',
      args: [],
      everyMs: 60_000,
      read: async signal => (await airflow()).importErrors(signal),
    },
    activity: activityQuery(airflow, now),
    dags: {name: 'dags', args: [], everyMs: 60_000, read: (signal, show) => readDags(airflow, signal, show)},
    dag: dagId => ({
      name: 'dag',
      args: [dagId],
      everyMs: 60_000,
      read: async signal => (await airflow()).dag(dagId, signal),
    }),
    recentRuns: dagIds => ({
      name: 'recent-runs',
      args: [...dagIds],
      everyMs: 10_000,
      read: async signal =>
        dagIds.length === 0
          ? {runs: new Map(), truncated: false}
          : (await airflow()).recentRuns(dagIds, recentRunsPerDag, signal),
    }),
    runs: dagId => ({
      name: 'runs',
      args: [dagId],
      everyMs: 5_000,
      read: async signal => (await airflow()).runs(dagId, 100, signal),
    }),
    run: (dagId, runId) => ({
      name: 'run',
      args: [dagId, runId],
      everyMs: 3_000,
      read: async signal => (await airflow()).run(dagId, runId, signal),
    }),
    tasks: (dagId, runId) => ({
      name: 'tasks',
      args: [dagId, runId],
      everyMs: 3_000,
      read: async signal => (await airflow()).tasks(dagId, runId, signal),
    }),
  };
}

async function readDags(
  airflow: () => Promise<AirflowApi>,
  signal: AbortSignal,
  show: (partial: DagList) => void,
): Promise<DagList> {
  const byId = new Map<string, Dag>();
  let total = 0;
  for await (const page of (await airflow()).dags(signal)) {
    for (const dag of page.dags) byId.set(dag.id, dag);
    total = page.total;
    show({dags: [...byId.values()], total, complete: false});
  }
  return {dags: [...byId.values()], total: Math.max(total, byId.size), complete: true};
}
