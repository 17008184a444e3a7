import {expect, test} from 'vitest';
import type {AirflowApi, Run, RunState, Task, TaskState} from '../../../src/airflow/api.ts';
import {triggerDag} from '../../../src/dags/trigger.ts';
import {execute} from '../../../src/operations/execute.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {details} from './dag.ts';

const never = new AbortController().signal;
const started = Date.UTC(2026, 2, 4);

const run = (state: RunState): Run => ({
  dagId: 'etl',
  id: 'manual__1',
  state,
  type: 'manual',
  startedAtMs: started,
  ...(state === 'success' || state === 'failed' ? {endedAtMs: started + 252_000} : {}),
  conf: {},
});

const task = (taskId: string, state: TaskState): Task => ({
  dagId: 'etl',
  runId: 'manual__1',
  taskId,
  state,
  tryNumber: 1,
});

type Story = {
  readonly states?: readonly RunState[];
  readonly tasks?: readonly Task[];
  readonly paused?: boolean;
  readonly says?: 'healthy' | 'unhealthy';
  readonly refuses?: Problem;
  /** How often nobody answers when the run is looked at. */
  readonly silences?: number;
};

/** An Airflow whose run goes through these states, one each time it is looked at. */
function fake({states = ['success'], tasks = [], paused = false, says = 'healthy', refuses, silences = 0}: Story = {}) {
  let silent = silences;
  const triggered: unknown[] = [];
  const left = [...states];
  const api = {
    dag: async (id: string) => details(id, {paused}),
    health: async () => ({answeredAtMs: 0, tookMs: 1, database: {says: 'healthy'}, scheduler: {says}}),
    trigger: async (id: string, request: unknown) => {
      if (refuses !== undefined) throw refuses;
      triggered.push([id, request]);
      return run('queued');
    },
    run: async () => {
      if (silent-- > 0) throw new Problem('airflow.unreachable', 'nothing listens there');
      return run((left.length > 1 ? left.shift() : left[0]) ?? 'queued');
    },
    tasks: async () => ({items: tasks, total: tasks.length}),
  } as unknown as AirflowApi;
  return {triggered, context: {airflow: async () => api, now: () => started}};
}

const options = {conf: {table: 'orders'}, follow: true};

test('a preview asks only, and shows what will be sent', async () => {
  const {context, triggered} = fake();
  const plan = await triggerDag(context, 'etl', options).plan(never);
  expect(plan.steps.map(({text}) => text)).toEqual([
    'Start a run with { "table": "orders" }',
    'Follow the run to its end',
  ]);
  expect(plan.warnings).toEqual([]);
  expect(triggered).toEqual([]);
});

test('says that a paused DAG or a dead scheduler lets the run wait', async () => {
  const plan = await triggerDag(fake({paused: true, says: 'unhealthy'}).context, 'etl', options).plan(never);
  expect(plan.warnings).toEqual([
    'The DAG is paused: the run waits until it is unpaused.',
    'The scheduler does not report: the run waits until it does.',
  ]);
});

test('follows the run to its success, and says how long it took', async () => {
  const {context, triggered} = fake({states: ['running', 'success'], tasks: [task('load', 'running')]});
  const said: string[] = [];
  const operation = triggerDag(context, 'etl', options);
  const report = await execute(operation.id, await operation.plan(never), never, ({running}) => {
    if (running?.said !== undefined) said.push(running.said);
  });
  expect(triggered).toEqual([['etl', {conf: {table: 'orders'}}]]);
  expect(report).toMatchObject({outcome: 'done', summary: 'The run succeeded after 4 min 12 s.'});
  expect(report.results[0]?.said).toBe('manual__1');
  expect(said).toContain('running, 0 of 1 tasks done: load');
  expect(report.undo).toBeUndefined();
});

test('a run that failed is a failure, with the tasks that failed', async () => {
  const tasks = [task('extract', 'success'), task('load', 'failed'), task('report', 'upstream_failed')];
  const operation = triggerDag(fake({states: ['failed'], tasks}).context, 'etl', options);
  const report = await execute(operation.id, await operation.plan(never), never);
  expect(report.outcome).toBe('failed');
  expect(report.results.map(({outcome}) => outcome)).toEqual(['done', 'failed']);
  expect(report.results[1]?.problem).toMatchObject({code: 'airflow.run-failed', detail: 'load'});
  expect(report.summary).toBeUndefined();
});

test('an API that is away for a while does not end the following', async () => {
  const said: string[] = [];
  const operation = triggerDag(fake({silences: 1}).context, 'etl', options);
  const report = await execute(operation.id, await operation.plan(never), never, ({running}) => {
    if (running?.said !== undefined) said.push(running.said);
  });
  expect(said).toContain('The Airflow API does not answer; asking again');
  expect(report.outcome).toBe('done');
});

test('leaving does not fail: the run goes on', async () => {
  const leave = new AbortController();
  const operation = triggerDag(fake({states: ['running'], tasks: [task('load', 'running')]}).context, 'etl', options);
  const report = await execute(operation.id, await operation.plan(never), leave.signal, ({running}) => {
    if (running?.said !== undefined) leave.abort();
  });
  expect(report.outcome).toBe('done');
  expect(report.results.map(({outcome, said}) => [outcome, said])).toEqual([
    ['done', 'manual__1'],
    ['done', 'left; the run goes on'],
  ]);
  expect(report.summary).toBeUndefined();
});

test('values that Airflow refuses start nothing', async () => {
  const operation = triggerDag(
    fake({refuses: new Problem('airflow.invalid', 'ticket: no value')}).context,
    'etl',
    options,
  );
  const report = await execute(operation.id, await operation.plan(never), never);
  expect(report.outcome).toBe('failed');
  expect(report.results.map(({outcome}) => outcome)).toEqual(['failed', 'not-done']);
});

test('without following there is one step; who started it is told', async () => {
  const runs: Run[] = [];
  const operation = triggerDag(fake().context, 'etl', {conf: {}, follow: false, onStarted: one => runs.push(one)});
  const plan = await operation.plan(never);
  expect(plan.steps.map(({text}) => text)).toEqual(['Start a run with the defaults']);
  await execute(operation.id, plan, never);
  expect(runs.map(({id}) => id)).toEqual(['manual__1']);
});

test('a plan that was shown twice starts a run of its own each time', async () => {
  const {context, triggered} = fake();
  const operation = triggerDag(context, 'etl', options);
  for (let times = 0; times < 2; times++) await execute(operation.id, await operation.plan(never), never);
  expect(triggered).toHaveLength(2);
});
