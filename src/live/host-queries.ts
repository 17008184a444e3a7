import {type Installation, readInstallation} from '../config/installation.ts';
import {type HostFacts, readHostFacts} from '../health/host-facts.ts';
import {withAgent} from '../host/agent.ts';
import type {Host} from '../host/host.ts';
import {type Usage, usage} from '../logs/usage.ts';
import {type Volume, watchedFolders} from '../logs/volumes.ts';
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
  /** Walks the log folder; each snapshot is shown as it streams in. Asked again only when somebody wants it. */
  readonly usage: Query<Usage>;
};

const installationMaxAgeMs = 60_000;
const factsEveryMs = 30_000;

export function hostQueries(host: Host, profile: Profile, live: Live): HostQueries {
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
      return withAgent(host, agentOptions(found), agent =>
        readHostFacts(host.name, agent, found, watchedFolders(found, profile)),
      );
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
    usage: {
      name: 'usage',
      args: [host.name],
      asks: host.name,
      everyMs: 24 * 3_600_000,
      read: async (signal, show) => {
        const found = await located();
        let last: Usage | undefined;
        for await (const snapshot of usage(host, found.logFolder, agentOptions(found), signal)) {
          last = snapshot;
          show(snapshot);
        }
        if (last === undefined) throw new Error('the scan ended without an answer');
        return last;
      },
    },
  };
}

/** Airflow's own interpreter serves where the host has no other. */
const agentOptions = ({runAs, python}: Installation) => ({as: runAs, ...(python === undefined ? {} : {python})});
