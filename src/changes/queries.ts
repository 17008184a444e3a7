import type {AirflowHealth} from '../airflow/api.ts';
import {type ClockAhead, clockAhead, readClock} from '../host/clock.ts';
import type {Host} from '../host/host.ts';
import {Slots} from '../host/slots.ts';
import type {HostQueries} from '../live/host-queries.ts';
import type {Live} from '../live/live.ts';
import type {Query} from '../live/query.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {heartbeatChanges} from './heartbeats.ts';
import type {ChangeSource, Told} from './source.ts';
import {changeSources} from './sources/index.ts';

/** What is asked for the time line: one query for each source of each host, and one for Airflow. */
export type ChangeQuery = {
  /** Whom it asks, for the screen. */
  readonly whom: string;
  /** What it tells of: "Boots". */
  readonly title: string;
  readonly query: Query<Told>;
};

/** What an operation did a moment ago is seen within this time; who does not want to wait asks again. */
const everyMs = 60_000;

/** What the sources need to know of a host may be so old. */
const knownMs = 30_000;

export type ChangeQueries = (windowMs: number) => readonly ChangeQuery[];

type Asked = {
  readonly hosts: readonly HostQueries[];
  /** Absent where the profile names no API. */
  readonly health?: Query<AirflowHealth>;
  readonly live: Live;
  readonly now: () => number;
};

/** So many sources of one host are asked at the same time: what the screens need goes between. */
const atOnce = 2;

type Asking = Pick<Asked, 'live' | 'now'> & {
  readonly entry: HostQueries;
  readonly clock: Query<number>;
  readonly slots: Slots;
};

/** The queries for what happened in the last `windowMs`. */
export function changeQueries({hosts, health, live, now}: Asked): ChangeQueries {
  const asking = hosts.map(
    (entry): Asking => ({entry, clock: clockQuery(entry.host, now), slots: new Slots(atOnce), live, now}),
  );
  return windowMs => [
    ...(health === undefined ? [] : [ofAirflow(health, live)]),
    ...asking.flatMap(host => changeSources.map(source => ofHost(source, host, windowMs))),
  ];
}

function ofHost(source: ChangeSource, {entry, clock, slots, live, now}: Asking, windowMs: number): ChangeQuery {
  const {host, units, installation} = entry;
  const read = async (signal: AbortSignal) => {
    const leave = await slots.take(signal);
    try {
      const aheadMs = await live.ask(clock, knownMs);
      return await source.read({
        host,
        units: () => live.ask(units, knownMs),
        installation: () => live.ask(installation, knownMs),
        sinceMs: now() - windowMs + aheadMs,
        aheadMs,
        here: hostMs => hostMs - aheadMs,
        signal,
      });
    } finally {
      leave();
    }
  };
  const args = [host.name, source.id, String(windowMs)];
  return {whom: host.name, title: source.title, query: {name: 'changes', args, asks: host.name, everyMs, read}};
}

function ofAirflow(health: Query<AirflowHealth>, live: Live): ChangeQuery {
  const read = async () => ({changes: heartbeatChanges(await live.ask(health, 5_000)), remarks: []});
  const query = {name: 'changes', args: ['airflow'], asks: 'the API', everyMs: 15_000, read};
  return {whom: 'Airflow', title: 'Heartbeats', query};
}

/** How far the clock of the host is ahead of this machine's; 0 where they may be the same. */
function clockQuery(host: Host, now: () => number): Query<number> {
  let known = 0;
  return {
    name: 'clock',
    args: [host.name],
    asks: host.name,
    everyMs,
    read: async signal => {
      const askedAtMs = now();
      const {stdout} = await host.exec(['date', '+%s %N'], {signal});
      const hostMs = readClock(stdout);
      if (Number.isNaN(hostMs)) throw new Problem('host.command-failed', `${host.name}: date: ${oneLine(stdout, 80)}`);
      known = steady(known, clockAhead(hostMs, askedAtMs, now()));
      return known;
    },
  };
}

/** Measured again it differs a little: what was told must not get another time for that. */
const steady = (known: number, {atLeastMs, atMostMs}: ClockAhead): number =>
  known >= atLeastMs && known <= atMostMs ? known : Math.round((atLeastMs + atMostMs) / 2);
