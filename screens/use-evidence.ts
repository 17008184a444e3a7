import {useMemo} from 'react';
import type {Evidence} from '../src/health/evidence.ts';
import type {HostQueries} from '../src/live/host-queries.ts';
import type {Seen, WatchOptions} from '../src/live/live.ts';
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
      hosts: hostEvidence(hosts, units),
    }),
    [nowMs, hasApi, health, hosts, units],
  );
}

/** All that the Health screen shows, at its own pace. */
export function useEvidence(): Evidence {
  const {console} = useShell();
  const nowMs = useNow();
  const {live, queries, hosts, hasApi} = console;
  const health = useLive(live, hasApi ? queries.health : undefined);
  const access = useLive(live, hasApi ? queries.access : undefined);
  const importErrors = useLive(live, hasApi ? queries.importErrors : undefined);
  const workload = useLive(live, hasApi ? queries.workload : undefined);
  const units = useLiveAll(
    live,
    hosts.map(host => ({query: host.units})),
  );
  const volumes = useLiveAll(
    live,
    hosts.map(host => ({query: host.volumes})),
  );
  const version = console.version();
  return useMemo(
    () => ({
      nowMs,
      ...(hasApi ? {airflow: health, access, importErrors, workload} : {}),
      ...(version === undefined ? {} : {version}),
      hosts: hosts.map((host, index) => ({
        host: host.host.name,
        units: units[index] ?? absent,
        volumes: volumes[index] ?? absent,
      })),
    }),
    [nowMs, hasApi, health, access, importErrors, workload, version, hosts, units, volumes],
  );
}

const absent: Seen<never> = {value: undefined, atMs: undefined, problem: undefined, asking: false};

function hostEvidence(
  hosts: readonly HostQueries[],
  units: readonly Seen<Evidence['hosts'][number]['units']['value']>[],
): Evidence['hosts'] {
  return hosts.map((host, index) => ({
    host: host.host.name,
    units: (units[index] ?? absent) as Evidence['hosts'][number]['units'],
    volumes: absent,
  }));
}
