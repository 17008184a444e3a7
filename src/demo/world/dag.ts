import type {Timetable} from './timetable.ts';

/** A parameter as Airflow serialises it: a JSON schema and the default. Without `value` a run must give one. */
export type ParamSpec = {
  readonly value?: unknown;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly description: string | null;
};

export type TaskSpec = {
  readonly id: string;
  readonly operator: string;
  /** How long it runs in the demo. */
  readonly seconds: number;
};

/** A DAG of the demo: what its file says. Its tasks run one after the other. */
export type DagSpec = {
  readonly id: string;
  readonly description: string | null;
  readonly owner: string;
  readonly tags: readonly string[];
  readonly timetable: Timetable;
  readonly tasks: readonly [TaskSpec, ...TaskSpec[]];
  readonly paused: boolean;
  /** The task that always fails. */
  readonly fails?: string;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** Relative to the DAG folder. */
  readonly file: string;
  /** How many runs it had before the demo began, and which of them failed, counted from the newest (0). */
  readonly past: number;
  readonly pastFailures: readonly number[];
};
