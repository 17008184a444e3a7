import {chance} from './chance.ts';
import type {DagSpec} from './dag.ts';
import {demoDags} from './dags.ts';
import {createRun, type DemoRun, isoOffset, type NewRun, type TaskInstance} from './run.ts';
import {isPeriodic, lastBefore} from './timetable.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What happened before the demo began, oldest first. After `diedAt` nothing was scheduled, only triggered. */
export function pastRuns(now: number, diedAt: number): DemoRun[] {
  const planned: {dag: DagSpec; run: NewRun; finish: (run: DemoRun) => void}[] = [];
  for (const dag of demoDags) {
    // What was due right before the death was never made.
    let at = diedAt - 15_000;
    for (let back = 0; back < dag.past; back++) {
      const runAfter = before(dag, at);
      const failsAt = dag.fails ?? (dag.pastFailures.includes(back) ? dag.tasks[dag.tasks.length - 1]?.id : undefined);
      const finish = (run: DemoRun) => finishPast(dag, run, failsAt, diedAt);
      planned.push({dag, run: newRun(dag, runAfter), finish});
      at = runAfter;
    }
  }
  for (const [dagId, ago, done] of [
    ['ml_train', 124 * MINUTE, 1],
    ['long_sleep', 12 * MINUTE, 0],
  ] as const) {
    const finish = (run: DemoRun) => leaveRunning(run, done);
    planned.push({dag: dagOf(dagId), run: triggered(now - ago), finish});
  }
  planned.push({dag: dagOf('etl_backfill'), run: triggered(now - 3 * MINUTE, {table: 'orders'}), finish: () => {}});
  planned.push({dag: dagOf('with_params'), run: triggered(now - 2 * MINUTE, {ticket: 'OPS-17'}), finish: () => {}});
  planned.push({dag: dagOf('quick_success'), run: triggered(now - MINUTE), finish: () => {}});
  planned.sort((a, b) => a.run.queuedAt - b.run.queuedAt);
  return planned.map(({dag, run, finish}, i) => {
    const made = createRun(dag, i + 1, run);
    finish(made);
    return made;
  });
}

function dagOf(id: string): DagSpec {
  const dag = demoDags.find(each => each.id === id);
  if (!dag) throw new Error(`the demo has no DAG ${id}`);
  return dag;
}

function before(dag: DagSpec, at: number): number {
  const planned = lastBefore(dag.timetable, at);
  if (planned !== undefined) return planned;
  return Math.floor(at - (4 + 20 * chance(`${dag.id}${at % 1e7}`)) * HOUR);
}

const newRun = (dag: DagSpec, runAfter: number): NewRun => {
  const queuedAt = runAfter + Math.floor(300 + 900 * chance(`${dag.id}${runAfter}`));
  if (isPeriodic(dag.timetable)) {
    return {id: `scheduled__${isoOffset(runAfter)}`, type: 'scheduled', logicalAt: runAfter, runAfter, queuedAt};
  }
  const type = dag.timetable.kind === 'asset' ? 'asset_triggered' : 'manual';
  const conf = dag.id === 'with_params' ? {ticket: `OPS-${Math.floor(chance(`${runAfter}`) * 90) + 10}`} : {};
  const id = `${type}__${isoOffset(runAfter)}_${suffix(runAfter)}`;
  return {id, type, runAfter, queuedAt, conf, user: type === 'manual' ? 'admin' : null};
};

const triggered = (at: number, conf = {}): NewRun => ({
  id: `manual__${isoOffset(at)}_${suffix(at)}`,
  type: 'manual',
  runAfter: at,
  queuedAt: at + 12,
  conf,
  user: 'admin',
});

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** The eight letters that Airflow appends to the id of a run without a logical date. */
export const suffix = (ms: number): string =>
  Array.from({length: 8}, (_, i) => letters[Math.floor(chance(`${ms}/${i}`) * letters.length)]).join('');

function begin(task: TaskInstance, at: number): number {
  task.scheduledAt = at;
  task.queuedAt = at + 40;
  task.startedAt = at + 700;
  task.tryNumber = 1;
  task.pid = 20_000 + Math.floor(chance(task.id) * 10_000);
  return task.startedAt;
}

function finishPast(dag: DagSpec, run: DemoRun, failsAt: string | undefined, diedAt: number): void {
  run.startedAt = run.queuedAt + 400;
  let at = run.startedAt;
  let failed = false;
  for (const task of run.tasks) {
    if (failed) {
      task.state = 'upstream_failed';
      task.startedAt = at;
      task.endedAt = at;
      continue;
    }
    const seconds = Math.min(10 + 300 * chance(`${dag.id}${task.taskId}${run.id}`), (diedAt - run.queuedAt) / 5000);
    at = begin(task, at) + Math.floor(seconds * 1000);
    failed = task.taskId === failsAt;
    // Retried once.
    if (failed) task.tryNumber = 2;
    task.state = failed ? 'failed' : 'success';
    task.endedAt = at;
  }
  run.state = failed ? 'failed' : 'success';
  run.endedAt = at + 300;
  run.decidedAt = at + 250;
  run.updatedAt = run.endedAt;
}

function leaveRunning(run: DemoRun, done: number): void {
  run.state = 'running';
  run.startedAt = run.queuedAt + 400;
  let at = run.startedAt;
  run.tasks.slice(0, done + 1).forEach((task, i) => {
    at = begin(task, at);
    if (i < done) at += 45_000;
    task.state = i < done ? 'success' : 'running';
    task.endedAt = i < done ? at : undefined;
  });
  run.decidedAt = at;
  run.updatedAt = at;
}
