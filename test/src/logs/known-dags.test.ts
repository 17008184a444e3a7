import {expect, test} from 'vitest';
import type {AirflowApi, Rights} from '../../../src/airflow/api.ts';
import {type AllDags, allDagsQuery} from '../../../src/logs/known-dags.ts';
import {Problem} from '../../../src/problems/problem.ts';

function read(rights: Rights, allDagIds: AirflowApi['allDagIds']): Promise<AllDags> {
  const api: Pick<AirflowApi, 'rights' | 'allDagIds'> = {rights: async () => rights, allDagIds};
  return allDagsQuery(async () => api as AirflowApi).read(new AbortController().signal, () => {});
}

const roles = (...names: string[]): Rights => ({kind: 'roles', user: 'ops', roles: names});
const two = async () => ({ids: new Set(['a', 'b']), total: 2});

test('all DAGs are known to whoever has a role that sees them all', async () => {
  expect(await read(roles('Public', 'Viewer'), two)).toEqual({ids: new Set(['a', 'b'])});
});

test.each<[string, Rights]>([
  ['a role of its own', roles('team-a')],
  ['roles that it may not ask for', {kind: 'tried', may: new Set(['see DAGs'])}],
  ['a login that is refused', {kind: 'not known', why: 'Airflow refuses the login'}],
])('with %s nothing is called a leftover', async (_, rights) => {
  expect(await read(rights, two)).toEqual({why: expect.any(String)});
});

test('a list that ended too early is not all of them, nor one that the version does not give', async () => {
  expect(await read(roles('Admin'), async () => ({ids: new Set(['a']), total: 2}))).toEqual({
    why: 'Airflow listed 1 of 2 DAGs',
  });
  const old = async () => {
    throw new Problem('airflow.needs-version', 'a list with stale DAGs needs Airflow 2.1');
  };
  expect(await read(roles('Admin'), old)).toEqual({why: expect.stringContaining('2.1')});
  const down = async () => {
    throw new Problem('airflow.unreachable');
  };
  await expect(read(roles('Admin'), down)).rejects.toMatchObject({code: 'airflow.unreachable'});
});
