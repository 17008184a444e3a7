import type {Console} from '../console.ts';
import type {Evidence, HostEvidence} from '../health/evidence.ts';
import type {Seen} from '../live/live.ts';
import type {Query} from '../live/query.ts';
import type {ProblemCode} from '../problems/index.ts';
import {expectProblem, Problem} from '../problems/problem.ts';

export type CollectOptions = {
  /** Passwords that everybody knows are tried. */
  readonly tryDefaultPasswords?: boolean;
  /** What has not answered by then is "not known". */
  readonly budgetMs?: number;
};

/** Asks everything that the checks need, once and at the same time. What fails becomes "not known", not an error. */
export async function collectEvidence(
  console: Console,
  {tryDefaultPasswords = false, budgetMs = 60_000}: CollectOptions = {},
): Promise<Evidence> {
  const {live, queries, hosts, hasApi, now} = console;
  const budget = AbortSignal.timeout(budgetMs);
  const once =
    (late: ProblemCode) =>
    async <T>(query: Query<T>): Promise<Seen<T>> => {
      try {
        const value = await within(budget, live.ask(query), new Problem(late, `${query.name}: ${budgetMs / 1000} s`));
        return {value, atMs: now(), problem: undefined, asking: false};
      } catch (error) {
        return {value: undefined, atMs: undefined, problem: expectProblem(error), failedAtMs: now(), asking: false};
      }
    };
  const api = once('airflow.timeout');
  const ofHost = once('host.timeout');
  const ofAirflow = async () => {
    const {loginTrial, ...told} = await allOf({
      airflow: api(queries.health),
      access: api(queries.access),
      pageAccess: api(queries.pageAccess),
      configExposure: api(queries.configExposure),
      importErrors: api(queries.importErrors),
      workload: api(queries.workload),
      pools: api(queries.pools),
      jobs: api(queries.jobs),
      dagCount: api(queries.dagCount),
      cleanUpDags: api(queries.cleanUpDags),
      loginTrial: tryDefaultPasswords ? api(queries.loginTrial) : Promise.resolve(undefined),
    });
    return loginTrial === undefined ? told : {...told, loginTrial};
  };
  const [answers, cutOffs, hostEvidence] = await Promise.all([
    hasApi ? ofAirflow() : {},
    ofHost(console.cutOffs),
    Promise.all(
      hosts.map(async ({host, units, installation, facts, schedules}): Promise<HostEvidence> => {
        const seen = await Promise.all([ofHost(units), ofHost(installation), ofHost(facts), ofHost(schedules)]);
        return {host: host.name, units: seen[0], installation: seen[1], facts: seen[2], schedules: seen[3]};
      }),
    ),
  ]);
  const version = console.version();
  return {nowMs: now(), cutOffs, hosts: hostEvidence, ...(version === undefined ? {} : {version}), ...answers};
}

/** What comes too late is passed over; that it fails then is nothing new. */
function within<T>(budget: AbortSignal, promise: Promise<T>, late: Problem): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(late);
    if (budget.aborted) stop();
    budget.addEventListener('abort', stop, {once: true});
    promise.then(resolve, reject).finally(() => budget.removeEventListener('abort', stop));
  });
}

/** Waits for all at once, each by its name. */
async function allOf<T extends Readonly<Record<string, Promise<unknown>>>>(asked: T) {
  const answers = await Promise.all(Object.entries(asked).map(async ([name, each]) => [name, await each] as const));
  return Object.fromEntries(answers) as {readonly [Name in keyof T]: Awaited<T[Name]>};
}
