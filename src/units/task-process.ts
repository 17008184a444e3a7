import {hasAncestor, inUnit, type Processes} from './processes.ts';
import type {TaskProcess} from './unit.ts';

/**
 * The tasks that live in a unit's cgroup, one entry a task. Which executor there is does not matter: what is in the cgroup
 * ends with it, and nothing else does. (LocalExecutor's and SequentialExecutor's tasks live in the scheduler's, Celery's in the worker's.)
 */
export function tasksIn(processes: Processes, unit: string): readonly TaskProcess[] {
  const own = inUnit(processes, unit).filter(({title}) => taskOf(title) !== undefined);
  const pids = new Set(own.map(({pid}) => pid));
  return own.flatMap(process => {
    const task = taskOf(process.title);
    if (task === undefined || hasAncestor(processes, process, ({pid}) => pids.has(pid))) return [];
    // A worker of LocalExecutor is older than its task; the youngest of a task's processes began with it.
    const ages = own
      .filter(other => other === process || hasAncestor(processes, other, ({pid}) => pid === process.pid))
      .map(({ageMs}) => ageMs);
    return [{pid: process.pid, ageMs: Math.min(...ages), task}];
  });
}

// 2.x: the command line of `airflow tasks run`, and the titles of its supervisor and its runner. 3.x: `airflow worker -- ID`,
// where a worker of LocalExecutor says `LocalExecutor: ID` while it has a task and `<idle>` while it has none (seen on 2.11.0, 3.3.2).
const named = [
  /(?:^|\/)airflow tasks run (\S+) (\S+) (\S+)/,
  /\['airflow', 'tasks', 'run', '([^']*)', '([^']*)', '([^']*)'/,
  /^airflow task runner: (\S+) (\S+) (\S+)/,
] as const;

const anonymous = /^airflow worker -- (?:LocalExecutor: )?([0-9a-f]{8}-[0-9a-f-]{27})$/;

function taskOf(title: string): TaskProcess['task'] | undefined {
  for (const pattern of named) {
    const [, dagId, taskId, runId] = pattern.exec(title) ?? [];
    if (dagId !== undefined && taskId !== undefined && runId !== undefined) return {dagId, taskId, runId};
  }
  const id = anonymous.exec(title)?.[1];
  return id === undefined ? undefined : {id};
}
