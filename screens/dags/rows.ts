import type {Dag, Run, Task} from '../../src/airflow/api.ts';

/** `runs`: the newest ones, oldest first; undefined while they are not known. `nowMs` is what ages are told by. */
export type DagRow = {readonly dag: Dag; readonly runs: readonly Run[] | undefined; readonly nowMs: number};
export type RunRow = {readonly run: Run; readonly nowMs: number};
export type TaskRow = {readonly task: Task; readonly nowMs: number};

/** What tells the tasks of a run apart: "load", "load[3]". */
export const taskName = ({taskId, mapIndex}: Task): string =>
  mapIndex === undefined ? taskId : `${taskId}[${mapIndex}]`;
