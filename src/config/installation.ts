import type {Host, RunAs} from '../host/host.ts';
import {expectProblem, type Problem} from '../problems/problem.ts';
import type {Unit} from '../units/unit.ts';
import {parseDocument} from './document.ts';
import {type Setting, settings} from './effective.ts';
import {expandEnvVar} from './expand.ts';
import {type Folders, readFolders} from './folders.ts';
import {type HostFile, openFiles} from './host-files.ts';
import type {ConfigSources, UnitEnvironment} from './sources.ts';
import {readEnvironments} from './unit-environment.ts';
import {readUnitFacts} from './unit-facts.ts';
import {programFolders, readVersion} from './version.ts';

/** airflow.cfg as it was read: `document` in the sources is its content. */
export type ConfigFile = HostFile & {
  /** When it was written, by the clock of this machine. */
  readonly changedAtMs: number;
};

/** Where Airflow is on a host and what decides its settings there. Holds secrets: not for printing. */
export type Installation = ConfigSources &
  Folders & {
    readonly host: string;
    /** The user that Airflow runs as. */
    readonly user: string;
    /** That user, as commands want it. */
    readonly runAs: RunAs;
    readonly airflowHome: string;
    readonly configPath: string;
    /** Undefined: it could not be read, and `problems` says why. */
    readonly file: ConfigFile | undefined;
    /** The files that the units' variables come from. */
    readonly environmentFiles: readonly ConfigFile[];
    /** As installed beside the program of the units: "2.11.0". */
    readonly version: string | undefined;
    /** The interpreter beside the program of the units, for the agent where there is no python3. */
    readonly python: string | undefined;
    readonly settings: readonly Setting[];
    /** The pid files that the commands of the units name (`--pid FILE`). */
    readonly pidFiles: readonly string[];
    /** Units that have another AIRFLOW_HOME or AIRFLOW_CONFIG than the others. */
    readonly strays: readonly {readonly unit: string; readonly variable: string; readonly value: string}[];
    /** What could not be read. */
    readonly problems: readonly Problem[];
  };

export type InstallationOptions = {readonly runAs?: string; readonly airflowHome?: string};

/**
 * Finds Airflow on a host by its units and reads what decides its settings. Files that cannot be read are in `problems`.
 * Throws `Problem` only where the host cannot be asked at all.
 */
export async function readInstallation(
  host: Host,
  units: readonly Unit[],
  options: InstallationOptions = {},
  now: () => number = Date.now,
): Promise<Installation> {
  const loginUser = await host.loginUser();
  const user = options.runAs ?? mostFrequent(units.map(unit => unit.user)) ?? loginUser;
  const runAs: RunAs = user === loginUser ? 'login' : user === 'root' ? 'root' : {user};
  const facts = await readUnitFacts(
    host,
    user,
    units.map(unit => unit.name),
  );
  const clockMs = now() - facts.nowMs;
  const dated = (file: HostFile): ConfigFile => ({...file, changedAtMs: file.mtimeMs + clockMs});

  const folders = programFolders(facts.units.flatMap(unit => unit.commands));
  const python = folders[0] === undefined ? undefined : `${folders[0]}/python`;

  const files = await openFiles(host, {as: runAs, ...(python !== undefined && {python})});
  try {
    const pids = new Map(units.map(unit => [unit.name, unit.mainPid]));
    const read = await readEnvironments(
      facts.units.map(unit => ({...unit, mainPid: pids.get(unit.name)})),
      files.read,
    );
    const home = facts.account?.home ?? `/home/${user}`;
    const homes = new Map([
      ['', home],
      [user, home],
    ]);
    const shell = facts.account?.shell ?? '/bin/sh';
    const environments = read.environments.map(each =>
      withAccount(each, {HOME: home, USER: user, LOGNAME: user, SHELL: shell}),
    );
    const places = locate(environments, homes, options.airflowHome);
    const [file, version] = await Promise.all([
      files.read(places.configPath).catch(expectProblem),
      readVersion(host, folders),
    ]);
    const isRead = !('code' in file);
    const sources: ConfigSources = {environments, homes, document: isRead ? parseDocument(file.bytes) : undefined};
    const found = settings(sources);
    return {
      ...sources,
      ...places,
      host: host.name,
      user,
      runAs,
      file: isRead ? dated(file) : undefined,
      environmentFiles: read.files.map(dated),
      version,
      python,
      settings: found,
      pidFiles: facts.units.flatMap(unit => unit.commands).flatMap(({argv}) => pidFileOf(argv) ?? []),
      ...readFolders(found, {airflowHome: places.airflowHome, version}),
      problems: [...files.problems, ...read.problems, ...(isRead ? [] : [file])],
    };
  } finally {
    files.close();
  }
}

