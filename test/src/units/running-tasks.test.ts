import {expect, test} from 'vitest';
import type {Task} from '../../../src/airflow/api.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {tasksThatEnd} from '../../../src/units/running-tasks.ts';
import type {TaskProcess, Unit} from '../../../src/units/unit.ts';
import {unit} from './fake-host.ts';

const nowMs = 1_800_000_000_000;
const down = new Problem('airflow.unreachable');
const minute = 60_000;

const named = (taskId: string, ageMs: number): TaskProcess => ({
  pid: 1,
  ageMs,
  task: {dagId: 'etl', taskId, runId: 'manual__1'},
});
const anonymous = (ageMs: number): TaskProcess => ({pid: 1, ageMs, task: {id: '01a2'}});
const task = (taskId: string, ageMs: number): Task => ({
  dagId: 'ml',
  runId: 'r',
  taskId,
  state: 'running',
  tryNumber: 1,
  startedAtMs: nowMs - ageMs,
});
const scheduler = (tasks: readonly TaskProcess[]): Unit => unit({tasks});
const hiddenScheduler = (): Unit => {
  const {tasks: _, ...rest} = unit({});
  return rest;
};
const say = (of: Unit, told: Parameters<typeof tasksThatEnd>[1]) => tasksThatEnd(of, told, nowMs);

test('tasks whose processes name them are listed with their ages, whether the API answers or not', () => {
  const text = 'Ends 2 running tasks: etl.load (12 min), etl.join (2 h 4 min).';
  const tasks = [named('load', 12 * minute), named('join', 124 * minute)];
  expect(say(scheduler(tasks), [])).toBe(text);
  expect(say(scheduler(tasks), down)).toBe(text);
});

test('at most five are listed', () => {
  const tasks = Array.from({length: 12}, (_, index) => named(`t${index}`, minute));
  expect(say(scheduler(tasks), [])).toBe(
    'Ends 12 running tasks: etl.t0 (1 min), etl.t1 (1 min), etl.t2 (1 min), etl.t3 (1 min), etl.t4 (1 min) and 7 more.',
  );
});

test('tasks of 3.x are named by Airflow, found by their start', () => {
  expect(say(scheduler([anonymous(minute)]), [task('fit', minute + 900), task('old', 60 * minute)])).toBe(
    'Ends 1 running task: ml.fit (1 min).',
  );
});

test('where it cannot be told which of some tasks ends, that is said', () => {
  expect(say(scheduler([anonymous(minute)]), [task('a', minute), task('b', minute + 1_000)])).toBe(
    'Ends 1 of these 2 running tasks: ml.a (1 min), ml.b (1 min 1 s).',
  );
  expect(say(scheduler([anonymous(minute), anonymous(9 * minute)]), [task('a', minute)])).toBe(
    'Ends 2 running tasks: ml.a (1 min), and 1 that Airflow does not name.',
  );
  expect(say(scheduler([anonymous(minute)]), [])).toBe('Ends 1 running task (1 min). Airflow names none.');
  expect(say(scheduler([anonymous(minute)]), down)).toBe(
    'Ends 1 running task (1 min). The API does not answer, so no name is known.',
  );
});

test('tasks that run elsewhere (Celery, Kubernetes) go on', () => {
  expect(say(scheduler([]), [task('a', minute), task('b', minute)])).toBe(
    '2 running tasks of Airflow run elsewhere, not in airflow-scheduler: nothing ends them.',
  );
  expect(say(scheduler([]), [])).toBeUndefined();
});

test('while the API does not answer, the processes are the evidence', () => {
  expect(say(scheduler([]), down)).toBe(
    'The API does not answer; by the processes on af-1 no task runs in airflow-scheduler.',
  );
});

test('where neither processes nor the API tell, that is said with where to look', () => {
  expect(say(hiddenScheduler(), down)).toBe(
    'The API does not answer: whether tasks run in airflow-scheduler is not known. Look at "systemctl status airflow-scheduler.service" on af-1 as root.',
  );
  expect(say(hiddenScheduler(), [task('a', minute)])).toBe(
    'May end 1 running task: ml.a (1 min). Which of them run in airflow-scheduler is not known.',
  );
});

test('a unit that does not run, or has no tasks by its nature, ends none', () => {
  expect(say(unit({state: 'failed'}), down)).toBeUndefined();
  expect(say(unit({component: 'triggerer'}), [task('a', minute)])).toBeUndefined();
});
