import {audited, type Note, noted} from './activity/audit.ts';
import {auditPath} from './activity/audit-file.ts';
import {type Copied, copyOf} from './activity/copy.ts';
import type {Entry} from './activity/entry.ts';
import {type Past, readPast} from './activity/history.ts';
import {Observer} from './activity/observe.ts';
import {ActivityRecord} from './activity/record.ts';
import {Secrets} from './activity/secrets.ts';
import type {AirflowApi, Dag} from './airflow/api.ts';
import {connectAirflow} from './airflow/connect.ts';
import {type ChangeQueries, changeQueries} from './changes/queries.ts';
import {type PauseContext, setPaused} from './dags/pause.ts';
import {type TriggerOptions, triggerDag} from './dags/trigger.ts';
import type {Host, HostAsk} from './host/host.ts';
import {openHost} from './host/open.ts';
import {type HostQueries, hostQueries} from './live/host-queries.ts';
import {Live} from './live/live.ts';
import {type AirflowQueries, airflowQueries} from './live/queries.ts';
import type {Query} from './live/query.ts';
import {type ArchivePlace, archiveLogs} from './logs/archive/archive.ts';
import {type Archives, openArchives} from './logs/archive/browse.ts';
import {cleanUpHosts} from './logs/clean-hosts.ts';
import {cleanJournal, listJournals} from './logs/clean-journal.ts';
import {type CleanedHost, type CutOff, cutOffs, dismiss} from './logs/clean-result.ts';
import {type CleanContext, cleanUp, type LogListing, listLogs} from './logs/clean-up.ts';
import type {JournalRule, Journals} from './logs/journal-files.ts';
import type {Listing} from './logs/listing.ts';
import type {Rule} from './logs/rule.ts';
import type {ScheduleContext} from './logs/schedule/context.ts';
import {putOn} from './logs/schedule/put.ts';
import type {Schedule, Vessel} from './logs/schedule/schedule.ts';
import {takeOff} from './logs/schedule/take-off.ts';
import type {Execute} from './operations/execute.ts';
import type {Operation} from './operations/operation.ts';
import {Runner} from './operations/runner.ts';
import {Problem} from './problems/problem.ts';
import {hostText} from './profile/addresses.ts';
import {keepIn, keepNothing, stateFolder} from './profile/keeping.ts';
import {PlanFolder} from './profile/plan-folder.ts';
import type {Profile} from './profile/profile.ts';
import {type Logs, logsOf} from './reader/logs.ts';
import type {StoreAddress} from './store/address.ts';
import {planTrial, type Trial, type TrialOptions} from './trial/trial.ts';
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
  /** What is asked for the time line of the last so many milliseconds. */
  readonly changes: ChangeQueries;
  /** Clean-ups of its hosts that did not come to their end. */
  readonly cutOffs: Query<readonly CutOff[]>;
  /** Nobody wants to be told of one of them any more. Throws `logs.state`. */
  readonly dismiss: (cutOffId: string) => Promise<void>;
  readonly live: Live;
  readonly runner: Runner;
  /** Does what was confirmed without the runner; noted and audited like what the runner does. */
  readonly execute: Execute;
  readonly operations: {
    restart(units: readonly Unit[]): Operation;
    stop(units: readonly Unit[]): Operation;
    start(units: readonly Unit[]): Operation;
    setPaused(dags: readonly Dag[], paused: boolean, hidden?: number): Operation;
    trigger(dagId: string, options: TriggerOptions): Operation;
    /** `listing`: what was found a moment ago, to choose from. */
    cleanUp(place: LogPlace, rule: Rule, listing?: Listing): Operation;
    /** The same on several hosts. */
    cleanUpHosts(places: readonly LogPlace[], rule: Rule): Operation;
    cleanJournal(host: string, rule: JournalRule): Operation;
    /** Moves logs to where `into` says (default: the profile). Throws `archive.nowhere`. */
    archive(place: LogPlace, rule: Rule, into?: StoreAddress, listing?: Listing): Operation;
    /** Makes a rule run by itself every day. */
    schedule(host: string, schedule: Schedule): Operation;
    unschedule(host: string, name: string, vessel: Vessel): Operation;
  };
  /** What was archived of a host. Throws `archive.nowhere`. Whoever opens it must close it. */
  readonly archives: (host: string, into?: StoreAddress) => Archives;
  /** All files of a log folder, to choose from by several rules. Whoever takes it must remove it. */
  readonly listLogs: (
    place: LogPlace,
    marked: readonly string[],
    signal: AbortSignal,
    onProgress: (files: number) => void,
  ) => Promise<LogListing>;
  readonly listJournals: (host: string, signal: AbortSignal) => Promise<Journals>;
  /** Every log: files on the hosts, journals, tasks. */
  readonly logs: Logs;
  /** A profile, this one or another, tried step by step; noted in the activity. */
  readonly trial: (profile: Profile, options: Omit<TrialOptions, 'secrets' | 'record'>) => Trial;
  readonly activity: Activity;
  readonly now: () => number;
  /** Ends every connection and timer of this profile. */
  close(): void;
};

/** A log folder of a host; without `folder` its `base_log_folder`. */
export type LogPlace = {readonly host: string; readonly folder?: string | undefined};

/** What was asked and run, and seen. */
export type Activity = {
  readonly record: ActivityRecord;
  /** Notes what a person looked at, where others may want to know of it: secrets that were revealed. */
  readonly note: Note;
  /** The line for a shell that asks or runs the same again. */
  copy(entry: Entry): Copied;
  /** What the audit file has, of this profile or of all. Throws `activity.unreadable`. */
  past(sinceMs: number, of: 'this profile' | 'all'): Promise<Past>;
};

