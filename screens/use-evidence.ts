import {useMemo} from 'react';
import type {Evidence, HostEvidence} from '../src/health/evidence.ts';
import {type Seen, unseen, type WatchOptions} from '../src/live/live.ts';
import type {Query} from '../src/live/query.ts';
import {useNow, useShell} from './context.tsx';
import {useLive, useLiveAll} from './use-live.ts';

/** The verdict goes on while another screen is shown or the terminal has lost the focus, twice a minute. */
const verdictOptions: WatchOptions = {everyMs: 30_000, unfocused: true};

/** What the verdict needs, at the pace at which nobody looks at it. */
export function useVerdictEvidence(): Evidence {
  const {console} = useShell();
  const nowMs = useNow();
  const {live, queries, hosts, hasApi} = console;
  const health = useLive(live, hasApi ? queries.health : undefined, verdictOptions);
  const units = useLiveAll(
    live,
    hosts.map(host => ({query: host.units, options: verdictOptions})),
  );
  return useMemo(
    () => ({
      nowMs,
      ...(hasApi ? {airflow: health} : {}),
      hosts: hosts.map(({host}, index) => ({...notAsked, host: host.name, units: units[index] ?? unseen})),
    }),
    [nowMs, hasApi, health, hosts, units],
  );
}

export type EvidenceOptions = {
  /** Passwords that everybody knows are tried, once. */
  readonly tryDefaultPasswords?: boolean;
};

/** All that the Health screen shows: each query at its own pace, and none waits for another. */
export function useEvidence({tryDefaultPasswords = false}: EvidenceOptions = {}): Evidence {
  const {console} = useShell();
  const nowMs = useNow();
  const {live, queries, hosts, hasApi} = console;
  const ofApi = <T>(query: Query<T>, wanted = true) => (hasApi && wanted ? query : undefined);
  const airflow = useLive(live, ofApi(queries.health));
  const access = useLive(live, ofApi(queries.access));
  const pageAccess = useLive(live, ofApi(queries.pageAccess));
  const configExposure = useLive(live, ofApi(queries.configExposure));
  const importErrors = useLive(live, ofApi(queries.importErrors));
  const workload = useLive(live, ofApi(queries.workload));
  const pools = useLive(live, ofApi(queries.pools));
  const jobs = useLive(live, ofApi(queries.jobs));
  const dagCount = useLive(live, ofApi(queries.dagCount));
  const cleanUpDags = useLive(live, ofApi(queries.cleanUpDags));
  const loginTrial = useLive(live, ofApi(queries.loginTrial, tryDefaultPasswords));
  const units = useLiveAll(
    live,
    hosts.map(host => ({query: host.units})),
  );
  const installations = useLiveAll(
    live,
    hosts.map(host => ({query: host.installation})),
  );
  const facts = useLiveAll(
    live,
    hosts.map(host => ({query: host.facts})),
  );
  const cutOffs = useLive(live, console.cutOffs);
  const schedules = useLiveAll(
    live,
    hosts.map(host => ({query: host.schedules})),
  );
  const version = console.version();
  const told = useMemo(
    () => ({airflow, access, pageAccess, configExposure, importErrors, workload, pools, jobs, dagCount, cleanUpDags}),
    [airflow, access, pageAccess, configExposure, importErrors, workload, pools, jobs, dagCount, cleanUpDags],
  );
  return useMemo(
    () => ({
      nowMs,
      cutOffs,
      ...(hasApi ? told : {}),
      ...(hasApi && tryDefaultPasswords ? {loginTrial} : {}),
      ...(version === undefined ? {} : {version}),
      hosts: hosts.map<HostEvidence>(({host}, index) => ({
        host: host.name,
        units: units[index] ?? unseen,
        installation: installations[index] ?? unseen,
        facts: facts[index] ?? unseen,
        schedules: schedules[index] ?? unseen,
      })),
    }),
    [
      nowMs,
      cutOffs,
      hasApi,
      told,
      tryDefaultPasswords,
      loginTrial,
      version,
      hosts,
      units,
      installations,
      facts,
      schedules,
    ],
  );
}

const absent: Seen<never> = {value: undefined, atMs: undefined, problem: undefined, asking: false};

const notAsked = {installation: absent, facts: absent};
