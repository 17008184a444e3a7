import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {DemoRun, TaskInstance} from '../world/run.ts';
import {isoTime} from '../world/run.ts';
import type {Folder} from './folder.ts';

/** Where Airflow keeps the log of a try of a task, below the log folder. */
export const taskLogPath = (dagId: string, runId: string, taskId: string, tryNumber: number): string =>
  `dag_id=${dagId}/run_id=${runId}/task_id=${taskId}/attempt=${tryNumber}.log`;

/** How an earlier try of a task went: it failed, some minutes before. */
export const earlierTry = (task: TaskInstance, tryNumber: number): TaskInstance => {
  const beforeMs = (task.tryNumber - tryNumber) * 300_000;
  if (beforeMs === 0) return task;
  const startedAt = (task.startedAt ?? 0) - beforeMs;
  return {...task, tryNumber, state: 'failed', startedAt, endedAt: startedAt + 1_500};
};

/** Lines of JSON, as 3.3 writes them. */
export function taskLog(run: DemoRun, task: TaskInstance, {dags}: Pick<Folder, 'dags'>): string {
  const began = task.startedAt ?? 0;
  const line = (atMs: number, event: string, level = 'info', logger = 'task.stdout') =>
    `${JSON.stringify({timestamp: isoTime(atMs), event, level, logger})}\n`;
  const lines = [
    line(began, '::group::Pre Execute', 'info', 'task'),
    line(
      began + 150,
      'DAG bundles loaded: dags-folder',
      'info',
      'airflow.dag_processing.bundles.manager.DagBundlesManager',
    ),
    line(
      began + 180,
      `Filling up the DagBag from ${dags}/${run.dagId}.py`,
      'info',
      'airflow.dag_processing.dagbag.BundleDagBag',
    ),
    line(began + 240, '::endgroup::', 'info', 'task'),
    line(began + 260, `Running command: ['/usr/bin/bash', '-c', 'echo ${task.taskId}']`),
    line(began + 400, task.taskId),
  ];
  const ended = task.endedAt;
  if (ended === undefined) return lines.join('');
  if (task.state === 'failed') {
    lines.push(failure(ended - 60, task, run, dags));
  } else lines.push(line(ended - 50, 'Command exited with return code 0'));
  lines.push(line(ended, `Task instance is in ${task.state} state`, 'info', 'task'));
  return lines.join('');
}

/** An exception with its frames, in one line. */
function failure(atMs: number, {taskId}: TaskInstance, {dagId}: DemoRun, dags: string): string {
  const frames = [
    {
      filename: '/opt/airflow/venv/lib/python3.12/site-packages/airflow/sdk/execution_time/task_runner.py',
      lineno: 1504,
      name: 'run',
    },
    {filename: `${dags}/${dagId}.py`, lineno: 12, name: taskId},
  ];
  const detail = {exc_type: 'ValueError', exc_value: 'this fails on purpose', exc_notes: [], is_cause: false, frames};
  const event = {timestamp: isoTime(atMs), event: 'Task failed with exception', level: 'error', logger: 'task'};
  return `${JSON.stringify({...event, error_detail: [detail]})}\n`;
}

export function writeTaskLog(run: DemoRun, task: TaskInstance, folder: Folder): void {
  const path = join(folder.logs, taskLogPath(run.dagId, run.id, task.taskId, task.tryNumber));
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, taskLog(run, task, folder));
}
