import {expect, test} from 'vitest';
import type {AirflowApi, DagDetails} from '../../../src/airflow/api.ts';
import {setPaused} from '../../../src/dags/pause.ts';
import {execute} from '../../../src/operations/execute.ts';
import type {Operation} from '../../../src/operations/operation.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {cron, dag, details} from './dag.ts';

const now = Date.UTC(2026, 2, 4);
const never = new AbortController().signal;

/** Remembers what was set. DAGs that are not `all` are on. `refuses`: the one that Airflow does not know any more. */
function fake(all: readonly DagDetails[] = [], refuses?: string) {
  const set: [string, boolean][] = [];
  const state = new Map<string, boolean>();
  const api = {
    dag: async (id: string) => {
      if (id === refuses) throw new Problem('airflow.not-found', id);
      const known = all.find(each => each.id === id) ?? details(id, {paused: false});
      return {...known, paused: state.get(id) ?? known.paused};
    },
    setPaused: async (id: string, paused: boolean) => {
      state.set(id, paused);
      set.push([id, paused]);
    },
  } as unknown as AirflowApi;
  return {set, state, context: {airflow: async () => api, now: () => now}};
}

const walk = async (operation: Operation) => execute(operation.id, await operation.plan(never), never);

test('DAGs that are so already are left out, and the preview says how many', async () => {
  const {set, context} = fake();
  const dags = [dag('a', {paused: false}), dag('b'), dag('c', {paused: false})];
  const operation = setPaused(context, dags, true);
  const plan = await operation.plan(never);
  expect(plan.title).toBe('Pause 3 DAGs');
  expect(plan.steps.map(({text}) => text)).toEqual(['Pause a', 'Pause c']);
  expect(plan.warnings).toEqual(['1 of them is paused already.', 'Runs that have begun go on to their end.']);
  expect(set).toEqual([]);
  await walk(operation);
  expect(set).toEqual([
    ['a', true],
    ['c', true],
  ]);
});

test('marked DAGs that the filter hides are named', async () => {
  const {context} = fake();
  const plan = await setPaused(context, [dag('a'), dag('b'), dag('c')], false, 2).plan(never);
  expect(plan.warnings).toContain('2 of the marked DAGs are hidden by the filter.');
});

test('taking back sets in reverse what was set, and nothing else', async () => {
  const {set, context} = fake();
  const report = await walk(setPaused(context, [dag('a', {paused: false}), dag('b'), dag('c', {paused: false})], true));
  expect(report.outcome).toBe('done');
  if (report.undo === undefined) throw new Error('nothing to take back');
  const plan = await report.undo.plan(never);
  expect(plan.title).toBe('Unpause 2 DAGs');
  expect(plan.steps.map(({text}) => text)).toEqual(['Unpause c', 'Unpause a']);
  await walk(report.undo);
  expect(set.slice(2)).toEqual([
    ['c', false],
    ['a', false],
  ]);
});

test('what somebody else has set meanwhile is neither set again nor taken back', async () => {
  const {set, state, context} = fake();
  const operation = setPaused(context, [dag('a', {paused: false}), dag('b', {paused: false})], true);
  const plan = await operation.plan(never);
  state.set('a', true);
  const report = await execute(operation.id, plan, never);
  expect(report.results.map(({said}) => said)).toEqual(['was paused already', 'paused']);
  expect(set).toEqual([['b', true]]);
  expect((await report.undo?.plan(never))?.steps.map(({text}) => text)).toEqual(['Unpause b']);
});

test('the first failure stops; only what was done can be taken back', async () => {
  const {set, context} = fake([], 'b');
  const dags = ['a', 'b', 'c'].map(id => dag(id, {paused: false}));
  const report = await walk(setPaused(context, dags, true));
  expect(report.outcome).toBe('failed');
  expect(report.results.map(({outcome}) => outcome)).toEqual(['done', 'failed', 'not-done']);
  expect((await report.undo?.plan(never))?.steps.map(({text}) => text)).toEqual(['Unpause a']);
  expect(set).toEqual([['a', true]]);
});

test('an unpause says what catch-up starts, and how many at a time', async () => {
  const long = {schedule: cron('0 0 * * *'), nextRunAtMs: Date.UTC(2026, 1, 1), timezone: 'UTC'};
  const {context} = fake([
    details('catching_up', {...long, maxActiveRuns: 4}),
    details('newest_only', {...long, catchup: false}),
    details('unknown', {...long, schedule: {kind: 'other', description: 'On working days'}}),
    details('later', {...long, nextRunAtMs: now + 1}),
    details('ancient', {...long, schedule: cron('* * * * *'), nextRunAtMs: 0}),
  ]);
  const dags = ['catching_up', 'newest_only', 'unknown', 'later', 'ancient'].map(id => dag(id));
  expect((await setPaused(context, dags, false).plan(never)).warnings).toEqual([
    'catching_up: catch-up starts 32 runs at once, 4 at a time.',
    'newest_only: its schedule starts 1 run at once.',
    'unknown: how many runs start at once cannot be told from its schedule.',
    'ancient: catch-up starts more than 10000 runs at once.',
  ]);
});

test('of many DAGs the first 20 are looked at, and the preview says so', async () => {
  const {context} = fake();
  const dags = Array.from({length: 25}, (_, index) => dag(`dag_${index}`));
  const {steps, warnings} = await setPaused(context, dags, false).plan(never);
  expect(steps).toHaveLength(25);
  expect(warnings).toEqual(['The other 5 DAGs were not looked at.']);
});

test('nothing to do has no steps', async () => {
  const {steps, warnings} = await setPaused(fake().context, [dag('a')], true).plan(never);
  expect(steps).toEqual([]);
  expect(warnings).toEqual(['It is paused already.']);
});

test('a protected profile wants its name typed, also to take it back', async () => {
  const {context} = fake();
  const operation = setPaused({...context, protect: 'prod'}, [dag('a', {paused: false})], true);
  expect((await operation.plan(never)).confirm).toEqual({by: 'typing', word: 'prod'});
  const report = await walk(operation);
  expect((await report.undo?.plan(never))?.confirm).toEqual({by: 'typing', word: 'prod'});
});

test('a hostile name is harmless in the preview, and sent as it is', async () => {
  const id = 'etl\x1b[31m\u202e\nx';
  const {set, context} = fake();
  const operation = setPaused(context, [dag(id, {paused: false})], true);
  const plan = await operation.plan(never);
  expect([plan.title, ...plan.steps.map(({text}) => text)]).toEqual(['Pause etl x', 'Pause etl x']);
  await walk(operation);
  expect(set).toEqual([[id, true]]);
});
