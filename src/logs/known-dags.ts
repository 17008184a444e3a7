import type {AirflowApi, Page, Rights} from '../airflow/api.ts';
import type {Query} from '../live/query.ts';
import {Problem} from '../problems/problem.ts';

/** All DAGs that Airflow has, stale ones too; or why they cannot be told for certain. */
export type AllDags = {readonly ids: ReadonlySet<string>} | {readonly why: string};

/** Those of Airflow's own roles that see every DAG. A role of one's own may see some of them, and is told no others. */
const seesAll: ReadonlySet<string> = new Set(['Admin', 'Op', 'User', 'Viewer']);

export const allDagsQuery = (airflow: () => Promise<AirflowApi>): Query<AllDags> => ({
  name: 'all-dags',
  args: [],
  asks: 'the API',
  everyMs: 10 * 60_000,
  read: async signal => {
    const api = await airflow();
    const why = blind(await api.rights(signal));
    if (why !== undefined) return {why};
    try {
      const {ids, total} = await api.allDagIds(signal);
      return ids.size < total ? {why: `Airflow listed ${ids.size} of ${total} DAGs`} : {ids};
    } catch (error) {
      if (error instanceof Problem && error.code === 'airflow.needs-version') return {why: error.message};
      throw error;
    }
  },
});

function blind(rights: Rights): string | undefined {
  if (rights.kind === 'not known') return rights.why;
  if (rights.kind === 'tried') return 'this login may not ask which roles it has';
  if (rights.roles.some(role => seesAll.has(role))) return undefined;
  return `${rights.user} may not be shown every DAG`;
}

/** The runs of a DAG, or the tasks of a run, that Airflow has; undefined where it did not tell all of them. */
export type KnownNames = ReadonlySet<string> | undefined;

/** More runs are not asked for: nothing is called a leftover then. */
const mostRuns = 2000;

export const knownRunsQuery =
  (airflow: () => Promise<AirflowApi>) =>
  (dagId: string): Query<{readonly names: KnownNames}> => ({
    name: 'known-runs',
    args: [dagId],
    asks: 'the API',
    everyMs: 10 * 60_000,
    read: async signal => ({
      names: whole(await (await airflow()).runs(dagId, mostRuns, signal), ({id}) => id),
    }),
  });

export const knownTasksQuery =
  (airflow: () => Promise<AirflowApi>) =>
  (dagId: string, runId: string): Query<{readonly names: KnownNames}> => ({
    name: 'known-tasks',
    args: [dagId, runId],
    asks: 'the API',
    everyMs: 10 * 60_000,
    read: async signal => ({
      names: whole(await (await airflow()).tasks(dagId, runId, signal), ({taskId}) => taskId),
    }),
  });

/** A name with a slash is more than one folder: then no folder's name tells. */
function whole<T>({items, total}: Page<T>, nameOf: (item: T) => string): KnownNames {
  const names = new Set(items.map(nameOf));
  return items.length < total || [...names].some(name => name.includes('/')) ? undefined : names;
}
