import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import type {AnonymousAccess} from './api.ts';
import type {Client} from './client.ts';

/** What one look at the DAGs without a login gets. */
export async function anonymousAccess(client: Client, dags: string, signal?: AbortSignal): Promise<AnonymousAccess> {
  try {
    await client.askOpenly(v.looseObject({}), {path: dags, query: {limit: 1}}, signal);
    return 'open';
  } catch (error) {
    if (error instanceof Problem && (error.code === 'airflow.unauthorised' || error.code === 'airflow.forbidden')) {
      return 'refused';
    }
    throw error;
  }
}