export type ConsoleOptions = {
  readonly readOnly: boolean;
  /** Knows what must be shown nowhere; default: one of its own. */
  readonly secrets?: Secrets;
  /** Told what goes wrong without stopping anything. */
  readonly tell?: (problem: Problem) => void;
  /** Asks a person for host keys and secrets. Without it a host that needs one is refused. */
  readonly ask?: HostAsk;
  /** Where operations are written down and what was seen is kept for the next start. Without it nothing is kept. */
  readonly stateFolder?: string;
  /** A failure that is no `Problem`. */
  readonly onBug: (error: unknown) => void;
};

const installationMaxAgeMs = 60_000;

export function openConsole(given: Profile, options: ConsoleOptions): Console {
  const now = Date.now;
  const secrets = options.secrets ?? new Secrets();
  const profile = secrets.watchProfile(given);
  const ask = options.ask === undefined ? undefined : secrets.watchAsk(options.ask);
  const record = new ActivityRecord();
  const observer = new Observer(record, secrets);
  const readOnly = options.readOnly || profile.readOnly;
  const live = new Live(options.onBug);
  let version: string | undefined;
  const connect =
    profile.api === undefined
      ? undefined
      : connectAirflow(profile.api, {hidden: secrets, onRequest: observer.onRequest});
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
        ...(ask !== undefined && {ask}),
        onDeed: observer.onDeed(address.name),
      }),
      profile,
      live,
      options.stateFolder === undefined ? keepNothing : keepIn(options.stateFolder, profile.name),
    ),
  );
  for (const entry of hosts) observer.watchHost(entry.host);
  const host = (name: string) => {
    const found = hosts.find(entry => entry.host.name === name);
    if (found === undefined) throw new Problem('host.none', name);
    return found.host;
  };
  const queries = airflowQueries(airflow, now);
  const auditFile = options.stateFolder === undefined ? undefined : auditPath(options.stateFolder);
  const audit = {profile, record, secrets, file: auditFile, tell: options.tell ?? (() => {})};
  const execute = audited(audit);
  const runner = new Runner({
    readOnly,
    execute,
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
  const folder = new PlanFolder(options.stateFolder ?? stateFolder());
  const cleanedHost = (name: string): CleanedHost => {
    const address = profile.hosts.find(each => each.name === name);
    return {profile: profile.name, address: address === undefined ? name : hostText(address)};
  };
  const scheduleContext = (name: string): ScheduleContext => {
    const found = hosts.find(entry => entry.host.name === name);
    if (found === undefined) throw new Problem('host.none', name);
    return {
      ...{host: found.host, hosts: hosts.length, folder, cleaned: cleanedHost(name), now, ...protect},
      installation: () => live.ask(found.installation, installationMaxAgeMs),
      ...(profile.api === undefined ? {} : {airflow}),
    };
  };
  const cleanContext = ({host: name, folder: logFolder}: LogPlace): CleanContext => ({
    ...scheduleContext(name),
    ...(logFolder === undefined ? {} : {logFolder}),
  });
  const archivePlace = (into: StoreAddress | undefined): ArchivePlace => {
    const address = into ?? profile.archive;
    if (address === undefined) throw new Problem('archive.nowhere');
    return {address, s3: profile.s3};
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
    changes: changeQueries({hosts, live, now, ...(profile.api !== undefined && {health: queries.health})}),
    cutOffs: {
      name: 'cut-offs',
      args: [profile.name],
      everyMs: 60_000,
      read: async () => (await Promise.all(profile.hosts.map(({name}) => cutOffs(folder, cleanedHost(name))))).flat(),
    },
    dismiss: async id => {
      dismiss(folder, id);
      await live.touch(['cut-offs']);
    },
    live,
    runner,
    execute,
    operations: {
      restart: units => restartUnits(unitContext, units),
      stop: units => stopUnits(unitContext, units),
      start: units => startUnits(unitContext, units),
      setPaused: (dags, paused, hidden) => setPaused(dagContext, dags, paused, hidden),
      trigger: (dagId, trigger) => triggerDag(dagContext, dagId, trigger),
      cleanUpHosts: (places, rule) => cleanUpHosts(places.map(cleanContext), rule),
      cleanJournal: (name, rule) => cleanJournal(cleanContext({host: name}), rule),
      cleanUp: (place, rule, listing) => cleanUp(cleanContext(place), rule, listing),
      archive: (place, rule, into, listing) => archiveLogs(cleanContext(place), rule, archivePlace(into), listing),
      schedule: (name, schedule) => putOn(scheduleContext(name), schedule),
      unschedule: (name, schedule, vessel) => takeOff(scheduleContext(name), schedule, vessel),
    },
    archives: (name, into) => openArchives(cleanContext({host: name}), archivePlace(into)),
    listLogs: (place, marked, signal, onProgress) => listLogs(cleanContext(place), marked, signal, onProgress),
    listJournals: (name, signal) => listJournals(cleanContext({host: name}), signal),
    logs: logsOf({hosts, live, hasApi: profile.api !== undefined, airflow}),
    trial: (tried, trialOptions) => planTrial(tried, {...trialOptions, secrets, record}),
    activity: {
      record,
      note: noted(audit),
      copy: entry => copyOf(entry, profile, process.env),
      past: async (sinceMs, of) => {
        if (auditFile === undefined) return {operations: [], unreadable: 0};
        return readPast(auditFile, sinceMs, of === 'all' ? undefined : profile.name);
      },
    },
    now,
    close: () => {
      runner.cancel();
      live.close();
      for (const entry of hosts) entry.host.close();
    },
  };
}
