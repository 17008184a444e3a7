import {parseArgs} from 'node:util';
import {connectAirflow} from '../../src/airflow/connect.ts';
import type {Login} from '../../src/profile/profile.ts';
import {labInfo} from '../lab/hosts.ts';
import {report} from './figures.ts';

/**
 * A request of Airflow 2 in the session of the login form, against one with Basic, for which the server computes the hash of
 * the password each time. They take turns. `--host`: a lab host of 2.x that is up.
 */
const {values: options} = parseArgs({options: {host: {type: 'string', default: 'a2'}}});
const rounds = 20;
const {api} = await labInfo(options.host);
const path = 'dags/hourly_tick/dagRuns/no-such-run';
const basic = `Basic ${Buffer.from(`${api.username}:${api.password}`).toString('base64')}`;
const login: Login = {kind: 'password', user: api.username, password: async () => api.password};
const airflow = await connectAirflow({url: api.url, login, timeoutMs: 30_000, insecure: false})();

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const inSession: number[] = [];
const withBasic: number[] = [];
for (let round = 0; round < rounds; round++) {
  inSession.push(await timeOf(() => airflow.run('hourly_tick', 'no-such-run').catch(() => {})));
  withBasic.push(
    await timeOf(async () => {
      const answer = await fetch(`${api.url}/api/v1/${path}`, {headers: {authorization: basic}});
      if (answer.status !== 404) throw new Error(`${answer.status} for a run that is not there`);
      await answer.arrayBuffer();
    }),
  );
}
report([
  {name: 'session of the login form', samples: inSession},
  {name: 'Basic', samples: withBasic},
]);
