import {asAirflow} from '../config/as-airflow.ts';
import {type Installation, readInstallation} from '../config/installation.ts';
import {type HostFacts, readHostFacts} from '../health/host-facts.ts';
import {withAgent} from '../host/agent.ts';
import type {Host} from '../host/host.ts';
import {growthOf, volumeSamples, withSample} from '../logs/growth.ts';
import {type KeptFolder, type KeptScan, keptFolder, keptScan, toKept, toKeptFolder} from '../logs/kept-scan.ts';
import {type LogClass, layoutOf, layoutsOf} from '../logs/layout.ts';
import {type FoundSchedules, readSchedules} from '../logs/schedule/found.ts';
import {type FolderEntry, folderUsage, type Usage, usage} from '../logs/usage.ts';
import {type Volume, watchedFolders} from '../logs/volumes.ts';
import type {Keeping} from '../profile/keeping.ts';
import type {Profile} from '../profile/profile.ts';
import {readUnits} from '../units/state.ts';
import type {HostUnits} from '../units/unit.ts';
import type {Live} from './live.ts';
import type {Query} from './query.ts';

/** What is asked of one host, and at which pace. */
export type HostQueries = {
  readonly host: Host;
  readonly units: Query<HostUnits>;
  readonly installation: Query<Installation>;
  /** Volumes, pid files and the log of the DAG file processor, seen by one run of the agent. */
  readonly facts: Query<HostFacts>;
  /** The volumes of `facts`. */
  readonly volumes: Query<readonly Volume[]>;
  /** What cleans up logs there by itself. */
  readonly schedules: Query<FoundSchedules>;
  /** Walks the log folders; each snapshot is shown as it streams in. Asked again only when somebody wants it. */
  readonly usage: Query<LogUsage>;
  /** What is directly in folders below a log folder. */
  readonly folder: (place: FolderPlace) => Query<FolderUsage>;
  /** Ends the walks that are under way; what they found is kept. */
  readonly stopScans: () => void;
};

/** `before`: the last scan that was finished. */
export type LogUsage = Usage & {readonly before?: KeptScan};

/** `before`: the last scan of the same folders that was finished. */
export type FolderUsage = Usage<FolderEntry> & {readonly before?: KeptFolder};

/** Folders below a log folder, and the class if only its files are meant. */
export type FolderPlace = {readonly root: string; readonly folders: readonly string[]; readonly only?: LogClass};

const installationMaxAgeMs = 60_000;
const factsEveryMs = 30_000;

export function hostQueries(host: Host, profile: Profile, live: Live, keeping: Keeping, now = Date.now): HostQueries {
  let stop = new AbortController();
  let known: HostUnits | undefined;
  const units: Query<HostUnits> = {
    name: 'units',
    args: [host.name],
    asks: host.name,
    everyMs: 5_000,
    read: async () => {
      known = await readUnits(host, known);
      return known;
    },
  };
  const installation: Query<Installation> = {
    name: 'installation',
    args: [host.name],
    asks: host.name,
    everyMs: 60_000,
    read: async () => {
      const seen = await live.ask(units, installationMaxAgeMs);
      return readInstallation(host, seen.units, profile);
    },
  };
  const located = () => live.ask(installation, installationMaxAgeMs);
  const facts: Query<HostFacts> = {
    name: 'facts',
    args: [host.name],
    asks: host.name,
    everyMs: factsEveryMs,
    read: async () => {
      const found = await located();
      const seen = await withAgent(host, asAirflow(found), agent =>
        readHostFacts(host.name, agent, found, watchedFolders(found, profile)),
      );
      return {...seen, volumes: await Promise.all(seen.volumes.map(volume => withGrowth(volume, keeping, now())))};
    },
  };
  return {
    host,
    units,
    installation,
    facts,
    volumes: {
      name: 'volumes',
      args: [host.name],
      asks: host.name,
      everyMs: factsEveryMs,
      read: async () => (await live.ask(facts, factsEveryMs / 2)).volumes,
    },
    schedules: {
      name: 'schedules',
      args: [host.name],
      asks: host.name,
      everyMs: 5 * 60_000,
      read: async () => readSchedules(host, await located(), now),
    },
    usage: {
      name: 'usage',
      args: [host.name],
      asks: host.name,
      everyMs: 24 * 3_600_000,
      read: async (signal, show) => {
        const found = await located();
        const before = await keeping.read(['scans', host.name], keptScan);
        const since = before === undefined ? {} : {before};
        const walk = usage(host, layoutsOf(found), {...asAirflow(found), signal, stop: stop.signal});
        const last = await lastOf(walk, each => show({...each, ...since}));
        if (last.state === 'done') await keeping.write(['scans', host.name], toKept(last, now()));
        return {...last, ...since};
      },
    },
    folder: ({root, folders, only}) => ({
      name: 'folder',
      args: [host.name, root, only ?? '', ...folders],
      asks: host.name,
      everyMs: 24 * 3_600_000,
      read: async (signal, show) => {
        const found = await located();
        const request = {layout: layoutOf(root, found), folders, ...(only !== undefined && {only})};
        // Of DAGs and classes it is kept what was in them; of every run and task it would be too much.
        const kept = folders.some(folder => folder.includes('/'))
          ? undefined
          : (['scans', host.name, root, only ?? '', ...folders] as const);
        const before = kept === undefined ? undefined : await keeping.read(kept, keptFolder);
        const since = before === undefined ? {} : {before};
        const walk = folderUsage(host, request, {...asAirflow(found), signal, stop: stop.signal});
        const last = await lastOf(walk, each => show({...each, ...since}));
        const seen = last.state === 'done' ? toKeptFolder(last, now()) : undefined;
        if (kept !== undefined && seen !== undefined) await keeping.write(kept, seen);
        return {...last, ...since};
      },
    }),
    stopScans: () => {
      stop.abort();
      stop = new AbortController();
    },
  };
}

/** Notes what is used now, and says how fast it grows. */
async function withGrowth(volume: Volume, keeping: Keeping, nowMs: number): Promise<Volume> {
  const name = ['volumes', volume.host, volume.mountPoint] as const;
  const kept = (await keeping.read(name, volumeSamples)) ?? [];
  const usedInodes = volume.totalInodes - volume.freeInodes;
  const samples = withSample(kept, {atMs: nowMs, usedBytes: volume.usedBytes, usedInodes});
  if (samples !== kept) await keeping.write(name, samples);
  const growth = growthOf(samples, volume.totalBytes);
  return growth === undefined ? volume : {...volume, growth};
}

async function lastOf<T>(walk: AsyncIterable<T>, show: (each: T) => void): Promise<T> {
  let last: T | undefined;
  for await (const each of walk) {
    last = each;
    show(each);
  }
  if (last === undefined) throw new Error('the scan ended without an answer');
  return last;
}
