import type {AirflowApi, Rights} from '../airflow/api.ts';
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
