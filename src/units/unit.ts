import type {Component} from '../airflow/component.ts';

/** A systemd unit that runs a component on a host, as it was seen at one time. */
export type Unit = {
  /** With its suffix: "airflow-scheduler.service". */
  readonly name: string;
  /** The name of the host. */
  readonly host: string;
  readonly component: Component;
  readonly state: UnitState;
  /** systemd's finer word: running, auto-restart, stop-sigterm, dead … */
  readonly subState: string;
  /** How long it has been in this state, by the host's monotonic clock. Undefined: never started since boot. */
  readonly inStateMs: number | undefined;
  readonly mainPid: number | undefined;
  /** Resident memory of the unit's processes. */
  readonly memoryBytes: number | undefined;
  /** Automatic restarts by systemd since the last start by hand. */
  readonly restarts: number | undefined;
  /** How it ended last: "exit-code", "signal", "success" … and with what. */
  readonly ended: UnitEnd | undefined;
  /** How long systemd lets it stop before it kills it. Undefined: for ever. */
  readonly stopTimeoutMs: number | undefined;
  /** The user that the unit runs as. */
  readonly user: string;
  readonly enabled: string;
  readonly needsDaemonReload: boolean;
};

export type UnitState =
  | 'active'
  | 'reloading'
  | 'activating'
  | 'deactivating'
  | 'inactive'
  | 'failed'
  | 'masked'
  | 'maintenance'
  | 'missing';

export type UnitEnd = {
  /** systemd's `Result`. */
  readonly result: string;
  readonly exitCode?: number;
  /** The number of the signal that ended the main process. */
  readonly signal?: number;
};

/** A process of Airflow that no unit owns: `airflow scheduler -D`, `standalone`, supervisord, a container. */
export type LooseProcess = {
  readonly host: string;
  readonly component: Component;
  readonly pid: number;
  readonly user: string;
  readonly memoryBytes: number;
  /** Why windsock cannot restart it, in one sentence. */
  readonly why: string;
};

/** What runs Airflow on one host. */
export type HostUnits = {
  readonly host: string;
  /** When it was seen, by the clock of this machine. */
  readonly seenAtMs: number;
  readonly units: readonly Unit[];
  readonly loose: readonly LooseProcess[];
};
