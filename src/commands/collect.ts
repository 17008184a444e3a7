import type {Console} from '../console.ts';
import type {Evidence} from '../health/evidence.ts';
import type {Seen} from '../live/live.ts';
import type {Query} from '../live/query.ts';
import {expectProblem} from '../problems/problem.ts';

/** Asks everything that the checks need, once and at the same time. What fails becomes "not known", not an error. */
export async function collectEvidence(console: Console): Promise<Evidence> {
  const {live, queries, hosts, hasApi, now} = console;
  const once = async <T>(query: Query<T>): Promise<Seen<T>> => {
    try {
      const value = await live.ask(query);
      return {value, atMs: now(), problem: undefined, asking: false};
    } catch (error) {
      return {value: undefined, atMs: undefined, problem: expectProblem(error), asking: false};
    }
  };
  const api = hasApi
    ? Promise.all([once(queries.health), once(queries.access), once(queries.importErrors), once(queries.workload)])
    : undefined;
  const seen = Promise.all(
    hosts.map(async host => ({
      host: host.host.name,
      units: await once(host.units),
      volumes: await once(host.volumes),
    })),
  );
  const [answers, hostEvidence] = await Promise.all([api, seen]);
  const version = console.version();
  return {
    nowMs: now(),
    hosts: hostEvidence,
    ...(version === undefined ? {} : {version}),
    ...(answers === undefined
      ? {}
      : {airflow: answers[0], access: answers[1], importErrors: answers[2], workload: answers[3]}),
  };
}
