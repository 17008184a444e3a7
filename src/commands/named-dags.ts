import type {Dag} from '../airflow/api.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import type {CommandContext} from './command.ts';

/** The DAGs of these ids. Throws `airflow.not-found` with every id that Airflow does not know. */
export async function namedDags({console}: CommandContext, ids: readonly string[]): Promise<readonly Dag[]> {
  const asked = await Promise.all(
    [...new Set(ids)].map(async (id): Promise<Dag | string> => {
      try {
        return await console.live.ask(console.queries.dag(id));
      } catch (error) {
        if (error instanceof Problem && error.code === 'airflow.not-found') return id;
        throw error;
      }
    }),
  );
  const unknown = asked.filter(each => typeof each === 'string');
  if (unknown.length > 0)
    throw new Problem('airflow.not-found', `no DAG is called ${unknown.map(id => oneLine(id)).join(', ')}`);
  return asked.filter(each => typeof each !== 'string');
}
