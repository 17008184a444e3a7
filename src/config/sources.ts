import type {ConfigDocument} from './document.ts';

/** Where a variable of a unit comes from. `process`: a file of the unit cannot be read, so the running process was asked. */
export type VariableOrigin =
  | {readonly kind: 'unit'}
  | {readonly kind: 'file'; readonly path: string}
  | {readonly kind: 'process'; readonly pid: number};

export type Variable = {readonly value: string; readonly from: VariableOrigin};

/** The environment that systemd gives to a unit. Holds secrets: not for printing. */
export type UnitEnvironment = {
  readonly unit: string;
  readonly variables: ReadonlyMap<string, Variable>;
};

/** All that decides the settings of Airflow on one host. */
export type ConfigSources = {
  /** One entry for each unit; empty where no unit runs Airflow. */
  readonly environments: readonly UnitEnvironment[];
  /** What `~` and `~name` stand for, by user name; the Airflow user's is under ''. */
  readonly homes: ReadonlyMap<string, string>;
  readonly document: ConfigDocument | undefined;
};
