import type {Task} from '../../src/airflow/api.ts';
import type {Console} from '../../src/console.ts';
import {taskTitle} from '../../src/reader/task.ts';
import type {Unit} from '../../src/units/unit.ts';
import {shortName} from '../../src/units/words.ts';
import type {ReaderSubject} from './reader.tsx';

/** The journal of a unit. */
export const journalSubject = ({logs}: Console, unit: Unit): ReaderSubject => ({
  key: `${unit.host}-${unit.name}`,
  title: `Journal of ${shortName(unit)} on ${unit.host}`,
  open: () => logs.journal(unit),
  together: () => logs.journals(),
});

/** The log of a try of a task; `show` opens another. */
export function taskSubject(
  {logs}: Console,
  task: Task,
  tryNumber: number,
  show: (tryNumber: number) => void,
): ReaderSubject {
  const tried = {...task, tryNumber};
  const {dagId, runId, taskId, mapIndex = ''} = task;
  return {
    key: `${dagId}-${runId}-${taskId}${mapIndex}-${tryNumber}`,
    title: taskTitle(tried),
    open: signal => logs.task(tried, signal),
    tries: {at: tryNumber, last: Math.max(tryNumber, task.tryNumber), open: show},
  };
}

/** A file on a host. */
export const fileSubject = ({logs}: Console, host: string, path: string): ReaderSubject => ({
  key: `${host}${path}`,
  title: `${path} on ${host}`,
  open: () => logs.file(host, path),
});
