import type {
  AirflowApi,
  AirflowHealth,
  AnonymousAccess,
  ConfigExposure,
  Dag,
  DagDetails,
  DagPage,
  ImportError,
  Job,
  Page,
  PageAccess,
  Pool,
  RecentRuns,
  Run,
  Task,
  Variable,
} from '../airflow/api.ts';
import {type DagCount, dagCountQuery} from '../health/dag-count.ts';
import {type LoginTrial, loginTrialQuery} from '../health/login-trial.ts';
import {type Workload, workloadQuery} from '../health/workload.ts';
import {type AllDags, allDagsQuery, type KnownNames, knownRunsQuery, knownTasksQuery} from '../logs/known-dags.ts';
import {type CleanUpDag, cleanUpDagsQuery} from '../logs/schedule/found-dags.ts';
import {type List, readList} from './list.ts';
import type {Query} from './query.ts';

/** The DAGs so far: `complete` is false while pages are still coming. */
export type DagList = {readonly dags: readonly Dag[]; readonly total: number; readonly complete: boolean};

/** What is asked of the API, and at which pace. */
export type AirflowQueries = {
  readonly health: Query<AirflowHealth>;
  readonly access: Query<AnonymousAccess>;
  readonly pageAccess: Query<PageAccess>;
  readonly configExposure: Query<ConfigExposure>;
  readonly importErrors: Query<Page<ImportError>>;
  readonly workload: Query<Workload>;
  readonly pools: Query<Page<Pool>>;
  /** Empty where the version has no list of jobs (2.x). */
  readonly jobs: Query<readonly Job[]>;
  readonly dagCount: Query<DagCount>;
  /** Asks with passwords that everybody knows: watched only when somebody wants it. */
  readonly loginTrial: Query<LoginTrial>;
  readonly dags: Query<DagList>;
  readonly cleanUpDags: Query<readonly CleanUpDag[]>;
  /** Whose logs are not leftovers. */
  readonly allDags: Query<AllDags>;
  readonly knownRuns: (dagId: string) => Query<{readonly names: KnownNames}>;
  readonly knownTasks: (dagId: string, runId: string) => Query<{readonly names: KnownNames}>;
  readonly dag: (dagId: string) => Query<DagDetails>;
  /** The newest runs of the DAGs that are on the screen. */
  readonly recentRuns: (dagIds: readonly string[]) => Query<RecentRuns>;
  readonly runs: (dagId: string) => Query<Page<Run>>;
  readonly run: (dagId: string, runId: string) => Query<Run>;
  readonly tasks: (dagId: string, runId: string) => Query<Page<Task>>;
  readonly variables: Query<List<Variable>>;
};

/** How many runs the list of DAGs shows for each. */
const recentRunsPerDag = 5;

export function airflowQueries(airflow: () => Promise<AirflowApi>, now: () => number): AirflowQueries {
  return {
    health: {
      name: 'health',
      args: [],
      asks: 'the API',
      everyMs: 5_000,
      read: async signal => (await airflow()).health(signal),
    },
    access: {
      name: 'access',
      args: [],
      asks: 'the API',
      everyMs: 10 * 60_000,
      read: async signal => (await airflow()).anonymousAccess(signal),
    },
    pageAccess: {
      name: 'page-access',
      args: [],
      asks: 'the API',
      everyMs: 10 * 60_000,
      read: async signal => (await airflow()).pageAccess(signal),
    },
    configExposure: {
      name: 'config-exposure',
      args: [],
      asks: 'the API',
      everyMs: 10 * 60_000,
      read: async signal => (await airflow()).configExposure(signal),
    },
    importErrors: {
      name: 'import-errors',
      args: [],
      asks: 'the API',
      everyMs: 60_000,
      read: async signal => (await airflow()).importErrors(signal),
    },
    workload: workloadQuery(airflow, now),
    pools: {
      name: 'pools',
      args: [],
      asks: 'the API',
      everyMs: 30_000,
      read: async signal => (await airflow()).pools(signal),
    },
    jobs: {
      name: 'jobs',
      args: [],
      asks: 'the API',
      everyMs: 30_000,
      read: async signal => {
        const api = await airflow();
        return api.capabilities.has('jobs') ? (await api.jobs(signal)).items : [];
      },
    },
    dagCount: dagCountQuery(airflow, now),
    loginTrial: loginTrialQuery(airflow),
    dags: {
      name: 'dags',
      args: [],
      asks: 'the API',
      everyMs: 60_000,
      read: async (signal, show) => {
        const pages = dagPages((await airflow()).dags(signal));
        return dagList(
          await readList(
            pages,
            dag => dag.id,
            now,
            partial => show(dagList(partial)),
          ),
        );
      },
    },
    cleanUpDags: cleanUpDagsQuery(airflow),
    allDags: allDagsQuery(airflow),
    knownRuns: knownRunsQuery(airflow),
    knownTasks: knownTasksQuery(airflow),
    dag: dagId => ({
      name: 'dag',
      args: [dagId],
      asks: 'the API',
      everyMs: 60_000,
      read: async signal => (await airflow()).dag(dagId, signal),
    }),
    recentRuns: dagIds => ({
      name: 'recent-runs',
      args: [...dagIds],
      asks: 'the API',
      everyMs: 10_000,
      read: async signal =>
        dagIds.length === 0
          ? {runs: new Map(), truncated: false}
          : (await airflow()).recentRuns(dagIds, recentRunsPerDag, signal),
    }),
    runs: dagId => ({
      name: 'runs',
      args: [dagId],
      asks: 'the API',
      everyMs: 5_000,
      read: async signal => (await airflow()).runs(dagId, 100, signal),
    }),
    run: (dagId, runId) => ({
      name: 'run',
      args: [dagId, runId],
      asks: 'the API',
      everyMs: 3_000,
      read: async signal => (await airflow()).run(dagId, runId, signal),
    }),
    tasks: (dagId, runId) => ({
      name: 'tasks',
      args: [dagId, runId],
      asks: 'the API',
      everyMs: 3_000,
      read: async signal => (await airflow()).tasks(dagId, runId, signal),
    }),
    variables: {
      name: 'variables',
      args: [],
      asks: 'the API',
      everyMs: 60_000,
      read: async (signal, show) => {
        const pages = (await airflow()).variables(signal);
        return readList(pages, variable => variable.key, now, show);
      },
    },
  };
}

const dagList = ({items, total, complete}: List<Dag>): DagList => ({dags: items, total, complete});

async function* dagPages(pages: AsyncIterable<DagPage>): AsyncGenerator<Page<Dag>> {
  for await (const {dags, total} of pages) yield {items: dags, total};
}
