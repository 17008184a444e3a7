import type {Component} from '../airflow/component.ts';
import {clockAhead} from '../host/clock.ts';
import type {Host} from '../host/host.ts';
import {describeUnit} from './describe.ts';
import {discover, type Found} from './discovery.ts';
import {looseProcesses, orphans} from './loose.ts';
import {type Probe, probe} from './probe.ts';
import {type Processes, parseProcesses} from './processes.ts';
import {first, parseShow, type Shown} from './show.ts';
import type {HostUnits, Unit} from './unit.ts';

const discoverEveryMs = 5 * 60_000;

/**
 * What runs Airflow on a host, and its state. One exec; a second one when a known unit has vanished or a component runs in a unit
 * that is not known. All services are looked through when nothing is `known` or that is five minutes old, else only the known
 * units. A unit that vanished stays as `missing` until the next time that all are looked through.
 * Throws `Problem`: `host.no-systemd`, and what the connection throws.
 */
export async function readUnits(host: Host, known?: HostUnits, now: () => number = Date.now): Promise<HostUnits> {
  const age = known?.discoveredAtMs === undefined ? Number.POSITIVE_INFINITY : now() - known.discoveredAtMs;
  if (known === undefined || age >= discoverEveryMs) return all(host, known, now);
  const seen = await some(host, known, now);
  return isNews(known, seen) ? all(host, known, now) : seen;
}

function isNews(known: HostUnits, seen: HostUnits): boolean {
  const missing = (units: HostUnits) => units.units.filter(({state}) => state === 'missing').length;
  const before = new Set(known.loose.map(({pid}) => pid));
  return missing(seen) > missing(known) || seen.loose.some(({pid}) => !before.has(pid));
}

/** The state of some units, as a plan and its steps need it; a unit that is not there is `missing`. One exec. */
export async function readSome(
  host: Host,
  units: readonly {readonly name: string; readonly component: Component}[],
  signal?: AbortSignal,
): Promise<{readonly units: readonly Unit[]; readonly systemctl: string}> {
  const found: Found = new Map(units.map(({name, component}) => [name, component]));
  const seen = await probe(host, {units: [...found.keys()]}, signal);
  return {units: unitsOf(host.name, parseShow(seen.units), seen, processesOf(seen), found), systemctl: seen.systemctl};
}

async function all(host: Host, known: HostUnits | undefined, now: () => number): Promise<HostUnits> {
  const askedAtMs = now();
  const seen = await probe(host, 'all');
  const shown = parseShow(seen.units);
  const processes = processesOf(seen);
  const before: Found = new Map(known?.units.map(({name, component}) => [name, component]));
  const found = discover(shown, processes, seen.scripts, before);
  const vanished = (known?.units ?? [])
    .filter(({name, state}) => !found.has(name) && state !== 'missing')
    .map<Unit>(unit => gone(unit));
  return describe(host, shown, seen, processes, found, vanished, {askedAtMs, seenAtMs: now()}, now());
}

async function some(host: Host, known: HostUnits, now: () => number): Promise<HostUnits> {
  const found: Found = new Map(known.units.map(({name, component}) => [name, component]));
  const askedAtMs = now();
  const seen = await probe(host, {units: [...found.keys()]});
  const times = {askedAtMs, seenAtMs: now()};
  return describe(host, parseShow(seen.units), seen, processesOf(seen), found, [], times, known.discoveredAtMs);
}

function describe(
  host: Host,
  shown: readonly Shown[],
  seen: Probe,
  processes: Processes,
  found: Found,
  vanished: readonly Unit[],
  {askedAtMs, seenAtMs}: {readonly askedAtMs: number; readonly seenAtMs: number},
  discoveredAtMs: number | undefined,
): HostUnits {
  const names = new Set(found.keys());
  return {
    host: host.name,
    seenAtMs,
    clockAhead: clockAhead(seen.clockMs, askedAtMs, seenAtMs),
    units: [...unitsOf(host.name, shown, seen, processes, found), ...vanished],
    loose: looseProcesses(host.name, processes, names),
    orphans: orphans(host.name, processes, names),
    ...(discoveredAtMs === undefined ? {} : {discoveredAtMs}),
  };
}

const processesOf = (seen: Probe) => parseProcesses(seen.processes, seen.cgroups);

function unitsOf(
  host: string,
  shown: readonly Shown[],
  seen: Probe,
  processes: Processes,
  found: Found,
): readonly Unit[] {
  const units = new Map<string, Unit>();
  for (const properties of shown) {
    const name = first(properties, 'Id');
    const component = found.get(name);
    if (component !== undefined && !units.has(name)) {
      units.set(name, describeUnit({name, host, component}, properties, processes, seen.clockMs));
    }
  }
  return [...units.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const gone = (unit: Unit): Unit => ({
  ...unit,
  state: 'missing',
  subState: 'dead',
  inStateMs: undefined,
  mainPid: undefined,
  memoryBytes: undefined,
  enabled: '',
});
