import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {DemoRun, TaskInstance} from '../world/run.ts';
import {isoTime} from '../world/run.ts';
import type {Folder} from './folder.ts';

/** Where Airflow keeps the log of a try of a task, below the log folder. */
export const taskLogPath = (dagId: string, runId: string, taskId: string, tryNumber: number): string =>
  `dag_id=${dagId}/run_id=${runId}/task_id=${taskId}/attempt=${tryNumber}.log`;

/** Lines of JSON, as 3.3 writes them. */
export function taskLog(run: DemoRun, task: TaskInstance, {dags}: Folder): string {
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
    lines.push(line(ended - 60, 'Task failed with exception', 'error', 'task'));
    lines.push(line(ended - 50, 'ValueError: this fails on purpose', 'error', 'task'));
  } else lines.push(line(ended - 50, 'Command exited with return code 0'));
  lines.push(line(ended, `Task instance is in ${task.state} state`, 'info', 'task'));
  return lines.join('');
}

export function writeTaskLog(run: DemoRun, task: TaskInstance, folder: Folder): void {
  const path = join(folder.logs, taskLogPath(run.dagId, run.id, task.taskId, task.tryNumber));
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, taskLog(run, task, folder));
}
