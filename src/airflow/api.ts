import type {Param} from './param.ts';

/**
 * Airflow's REST API in windsock's words. Two adapters answer it: v1 (Airflow 2.0–2.11) and v2 (3.0–3.3).
 * Every method throws `Problem` (`airflow.*`) for what can be expected to fail; none returns "nothing" for a failure.
 * Times are milliseconds since 1970, UTC.
 */
export interface AirflowApi {
  readonly major: 2 | 3;
  /** As Airflow says it: "2.11.0". */
  readonly version: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** What each component says of itself. Needs no login, and so tells whether the web server is alive. */
  health(signal?: AbortSignal): Promise<AirflowHealth>;
  /** All DAGs that are not stale, a page as soon as it is there; pages may come out of order of their ids. */
  dags(signal?: AbortSignal): AsyncIterable<DagPage>;
  /** The ids of all DAGs that this login is shown, stale ones too. Throws `airflow.needs-version` before 2.1. */
  allDagIds(signal?: AbortSignal): Promise<{readonly ids: ReadonlySet<string>; readonly total: number}>;
  /** One DAG with what only its details have: params, catch-up, its next interval. */
  dag(dagId: string, signal?: AbortSignal): Promise<DagDetails>;
  /**
   * The newest runs of some DAGs in one request, newest first for each. A DAG that is absent from the answer
   * has no run, unless `truncated` says that the server cut the answer.
   */
  recentRuns(dagIds: readonly string[], perDag: number, signal?: AbortSignal): Promise<RecentRuns>;
  /** The newest runs of one DAG, newest first. */
  runs(dagId: string, limit: number, signal?: AbortSignal): Promise<Page<Run>>;
  run(dagId: string, runId: string, signal?: AbortSignal): Promise<Run>;
  tasks(dagId: string, runId: string, signal?: AbortSignal): Promise<Page<Task>>;
  /**
   * The log of a try of a task as the server finds it, as lines; with the token of a part, what came after it. The text may end in the
   * middle of a line. Throws `airflow.not-found` (3.x) where there is no such try; 2.x says so in the text.
   */
  taskLog(of: TaskTry, token?: string, signal?: AbortSignal): Promise<TaskLogPart>;
  /** Task instances of all DAGs in one of the states, oldest first where the server can sort. */
  tasksInStates(states: readonly TaskState[], limit: number, signal?: AbortSignal): Promise<Page<Task>>;
  /** How many runs of all DAGs are in the state. Capability `run-counts`. */
  countRuns(query: RunsQuery, signal?: AbortSignal): Promise<number>;
  /** The runs that `countRuns` counts, the newest first. */
  runsInState(query: RunsQuery, limit: number, signal?: AbortSignal): Promise<Page<Run>>;
  /** Of the runs of a DAG that Airflow still has, the one that started first; undefined where none has started. */
  oldestRun(dagId: string, signal?: AbortSignal): Promise<Run | undefined>;
  /** Starts a run. Never repeated by itself: look at the runs before you trigger again. */
  trigger(dagId: string, request: TriggerRequest): Promise<Run>;
  setPaused(dagId: string, paused: boolean): Promise<void>;
  importErrors(signal?: AbortSignal): Promise<Page<ImportError>>;
  /** All variables of Airflow's database, a page of 100 as soon as it is there. */
  variables(signal?: AbortSignal): AsyncIterable<Page<Variable>>;
  /** Airflow 2.11 fails (`airflow.failed`) where one pool has no limit. */
  pools(signal?: AbortSignal): Promise<Page<Pool>>;
  /** What the components and their processes report as running, the newest heartbeat first. Capability `jobs`. */
  jobs(signal?: AbortSignal): Promise<Page<Job>>;
  /** How many runs of some DAGs are in each state, ever. A DAG that never ran may be absent. Capability `dag-stats`. */
  dagStats(dagIds: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, RunCounts>>;
  /** Whether the API gives this user the configuration, and the secrets in it. Nothing of what came is kept. */
  configExposure(signal?: AbortSignal): Promise<ConfigExposure>;
  /** What a request without any login gets. */
  anonymousAccess(signal?: AbortSignal): Promise<AnonymousAccess>;
  /** What a browser without any login gets. */
  pageAccess(signal?: AbortSignal): Promise<PageAccess>;
  /**
   * Whether Airflow admits this user, by one login. Throws `airflow.busy` where it takes no more logins now. Only on
   * demand: Airflow counts refused logins.
   */
  admitsLogin(user: string, password: string, signal?: AbortSignal): Promise<boolean>;
  /** What the login of the profile may do. Tries nothing that could have an effect. */
  rights(signal?: AbortSignal): Promise<Rights>;
}

/** What only some versions can do; `capabilities.ts` says which. A method that needs an absent one throws `airflow.needs-version`. */
export type Capability =
  /** `fields=` keeps the answers of the DAG list small (2.9–2.11). */
  | 'dag-fields'
  | 'dag-processor-health'
  | 'dag-stats'
  | 'jobs'
  | 'run-counts'
  | 'run-note'
  | 'task-order'
  | 'triggerer-health';

export type Page<T> = {readonly items: readonly T[]; readonly total: number};

export type DagPage = {readonly dags: readonly Dag[]; readonly total: number};

/** What Airflow says of one component; `never` where no such component ever reported. */
export type ComponentHealth = {
  readonly says: 'healthy' | 'unhealthy' | 'never';
  /** Age of the last heartbeat by the server's own clock, at `answeredAtMs`. */
  readonly heartbeatAgeMs?: number;
};

export type AirflowHealth = {
  /** When the answer came, by the clock of this machine. */
  readonly answeredAtMs: number;
  /** How long the answer took. */
  readonly tookMs: number;
  /** How far the server's clock is ahead of this machine's; exact to two seconds and half of `tookMs`. Absent without a Date header. */
  readonly clockAheadMs?: number;
  readonly database: ComponentHealth;
  readonly scheduler: ComponentHealth;
  /** Absent where the version does not report it. */
  readonly triggerer?: ComponentHealth;
  /** Absent where the version does not report it. In 2.x `never` is normal: the scheduler parses. */
  readonly dagProcessor?: ComponentHealth;
};

export type Schedule =
  | {readonly kind: 'none'}
  | {readonly kind: 'cron'; readonly expression: string}
  | {readonly kind: 'every'; readonly everyMs: number}
  | {readonly kind: 'assets'}
  | {readonly kind: 'once'}
  | {readonly kind: 'continuous'}
  | {readonly kind: 'other'; readonly description: string};

export type Dag = {
  readonly id: string;
  readonly displayName: string;
  readonly paused: boolean;
  readonly owners: readonly string[];
  readonly tags: readonly string[];
  readonly schedule: Schedule;
  /** When the scheduler will create the next run. */
  readonly nextRunAtMs?: number;
  /** False where the version does not say (before 2.3). */
  readonly hasImportErrors: boolean;
};

export type DagDetails = Dag & {
  readonly description?: string;
  readonly file?: string;
  readonly params: readonly Param[];
  readonly catchup: boolean;
  readonly maxActiveRuns?: number;
  /** IANA name, as the DAG says it. */
  readonly timezone?: string;
  /** The data interval of the next run. */
  readonly nextInterval?: {readonly startMs: number; readonly endMs: number};
};

export type RunState = 'queued' | 'running' | 'success' | 'failed';

/** Where given, only runs that ended since, by the clock of this machine: the server is asked by its own. */
export type RunsQuery = {readonly state: RunState; readonly endedSinceMs?: number};

export type Run = {
  readonly dagId: string;
  readonly id: string;
  readonly state: RunState;
  /** manual, scheduled, backfill, asset…, as Airflow says it. */
  readonly type: string;
  /** What the run is for. Absent in 3.x where a run has no logical date. */
  readonly logicalAtMs?: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly conf: Readonly<Record<string, unknown>>;
  readonly note?: string;
};

export type RecentRuns = {readonly runs: ReadonlyMap<string, readonly Run[]>; readonly truncated: boolean};

export type TaskState =
  | 'none'
  | 'scheduled'
  | 'queued'
  | 'running'
  | 'restarting'
  | 'deferred'
  | 'sensing'
  | 'up_for_retry'
  | 'up_for_reschedule'
  | 'awaiting_input'
  | 'success'
  | 'failed'
  | 'skipped'
  | 'upstream_failed'
  | 'removed'
  | 'shutdown';

/** A task instance: one task of one run. */
export type Task = {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  /** Set for a mapped task only. */
  readonly mapIndex?: number;
  readonly state: TaskState;
  readonly tryNumber: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly queuedAtMs?: number;
  readonly operator?: string;
  /** The machine that ran it, as Airflow recorded it. */
  readonly hostname?: string;
};

/** A try of a task, counted from 1. `mapIndex` is set for a mapped task only. */
export type TaskTry = Pick<Task, 'dagId' | 'runId' | 'taskId' | 'mapIndex' | 'tryNumber'>;

/** `token` asks for what comes later; absent where Airflow says that the log is complete. */
export type TaskLogPart = {readonly text: string; readonly token?: string};

export type TriggerRequest = {
  readonly conf: Readonly<Record<string, unknown>>;
  /** Airflow makes one where it is absent. */
  readonly runId?: string;
  readonly note?: string;
};

export type ImportError = {
  readonly id: number;
  readonly file: string;
  readonly atMs: number;
  /** Python's traceback, several lines. */
  readonly trace: string;
};

/** A variable as the API gives it: key and value are not cleaned. */
export type Variable = {
  readonly key: string;
  readonly value: VariableValue;
  readonly description?: string;
  /** Absent where the version does not say (2.x). */
  readonly encrypted?: boolean;
};

export type VariableValue =
  | {readonly kind: 'clear'; readonly text: string}
  /** 3.x put `***` in place of parts that it takes for secrets. */
  | {readonly kind: 'redacted'; readonly text: string}
  /** 3.x takes the whole value for a secret, and gives it to nobody. */
  | {readonly kind: 'withheld'}
  /** Airflow cannot decrypt it: its fernet key is not the one that encrypted it. */
  | {readonly kind: 'undecryptable'};

/** A pool: how many tasks of it may run at once, and how many do. */
export type Pool = {
  readonly name: string;
  readonly description?: string;
  readonly slots: number | 'unlimited';
  readonly running: number;
  readonly queued: number;
  /** Absent where the version does not say (before 2.7). */
  readonly scheduled?: number;
  /** Absent where the version does not say (before 2.7). */
  readonly deferred?: number;
  readonly open: number | 'unlimited';
};

/** A process that reports to Airflow's database. */
export type Job = {
  readonly id: number;
  readonly component: 'scheduler' | 'triggerer' | 'dag-processor' | 'other';
  /** As Airflow says it: "SchedulerJob". */
  readonly type: string;
  readonly hostname: string;
  /** "running", though the process may be dead: the age of its heartbeat tells. */
  readonly state: string;
  /** By the server's own clock. Absent without a Date header. */
  readonly heartbeatAgeMs?: number;
  readonly heartbeatAtMs?: number;
  readonly startedAtMs?: number;
};

export type RunCounts = Readonly<Record<RunState, number>>;

/** `[api]` or `[webserver] expose_config`: not given, given without secrets, given with the secrets in clear. */
export type ConfigExposure = 'closed' | 'masked' | 'open';

/** `denies-all`: the API refuses every login too (auth_backend deny_all, the default of 2.0–2.2). */
export type AnonymousAccess = 'refused' | 'open' | 'denies-all';

/** `all-admins`: whoever asks gets the token of an administrator (3.x, simple_auth_manager_all_admins). */
export type PageAccess = 'refused' | 'open' | 'all-admins';

export type Rights =
  /** The roles of the user, as Airflow names them. */
  | {readonly kind: 'roles'; readonly user: string; readonly roles: readonly string[]}
  /** The user may not ask for roles, or has none: what Airflow let it try. */
  | {readonly kind: 'tried'; readonly may: ReadonlySet<Right>}
  | {readonly kind: 'not known'; readonly why: string};

export type Right = 'see DAGs' | 'change DAGs' | 'see variables' | 'see connections';
