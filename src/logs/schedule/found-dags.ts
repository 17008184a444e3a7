import type {AirflowApi, Dag, Run} from '../../airflow/api.ts';
import type {Query} from '../../live/query.ts';

/** A DAG that cleans up logs, by its name or tag, and its newest run. */
export type CleanUpDag = {readonly dag: Dag; readonly last: Run | undefined};

/** "airflow-log-cleanup", "log_clean_up"; windsock's own by their tag. */
export const isCleanUpDag = ({id, tags}: Pick<Dag, 'id' | 'tags'>): boolean =>
  (tags.includes('windsock') && tags.includes('maintenance')) ||
  /(^|[-_.])logs?[-_.]?(clean[-_.]?up|cleaner|cleaning|purge|prune|retention)/i.test(id) ||
  /(clean[-_.]?up|clean|purge|prune|delete|rotate)[-_.](airflow[-_.])?(old[-_.])?logs?([-_.]|$)/i.test(id);

/** Asked seldom: it takes the list of all DAGs. */
export const cleanUpDagsQuery = (airflow: () => Promise<AirflowApi>): Query<readonly CleanUpDag[]> => ({
  name: 'clean-up-dags',
  args: [],
  asks: 'the API',
  everyMs: 10 * 60_000,
  read: async signal => {
    const api = await airflow();
    const found: Dag[] = [];
    for await (const {dags} of api.dags(signal)) found.push(...dags.filter(isCleanUpDag));
    if (found.length === 0) return [];
    const {runs} = await api.recentRuns(
      found.map(({id}) => id),
      1,
      signal,
    );
    return found.map(dag => ({dag, last: runs.get(dag.id)?.[0]}));
  },
});
