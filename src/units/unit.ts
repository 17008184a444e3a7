import type {Component} from '../airflow/component.ts';
import type {ClockAhead} from '../host/clock.ts';

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
  /** How long it has been in this state, by the host's own clock. Undefined: never started since boot. */
  readonly inStateMs: number | undefined;
  readonly mainPid: number | undefined;
  /** What systemd counts for the unit's cgroup; where it counts nothing, the resident memory of its processes, shared pages counted in each. */
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
  /** Another one after each start (systemd 232 and later). */
  readonly invocation?: string;
  /** Processes of tasks that live in the unit and end with it. Absent when the unit's processes cannot be seen. */
  readonly tasks?: readonly TaskProcess[];
  /** Processes of gunicorn that answer requests (webserver of 2.x). Absent when the unit's processes cannot be seen. */
  readonly webWorkers?: number;
  /** Units that systemd stops and restarts together with this one. */
  readonly dependents?: readonly string[];
};

/** A running task, as its process on the host shows it. */
export type TaskProcess = {
  readonly pid: number;
  readonly ageMs: number;
  /** What the title of the process says: 2.x names the task, 3.x the id of the task instance only. */
  readonly task: {readonly dagId: string; readonly taskId: string; readonly runId: string} | {readonly id: string};
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

/** What a component left behind when it was killed: it still holds ports and memory, and no unit ends it. */
export type Orphan = {
  readonly host: string;
  readonly pid: number;
  readonly user: string;
  readonly memoryBytes: number;
  /** The title of the process. */
  readonly title: string;
};

/** What runs Airflow on one host. */
export type HostUnits = {
  readonly host: string;
  /** When it was seen, by the clock of this machine. */
  readonly seenAtMs: number;
  readonly clockAhead?: ClockAhead;
  readonly units: readonly Unit[];
  readonly loose: readonly LooseProcess[];
  readonly orphans?: readonly Orphan[];
  /** When all units of the host were looked through, by the clock of this machine; other reads look at the known ones. */
  readonly discoveredAtMs?: number;
};
