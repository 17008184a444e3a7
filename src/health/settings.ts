import type {Installation} from '../config/installation.ts';
import {lookup} from '../config/lookup.ts';
import {type Evidence, fresh, type HostEvidence} from './evidence.ts';
import type {Fact} from './finding.ts';

/** An installation that was read, on the host that it is on. */
export type Read = {readonly host: string; readonly installation: Installation; readonly atMs: number | undefined};

/** Where the settings could be read. What could not be is told by the check of the configuration. */
export const installations = ({hosts}: Evidence): readonly Read[] => hosts.flatMap(read);

/** Without units a host has no installation, only the defaults of Airflow. */
function read({host, units, installation}: HostEvidence): readonly Read[] {
  const value = fresh(installation);
  const runs = fresh(units);
  if (value === undefined || runs === undefined || runs.units.length + runs.loose.length === 0) return [];
  return [{host, installation: value, atMs: installation.atMs}];
}

/** A setting as it stands on some hosts. */
export type Stands = {
  /** Undefined: only Airflow can say (a command, a secrets backend). */
  readonly value: string | undefined;
  readonly hosts: readonly string[];
  readonly evidence: readonly Fact[];
};

export type Wanted = {
  readonly section: string;
  readonly option: string;
  /** What Airflow takes where nothing is set. */
  readonly byDefault: (installation: Installation) => string | undefined;
};

/** Each value that the setting has, with the hosts that have it. A secret is masked. */
export function standing(evidence: Evidence, {section, option, byDefault}: Wanted): readonly Stands[] {
  const seen = installations(evidence).map(({host, installation, atMs}) => {
    const found = lookup(installation.settings, section, option, installation);
    const value = found === undefined ? byDefault(installation) : found.value;
    const from = found?.setting === undefined ? 'default' : originOf(found.setting.source, installation.configPath);
    const fact: Fact = {
      name: `[${section}] ${option}`,
      value: value === '' ? '(empty)' : (value ?? found?.setting?.unknown ?? 'not known'),
      source: `${from} on ${host}`,
      ...(atMs === undefined ? {} : {atMs}),
    };
    return {host, value, fact};
  });
  const byValue = Map.groupBy(seen, ({value}) => value);
  return [...byValue].map(([value, group]) => ({
    value,
    hosts: group.map(({host}) => host),
    evidence: group.map(({fact}) => fact),
  }));
}

type Source = NonNullable<NonNullable<ReturnType<typeof lookup>>['setting']>['source'];

const originOf = (source: Source, configPath: string): string =>
  source.kind === 'file' ? `${configPath}, line ${source.line}` : `variable ${source.variable} of the units`;

/** "af-1", "af-1 and af-2", "af-1 and 3 others" */
export function named(hosts: readonly string[]): string {
  const [first = '', second] = hosts;
  if (second === undefined) return first;
  return hosts.length === 2 ? `${first} and ${second}` : `${first} and ${hosts.length - 1} others`;
}

/** As Airflow reads a switch. */
export const isTrue = (value: string | undefined): boolean => /^(true|t|1)$/i.test(value?.trim() ?? '');

export const isVersion = ({version}: Installation, major: 2 | 3): boolean => version?.startsWith(`${major}.`) === true;
