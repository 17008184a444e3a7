import type {AirflowApi} from '../airflow/api.ts';
import type {Query} from '../live/query.ts';

/** How many DAGs Airflow lists now, and the most that it listed since windsock looks. */
export type DagCount = {readonly now: number; readonly most: number; readonly mostAtMs: number};

/** One page of the list. */
export function dagCountQuery(airflow: () => Promise<AirflowApi>, now: () => number): Query<DagCount> {
  let most = -1;
  let mostAtMs = 0;
  return {
    name: 'dag-count',
    args: [],
    asks: 'the API',
    everyMs: 60_000,
    read: async signal => {
      const count = await countDags(await airflow(), signal);
      if (count >= most) {
        most = count;
        mostAtMs = now();
      }
      return {now: count, most, mostAtMs};
    },
  };
}

async function countDags(api: AirflowApi, signal: AbortSignal): Promise<number> {
  for await (const {total} of api.dags(signal)) return total;
  return 0;
}
