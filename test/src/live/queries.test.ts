import {expect, test} from 'vitest';
import type {AirflowApi, Dag} from '../../../src/airflow/api.ts';
import {airflowQueries, type DagList} from '../../../src/live/queries.ts';

const dag = (id: string) => ({id}) as Dag;

test('the DAGs are shown with their first page, then every 200 ms at most, and all in the end', async () => {
  let nowMs = 1_000_000;
  const api = {
    async *dags() {
      for (let page = 0; page < 10; page++) {
        yield {dags: [dag(`dag_${page}`)], total: 10};
        nowMs += 50;
      }
    },
  } as unknown as AirflowApi;
  const shown: DagList[] = [];
  const {dags} = airflowQueries(
    async () => api,
    () => nowMs,
  );
  const all = await dags.read(new AbortController().signal, partial => shown.push(partial));
  expect(shown.map(partial => partial.dags.length)).toEqual([1, 5, 9]);
  expect(all).toMatchObject({total: 10, complete: true});
  expect(all.dags).toHaveLength(10);
});
