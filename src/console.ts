import type {AirflowApi, Dag} from './airflow/api.ts';
import {connectAirflow} from './airflow/connect.ts';
import {type PauseContext, setPaused} from './dags/pause.ts';
import {type TriggerOptions, triggerDag} from './dags/trigger.ts';
import type {Host, HostAsk} from './host/host.ts';
import {openHost} from './host/open.ts';
import {type HostQueries, hostQueries} from './live/host-queries.ts';
import {Live} from './live/live.ts';
import {type AirflowQueries, airflowQueries} from './live/queries.ts';
import type {Operation} from './operations/operation.ts';
import {Runner} from './operations/runner.ts';
import {Problem} from './problems/problem.ts';
import type {Profile} from './profile/profile.ts';
import {type Logs, logsOf} from './reader/logs.ts';
import {restartUnits, startUnits, stopUnits} from './units/operations.ts';
import type {Unit} from './units/unit.ts';

/** One open profile: its ports, queries and operation runner; all that a screen or a headless command is given. */
export type Console = {
  readonly profile: Profile;
  /** The mode that the header shows: asked for on the command line or by the profile. */
  readonly readOnly: boolean;
  readonly hasApi: boolean;
  /** Throws `Problem`; `airflow.no-api` where the profile names none. */
  readonly airflow: () => Promise<AirflowApi>;
  /** Logs in anew to the API and connects to the hosts, though they refused a moment ago; asks again what was not answered. */
  readonly loginAgain: () => void;
  /** The version as far as it is known without asking. */
  readonly version: () => string | undefined;
  readonly hosts: readonly HostQueries[];
  readonly host: (name: string) => Host;
  readonly queries: AirflowQueries;
  readonly live: Live;
  readonly runner: Runner;
  readonly operations: {
    restart(units: readonly Unit[]): Operation;
    stop(units: readonly Unit[]): Operation;
    start(units: readonly Unit[]): Operation;
    setPaused(dags: readonly Dag[], paused: boolean, hidden?: number): Operation;
    trigger(dagId: string, options: TriggerOptions): Operation;
  };
  /** Every log: files on the hosts, journals, tasks. */
  readonly logs: Logs;
  readonly now: () => number;
  /** Ends every connection and timer of this profile. */
  close(): void;
};

export type ConsoleOptions = {
  readonly readOnly: boolean;
  /** Asks a person for host keys and secrets. Without it a host that needs one is refused. */
  readonly ask?: HostAsk;
  /** A failure that is no `Problem`. */
  readonly onBug: (error: unknown) => void;
};

export function openConsole(profile: Profile, options: ConsoleOptions): Console {
  const now = Date.now;
  const readOnly = options.readOnly || profile.readOnly;
  const live = new Live(options.onBug);
  let version: string | undefined;
  const connect = profile.api === undefined ? undefined : connectAirflow(profile.api);
  const airflow = async () => {
    if (connect === undefined) throw new Problem('airflow.no-api');
    const api = await connect();
    version = api.version;
    return api;
  };
  const hosts = profile.hosts.map(address =>
    hostQueries(
      openHost(address, {
        become: profile.become,
        ...(profile.becomePassword !== undefined && {becomePassword: profile.becomePassword}),
        ...(options.ask !== undefined && {ask: options.ask}),
      }),
      profile,
      live,
    ),
  );
  const host = (name: string) => {
    const found = hosts.find(entry => entry.host.name === name);
    if (found === undefined) throw new Problem('host.none', name);
    return found.host;
  };
  const queries = airflowQueries(airflow, now);
  const runner = new Runner({
    readOnly,
    onTouched: touches => {
      void live.touch(touches);
    },
    onBug: options.onBug,
  });
  const protect = profile.protect ? {protect: profile.name} : {};
  const dagContext: PauseContext = {airflow, now, ...protect};
  const unitContext = {
    host,
    ...(profile.api === undefined ? {} : {airflow}),
    profileName: profile.name,
    now,
    ...protect,
  };
  return {
    profile,
    readOnly,
    hasApi: profile.api !== undefined,
    airflow,
    loginAgain: () => {
      connect?.loginAgain();
      for (const entry of hosts) entry.host.tryNow();
    },
    version: () => version,
    hosts,
    host,
    queries,
    live,
    runner,
    operations: {
      restart: units => restartUnits(unitContext, units),
      stop: units => stopUnits(unitContext, units),
      start: units => startUnits(unitContext, units),
      setPaused: (dags, paused, hidden) => setPaused(dagContext, dags, paused, hidden),
      trigger: (dagId, trigger) => triggerDag(dagContext, dagId, trigger),
    },
    logs: logsOf({hosts, live, hasApi: profile.api !== undefined, airflow}),
    now,
    close: () => {
      runner.cancel();
      live.close();
      for (const entry of hosts) entry.host.close();
    },
  };
}
