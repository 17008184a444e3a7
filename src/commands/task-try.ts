import type {TaskTry} from '../airflow/api.ts';
import type {Console} from '../console.ts';
import {Problem} from '../problems/problem.ts';

type Named = {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex?: number;
  readonly tryNumber?: number;
};

/** The try that is meant: the last one, where none is named. The hosts may have its log though the API is down: then the try must be named. */
export async function tryOf(console: Console, {tryNumber, ...named}: Named): Promise<TaskTry> {
  if (tryNumber !== undefined) return {...named, tryNumber};
  const {items} = await console.live.ask(console.queries.tasks(named.dagId, named.runId));
  const task = items.find(each => each.taskId === named.taskId && each.mapIndex === named.mapIndex);
  if (task === undefined) {
    const known = [...new Set(items.map(each => each.taskId))].join(', ');
    throw new Problem('reader.unknown-target', `${named.taskId} is no task of this run; it has: ${known}`);
  }
  return {...named, tryNumber: Math.max(1, task.tryNumber)};
}
