import {uuid} from './chance.ts';
import type {DagSpec} from './dag.ts';

export type TaskInstance = {
  readonly id: string;
  readonly taskId: string;
  readonly operator: string;
  readonly seconds: number;
  /** As Airflow writes it; null before the scheduler looked at it. */
  state: string | null;
  tryNumber: number;
  scheduledAt: number | undefined;
  queuedAt: number | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  pid: number | undefined;
};

export type RunState = 'queued' | 'running' | 'success' | 'failed';

/** A run of a DAG. Times are milliseconds since 1970. */
export type DemoRun = {
  /** The number of its row: runs are listed by it. */
  readonly seq: number;
  readonly dagId: string;
  readonly id: string;
  readonly type: 'scheduled' | 'manual' | 'asset_triggered';
  readonly logicalAt: number | undefined;
  readonly runAfter: number;
  readonly queuedAt: number;
  readonly conf: Readonly<Record<string, unknown>>;
  readonly note: string | null;
  readonly user: string | null;
  readonly tasks: readonly TaskInstance[];
  state: RunState;
  startedAt: number | undefined;
  endedAt: number | undefined;
  decidedAt: number | undefined;
  updatedAt: number;
};

export type NewRun = {
  readonly id: string;
  readonly type: DemoRun['type'];
  readonly logicalAt?: number | undefined;
  readonly runAfter: number;
  readonly queuedAt: number;
  readonly conf?: Readonly<Record<string, unknown>>;
  readonly note?: string | null;
  readonly user?: string | null;
};

/** A queued run with its tasks, none of them started. */
export const createRun = (dag: DagSpec, seq: number, made: NewRun): DemoRun => ({
  seq,
  dagId: dag.id,
  id: made.id,
  type: made.type,
  logicalAt: made.logicalAt,
  runAfter: made.runAfter,
  queuedAt: made.queuedAt,
  conf: made.conf ?? {},
  note: made.note ?? null,
  user: made.user ?? null,
  state: 'queued',
  startedAt: undefined,
  endedAt: undefined,
  decidedAt: undefined,
  updatedAt: made.queuedAt,
  tasks: dag.tasks.map(task => ({
    id: uuid(made.queuedAt, `${dag.id}/${made.id}/${task.id}`),
    taskId: task.id,
    operator: task.operator,
    seconds: task.seconds,
    state: null,
    tryNumber: 0,
    scheduledAt: undefined,
    queuedAt: undefined,
    startedAt: undefined,
    endedAt: undefined,
    pid: undefined,
  })),
});

/** `2026-11-22T02:00:00+00:00`, as in the ids of runs; a fraction only where there is one. */
export const isoOffset = (ms: number): string => isoTime(ms).replace('Z', '+00:00');

/** `2026-11-22T15:42:14.781223Z`: microseconds, and no fraction at all for a full second. */
export function isoTime(ms: number): string {
  const text = new Date(ms).toISOString();
  if (Math.floor(ms) % 1000 === 0) return `${text.slice(0, 19)}Z`;
  const micros = Math.floor((ms * 7919) % 1000);
  return `${text.slice(0, 23)}${String(micros).padStart(3, '0')}Z`;
}
