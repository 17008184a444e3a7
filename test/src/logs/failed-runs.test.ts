import {expect, test} from 'vitest';
import type {AirflowApi, Run} from '../../../src/airflow/api.ts';
import {type FailedRuns, failedRuns} from '../../../src/logs/failed-runs.ts';
import {Problem} from '../../../src/problems/problem.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 5, 1);
const wish = {failedOlderThanMs: 90 * dayMs, dagIds: [] as readonly string[], nowMs};
const daysAgo = (days: number) => nowMs - days * dayMs;

const run = (dagId: string, id: string, more: Partial<Run> = {}): Run => ({
  ...{dagId, id, state: 'failed', type: 'manual', conf: {}, startedAtMs: daysAgo(50)},
  ...more,
});

type Server = Partial<Pick<AirflowApi, 'countRuns' | 'runsInState' | 'allDagIds' | 'oldestRun'>>;

/** Airflow with the DAGs `a` and `b`, whose first runs are of 60 days ago, and one that failed. */
function ask(server: Server = {}, of: Partial<typeof wish> = {}): Promise<FailedRuns> {
  const api = {
    countRuns: async () => 1,
    runsInState: async () => ({items: [run('a', 'failed', {logicalAtMs: Date.UTC(2026, 3, 2)})], total: 1}),
    allDagIds: async () => ({ids: new Set(['a', 'b']), total: 2}),
    oldestRun: async (dagId: string) => run(dagId, 'first', {startedAtMs: daysAgo(60)}),
    ...server,
  };
  return failedRuns(async () => api as unknown as AirflowApi, {...wish, ...of}, new AbortController().signal);
}

test('a run that Airflow names has failed, another one has not', async () => {
  const {hasFailed, told} = await ask();
  expect(told).toBeUndefined();
  expect(hasFailed({dagId: 'a', runId: 'failed'}, daysAgo(50))).toBe(true);
  expect(hasFailed({dagId: 'a', runId: 'fine'}, daysAgo(50))).toBe(false);
  expect(hasFailed({dagId: 'b', runId: 'failed'}, daysAgo(50))).toBe(false);
});

test('of a run that Airflow may no longer have nobody tells whether it failed', async () => {
  const {hasFailed} = await ask();
  expect(hasFailed({dagId: 'a', runId: 'fine'}, daysAgo(61))).toBeUndefined();
  expect(hasFailed({dagId: 'gone', runId: 'fine'}, daysAgo(50))).toBeUndefined();
  expect(hasFailed({runId: 'fine'}, daysAgo(50))).toBeUndefined();
  const {hasFailed: hasItFailed} = await ask({oldestRun: async () => undefined});
  expect(hasItFailed({dagId: 'a', runId: 'fine'}, daysAgo(50))).toBeUndefined();
});

test('the date in a path of the old layout tells the run; a day alone does not', async () => {
  const {hasFailed} = await ask();
  expect(hasFailed({dagId: 'a', date: '2026-04-02T00:00:00+00:00'}, daysAgo(50))).toBe(true);
  expect(hasFailed({dagId: 'a', date: '2026-04-03T00:00:00+00:00'}, daysAgo(50))).toBe(false);
  expect(hasFailed({dagId: 'a', date: '2026-04-02'}, daysAgo(50))).toBeUndefined();
});

test.each<[string, Server, RegExp]>([
  [
    'does not answer',
    {countRuns: () => Promise.reject(new Problem('airflow.unreachable'))},
    /^The API does not answer, so which runs failed is not known: the logs of all runs stay for 90 d\.$/,
  ],
  [
    'is too old for it',
    {countRuns: () => Promise.reject(new Problem('airflow.needs-version', 'needs Airflow 2.3'))},
    /needs Airflow 2\.3, so which runs failed/,
  ],
  ['has more than can be asked for', {countRuns: async () => 10_001}, /10001 failed runs, and no more than 10000/],
  [
    'has a list that changes while it is read',
    {runsInState: async () => ({items: [run('a', 'failed')], total: 2})},
    /changed while Airflow told it/,
  ],
])('where Airflow %s, it is not known of any run, and that is told', async (_, server, told) => {
  const found = await ask(server);
  expect(found.told).toMatch(told);
  expect(found.hasFailed({dagId: 'a', runId: 'fine'}, daysAgo(50))).toBeUndefined();
});

test('a list that changed once is asked for again', async () => {
  let counted = 0;
  const {hasFailed, told} = await ask({countRuns: async () => (counted++ === 0 ? 2 : 1)});
  expect(told).toBeUndefined();
  expect(hasFailed({dagId: 'a', runId: 'failed'}, daysAgo(50))).toBe(true);
});

test('only the DAGs of the rule are asked for, and of very many a thousand', async () => {
  const asked: string[] = [];
  const oldestRun = async (dagId: string) => {
    asked.push(dagId);
    return run(dagId, 'first');
  };
  await ask({oldestRun}, {dagIds: ['b', 'gone']});
  expect(asked).toEqual(['b']);
  const ids = new Set(Array.from({length: 1_200}, (_, index) => `dag-${index}`));
  const {told} = await ask({oldestRun, allDagIds: async () => ({ids, total: 1_200})});
  expect(asked).toHaveLength(1_001);
  expect(told).toMatch(/^Of 200 DAGs it was not asked/);
});

test('without an API nobody is asked', async () => {
  const {told} = await failedRuns(undefined, wish, new AbortController().signal);
  expect(told).toMatch(/^The profile names no API/);
});