/** Quotes are lost in what systemd prints: a path with a blank is not found. */
const pidFileOf = (argv: string): string | undefined => /\s--pid[ =](\/\S+)/.exec(argv)?.[1];

/** systemd tells the start to the second, and Airflow takes longer than that to begin to read. */
const startSlackMs = 2_000;

/** Whether the file was written after the unit began to run: it then runs with something older. Both by the clock of this machine. */
export const changedAfterStart = (changedAtMs: number, unit: Unit, seenAtMs: number): boolean =>
  unit.state === 'active' && unit.inStateMs !== undefined && changedAtMs > seenAtMs - unit.inStateMs + startSlackMs;

/** As Airflow finds them (1.10 to 3.3): $AIRFLOW_HOME or ~/airflow, and $AIRFLOW_CONFIG or airflow.cfg in it. */
function locate(
  environments: readonly UnitEnvironment[],
  homes: ReadonlyMap<string, string>,
  airflowHome: string | undefined,
): Pick<Installation, 'airflowHome' | 'configPath' | 'strays'> {
  const places = environments.map(({unit, variables}) => {
    const expand = (text: string) => expandEnvVar(text, {variable: name => variables.get(name)?.value, homes});
    const home = expand(variables.get('AIRFLOW_HOME')?.value ?? '~/airflow');
    const config = variables.get('AIRFLOW_CONFIG')?.value;
    return {unit, home, config: config === undefined ? undefined : expand(config)};
  });
  const home =
    airflowHome ??
    mostFrequent(places.map(place => place.home)) ??
    expandEnvVar('~/airflow', {variable: () => undefined, homes});
  const configs = places.map(place => place.config ?? `${place.home}/airflow.cfg`);
  // The home of the profile says which installation is meant; a variable for another one does not count.
  const config =
    airflowHome === undefined ? mostFrequent(configs) : places.find(place => place.home === airflowHome)?.config;
  const configPath = config ?? `${home}/airflow.cfg`;
  const strays = places.flatMap((place, at) => [
    ...(place.home === home ? [] : [{unit: place.unit, variable: 'AIRFLOW_HOME', value: place.home}]),
    ...(place.home !== home || configs[at] === configPath
      ? []
      : [{unit: place.unit, variable: 'AIRFLOW_CONFIG', value: configs[at] ?? ''}]),
  ]);
  return {airflowHome: home, configPath, strays};
}

/** What systemd sets for the user of a unit, where the unit says nothing else. */
function withAccount(environment: UnitEnvironment, account: Readonly<Record<string, string>>): UnitEnvironment {
  const given = Object.entries(account).map(([name, value]) => [name, {value, from: {kind: 'unit'}}] as const);
  return {...environment, variables: new Map([...given, ...environment.variables])};
}

/** The first of those that stand most often. */
export function mostFrequent(values: readonly string[]): string | undefined {
  const counts = Map.groupBy(values, value => value);
  return [...counts.values()].reduce<readonly string[]>(
    (most, each) => (each.length > most.length ? each : most),
    [],
  )[0];
}
