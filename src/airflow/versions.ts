import type {Capability} from './api.ts';

export type Version = {readonly text: string; readonly major: 2 | 3; readonly minor: number};

/** Reads "2.11.0", "3.1.0b1", "2.10.5+composer"; undefined for what windsock does not know. */
export function readVersion(text: string): Version | undefined {
  const [, major, minor] = /^([23])\.(\d+)/.exec(text) ?? [];
  return major === undefined ? undefined : {text, major: major === '2' ? 2 : 3, minor: Number(minor)};
}

/** `since` is "MAJOR.MINOR". */
export function atLeast(version: Version, since: `${2 | 3}.${number}`): boolean {
  const [major, minor] = since.split('.').map(Number) as [number, number];
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** From which version on, and before which one. */
export type Range = {readonly since?: `${2 | 3}.${number}`; readonly until?: `${2 | 3}.${number}`};

export function isWithin(version: Version, {since, until}: Range): boolean {
  return !(since && !atLeast(version, since)) && !(until && atLeast(version, until));
}

const capabilities: Readonly<Record<Capability, Range>> = {
  'triggerer-health': {since: '2.6'},
  'dag-processor-health': {since: '2.7'},
  'run-note': {since: '2.5'},
  'dag-fields': {since: '2.9', until: '3.0'},
  'task-order': {since: '3.0'},
};

export function capabilitiesOf(version: Version): ReadonlySet<Capability> {
  const all = Object.keys(capabilities) as Capability[];
  return new Set(all.filter(capability => isWithin(version, capabilities[capability])));
}
