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
  /** Task instances of all DAGs in one of the states, oldest first where the server can sort. */
  tasksInStates(states: readonly TaskState[], limit: number, signal?: AbortSignal): Promise<Page<Task>>;
  /** How many runs of all DAGs are in the state, since `sinceMs` by their end where given. */
  countRuns(query: {readonly state: RunState; readonly endedSinceMs?: number}, signal?: AbortSignal): Promise<number>;
  /** Starts a run. Never repeated by itself: look at the runs before you trigger again. */
  trigger(dagId: string, request: TriggerRequest): Promise<Run>;
  setPaused(dagId: string, paused: boolean): Promise<void>;
  importErrors(signal?: AbortSignal): Promise<Page<ImportError>>;
  /** What a request without any login gets. */
  anonymousAccess(signal?: AbortSignal): Promise<AnonymousAccess>;
}

/** What only some versions can do. A screen that needs one that is absent says from which version on. */
export type Capability =
  /** `fields=` keeps the answers of the DAG list small (2.9–2.11). */
  'dag-fields' | 'dag-processor-health' | 'triggerer-health' | 'task-order' | 'run-note';

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

export type AnonymousAccess = 'refused' | 'open';
