import {masked} from '../text.ts';
import type {ConfigOption} from './document.ts';
import {optionOfVariable, Reader, type Reading} from './reading.ts';
import {fingerprint, hasCommand, isSecret, mask} from './secret-options.ts';
import type {ConfigSources, UnitEnvironment, VariableOrigin} from './sources.ts';

export type SettingSource =
  | {
      readonly kind: 'environment';
      readonly variable: string;
      readonly from: VariableOrigin;
      /** The units that have the variable. */
      readonly units: readonly string[];
    }
  | {readonly kind: 'file'; readonly line: number};

/** An option that is set on a host, by airflow.cfg or by the environment of a unit. */
export type Setting = {
  readonly section: string;
  readonly option: string;
  /** As Airflow reads it, but of a secret only what is none. Undefined: `unknown` says why. */
  readonly value: string | undefined;
  readonly unknown?: string;
  readonly source: SettingSource;
  /** What airflow.cfg says, where the environment hides it. */
  readonly overridden?: {readonly value: string | undefined; readonly line: number};
  /** The value for each unit, where they do not agree. */
  readonly differs?: readonly {readonly unit: string; readonly value: string | undefined}[];
  readonly secret: boolean;
  /** Of a secret: tells whether two are the same. */
  readonly fingerprint?: string;
  /** Airflow passes over this line or variable; why. */
  readonly ignored?: string;
  /** The whole value, secret or not. A function, so that no printing of a setting shows it. */
  readonly reveal: () => string | undefined;
};

const lowerCase = 'names are lower-case';
const upperCase = 'names of variables are upper-case';
// AIRFLOW__{TEAM}___{SECTION}__{OPTION}, since 3.2.
const oneTeam = 'it is for one team alone';

/** What is set on a host: in the order of airflow.cfg, then what only the environment has. Defaults are not in it. */
export function settings(sources: ConfigSources): Setting[] {
  const environments: readonly UnitEnvironment[] =
    sources.environments.length > 0 ? sources.environments : [{unit: '', variables: new Map()}];
  const readers = environments.map(environment => ({unit: environment.unit, reader: new Reader(environment, sources)}));
  const found: Setting[] = [];
  const done = new Set<string>();

  const add = (section: string, option: string) => {
    const key = `${section}\0${option}`;
    if (done.has(key)) return;
    done.add(key);
    const readings = readers.map(({unit, reader}) => ({unit, reading: reader.read(section, option)}));
    found.push(setting(section, option, readings, readers[0]?.reader.file(section, option)));
  };

  for (const option of inFileOrder(sources)) {
    const {section, name} = option;
    if (name !== name.toLowerCase() || (section !== 'DEFAULT' && section !== section.toLowerCase())) {
      found.push(ignored(section, name, option.value, {kind: 'file', line: option.line}, lowerCase));
      continue;
    }
    const base = baseOf(section, name);
    if (base !== undefined && sources.document?.index.get(section)?.has(base)) {
      found.push(ignored(section, name, option.value, {kind: 'file', line: option.line}, `${base} is set, too`));
    } else {
      add(section, base ?? name);
    }
  }

  for (const {variables} of environments) {
    for (const [variable, {value, from}] of variables) {
      const named = optionOfVariable(variable, sources.document);
      if (named === undefined) continue;
      const {section, option} = named;
      const why = variable !== variable.toUpperCase() ? upperCase : option.startsWith('_') ? oneTeam : undefined;
      if (why === undefined) {
        add(section, baseOf(section, option) ?? option);
      } else if (!done.has(variable)) {
        done.add(variable);
        const units = environments.filter(each => each.variables.has(variable)).map(each => each.unit);
        found.push(ignored(section, option, value, {kind: 'environment', variable, from, units}, why));
      }
    }
  }
  return found;
}

/** Sections stay together, and in the order in which they first stand. Of duplicates the last is meant. */
function inFileOrder({document}: ConfigSources): ConfigOption[] {
  return [...(document?.index.values() ?? [])].flatMap(options => [...options.values()]);
}

/** `sql_alchemy_conn` of `sql_alchemy_conn_cmd`; undefined where Airflow knows no command for the option. */
function baseOf(section: string, option: string): string | undefined {
  const base = /^(.+)_(?:cmd|secret)$/.exec(option)?.[1];
  return base !== undefined && hasCommand(section, base) ? base : undefined;
}

type UnitReading = {readonly unit: string; readonly reading: Reading | undefined};

type FileReading = Reading & {readonly source: {readonly kind: 'file'; readonly line: number}};

function setting(
  section: string,
  option: string,
  units: readonly UnitReading[],
  file: FileReading | undefined,
): Setting {
  const readings = units.flatMap(({reading}) => reading ?? []);
  // The environment comes first: what a unit without the variable reads is said in `differs`.
  const main = readings.find(({source}) => source.kind === 'environment') ?? readings[0];
  if (main === undefined) throw new Error(`no unit reads ${section}.${option}`);
  // The value of the file is shown, too, where the environment hides it.
  const all = [...readings, ...(file ? [file] : [])];
  const refers = all.some(({refersToSecret}) => refersToSecret);
  const secret = refers || all.some(({value}) => isSecret(section, option, value ?? ''));
  const shown = (value: string | undefined) => {
    if (!secret || value === undefined) return value;
    // What was put into the value may be a secret wherever it stands.
    return refers && value !== '' ? masked : mask(option, value);
  };
  const agree = readings.length === units.length && readings.every(({value}) => value === main.value);
  return {
    section,
    option,
    value: shown(main.value),
    ...(main.unknown !== undefined && {unknown: main.unknown}),
    source: sourceOf(main, units),
    ...(main.source.kind === 'environment' && file && {overridden: {value: shown(file.value), line: file.source.line}}),
    ...(!agree && {differs: units.map(({unit, reading}) => ({unit, value: shown(reading?.value)}))}),
    secret,
    ...(secret && main.value && {fingerprint: fingerprint(main.value)}),
    reveal: () => main.value,
  };
}

function sourceOf(main: Reading, units: readonly UnitReading[]): SettingSource {
  const {source} = main;
  if (source.kind === 'file') return source;
  return {
    ...source,
    units: units.filter(({reading}) => reading?.source.kind === 'environment').map(({unit}) => unit),
  };
}

function ignored(section: string, option: string, value: string, source: SettingSource, why: string): Setting {
  const secret = isSecret(section.toLowerCase(), option.toLowerCase(), value);
  return {
    section,
    option,
    value: secret ? mask(option, value) : value,
    source,
    secret,
    ...(secret && value && {fingerprint: fingerprint(value)}),
    ignored: why,
    reveal: () => value,
  };
}
