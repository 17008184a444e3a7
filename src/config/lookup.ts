import type {Setting} from './effective.ts';

export type Found = {
  readonly section: string;
  readonly option: string;
  /** Undefined: it is set, but only Airflow can say to what (a command, a secrets backend). Masked if it is a secret. */
  readonly value: string | undefined;
  readonly setting?: Setting;
};

type Place = {readonly section: string; readonly option: string; readonly since?: string; readonly until?: string};

type Known = {
  /** The newest name first. `until` is the first version that does not read it any more. */
  readonly places: readonly [Place, ...Place[]];
  /** Since and until which version the option exists at all. */
  readonly since?: string;
  readonly until?: string;
  readonly byDefault?: string;
};

/** Where the versions from 1.10 to 3.3 look for folders and the database, and what they take by default. */
const known: readonly Known[] = [
  {places: [{section: 'core', option: 'dags_folder'}], byDefault: '{AIRFLOW_HOME}/dags'},
  {
    places: [
      {section: 'logging', option: 'base_log_folder', since: '2.0'},
      {section: 'core', option: 'base_log_folder', until: '3.0'},
    ],
    byDefault: '{AIRFLOW_HOME}/logs',
  },
  {
    places: [
      {section: 'logging', option: 'log_filename_template', since: '2.0'},
      {section: 'core', option: 'log_filename_template', until: '3.0'},
    ],
  },
  {
    places: [
      {section: 'logging', option: 'dag_processor_manager_log_location', since: '2.0'},
      {section: 'core', option: 'dag_processor_manager_log_location'},
    ],
    until: '3.0',
    byDefault: '{AIRFLOW_HOME}/logs/dag_processor_manager/dag_processor_manager.log',
  },
  {
    places: [{section: 'scheduler', option: 'child_process_log_directory'}],
    until: '3.0',
    byDefault: '{AIRFLOW_HOME}/logs/scheduler',
  },
  {
    places: [{section: 'logging', option: 'dag_processor_child_process_log_directory'}],
    since: '3.0',
    byDefault: '{AIRFLOW_HOME}/logs/dag_processor',
  },
  {
    places: [
      {section: 'database', option: 'sql_alchemy_conn', since: '2.3'},
      // 3.3.2 still reads it, with a warning.
      {section: 'core', option: 'sql_alchemy_conn'},
    ],
    byDefault: 'sqlite:///{AIRFLOW_HOME}/airflow.db',
  },
];

export type LookupContext = {
  readonly airflowHome: string;
  /** "2.11.0". Undefined: every name counts, the newest first. */
  readonly version?: string | undefined;
};

/**
 * What Airflow reads for an option, by its newest or an older name, or by default. Undefined: nothing is set, and no default
 * is known here or this version has no such option.
 */
export function lookup(
  settings: readonly Setting[],
  section: string,
  option: string,
  {airflowHome, version}: LookupContext,
): Found | undefined {
  const entry = known.find(({places}) => places.some(place => place.section === section && place.option === option));
  if (entry && !exists(entry, version)) return undefined;
  const places = (entry?.places ?? [{section, option}]).filter(place => exists(place, version));
  const at = (where: string, name: string) =>
    settings.filter(each => each.ignored === undefined && each.section === where && each.option === name);
  const set = places.flatMap(place => [...at(place.section, place.option), ...at('DEFAULT', place.option)]);
  // A variable with an old name wins against a line with the new one.
  const setting = set.find(each => each.source.kind === 'environment') ?? set[0];
  if (setting) return {section: setting.section, option: setting.option, value: setting.value, setting};
  const [newest] = places;
  if (entry?.byDefault === undefined || !newest) return undefined;
  return {...newest, value: entry.byDefault.replace('{AIRFLOW_HOME}', () => airflowHome)};
}

function exists({since, until}: {since?: string; until?: string}, version: string | undefined): boolean {
  if (version === undefined) return true;
  return (since === undefined || !isBefore(version, since)) && (until === undefined || isBefore(version, until));
}

/** By major and minor number. */
function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(part => Number.parseInt(part, 10));
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
