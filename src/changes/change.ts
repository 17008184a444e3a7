/** Something that happened to an installation at one time. */
export type Change = {
  /** By the clock of this machine. */
  readonly atMs: number;
  /** Absent: it happened to Airflow as a whole. */
  readonly host?: string;
  readonly kind: ChangeKind;
  /** What it happened to: "airflow-scheduler", "etl.py". */
  readonly subject: string;
  /** The rest of the sentence, for one subject and for several: "was restarted", "were restarted". */
  readonly says: Says;
  /** Those of one kind and group that follow closely are one entry. */
  readonly group: string;
  /** More, in one line, for whoever opens it: versions, a path. */
  readonly detail?: string;
};

export type Says = {readonly one: string; readonly many: string};

export type ChangeKind = keyof typeof kinds;

/**
 * `word` is what the list says; `noun` counts subjects; `level` is how bad it is: `bad` broke something, `notable` may have.
 */
type Kind = {
  readonly word: string;
  readonly noun: {readonly one: string; readonly many: string};
  readonly level: 'bad' | 'notable' | 'plain';
};

/** All that is put on the time line. */
export const kinds = {
  heartbeat: {word: 'heartbeat', noun: {one: 'component', many: 'components'}, level: 'bad'},
  memory: {word: 'memory', noun: {one: 'process', many: 'processes'}, level: 'bad'},
  failure: {word: 'failure', noun: {one: 'unit', many: 'units'}, level: 'bad'},
  boot: {word: 'boot', noun: {one: 'host', many: 'hosts'}, level: 'notable'},
  unit: {word: 'unit', noun: {one: 'unit', many: 'units'}, level: 'plain'},
  command: {word: 'command', noun: {one: 'user', many: 'users'}, level: 'plain'},
  configuration: {word: 'config', noun: {one: 'file', many: 'files'}, level: 'notable'},
  'dag-file': {word: 'DAG file', noun: {one: 'file', many: 'files'}, level: 'plain'},
  removal: {word: 'removed', noun: {one: 'folder', many: 'folders'}, level: 'plain'},
  plugin: {word: 'plugin', noun: {one: 'plugin file', many: 'plugin files'}, level: 'notable'},
  deployment: {word: 'deployed', noun: {one: 'version', many: 'versions'}, level: 'notable'},
  python: {word: 'python', noun: {one: 'Python package', many: 'Python packages'}, level: 'plain'},
  package: {word: 'package', noun: {one: 'package', many: 'packages'}, level: 'plain'},
} as const satisfies Record<string, Kind>;
