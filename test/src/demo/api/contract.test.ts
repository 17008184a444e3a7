import {afterAll, beforeAll, expect, test} from 'vitest';
import {endpoints} from '../../../../src/demo/api/router.ts';
import {differences} from '../shape.ts';
import {type Api, openApi, recorded} from './client.ts';

let api: Api;
let runId: string;

beforeAll(async () => {
  api = await openApi();
  api.world.unit('scheduler').start();
  await api.clock.advance(8000);
  const run = api.world.runs.all().find(each => each.dagId === 'etl_daily' && each.state === 'success');
  runId = run?.id ?? '';
});
afterAll(() => api.close());

/** Null in OpenAPI's document, and in no recording. */
const nullable = {triggering_user_name: null};
const run = (body: unknown) => ({...(body as object), ...nullable});

/** An endpoint of the demo: how it is asked, and the recorded answers that its answer must look like. */
const looks: readonly {
  endpoint: string;
  ask: () => [method: string, path: string, body?: unknown];
  like: readonly string[];
  /** Makes one more answer that is possible, though none like it was recorded. */
  also?: (body: unknown) => unknown;
  only?: (body: unknown) => unknown;
}[] = [
  {endpoint: 'GET /api/v2/version', ask: () => ['GET', '/api/v2/version'], like: ['version']},
  {
    endpoint: 'GET /api/v2/monitor/health',
    ask: () => ['GET', '/api/v2/monitor/health'],
    like: ['health-all-healthy', 'health-scheduler-killed-40s-ago'],
  },
  {
    endpoint: 'POST /auth/token',
    ask: () => ['POST', '/auth/token', {username: 'admin', password: 'secret'}],
    like: ['login-token-ok'],
  },
  {
    endpoint: 'POST /auth/token/cli',
    ask: () => ['POST', '/auth/token/cli', {username: 'admin', password: 'secret'}],
    like: ['login-token-cli-ok'],
  },
  {
    endpoint: 'GET /api/v2/dags',
    ask: () => ['GET', '/api/v2/dags?limit=100'],
    like: ['dags-list', 'dags-list-tags', 'dags-list-limit-offset-order'],
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}',
    ask: () => ['GET', '/api/v2/dags/etl_backfill'],
    like: ['dag-one', 'pause-one'],
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/details',
    ask: () => ['GET', '/api/v2/dags/etl_backfill/details'],
    like: ['dag-details-params'],
    // Null where a DAG has no text of its own.
    also: body => ({...(body as object), doc_md: null}),
  },
  {
    endpoint: 'PATCH /api/v2/dags/{dag_id}',
    ask: () => ['PATCH', '/api/v2/dags/etl_daily?update_mask=is_paused', {is_paused: false}],
    like: ['unpause-one', 'pause-one'],
    also: body => ({...(body as object), description: ''}),
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns',
    ask: () => ['GET', '/api/v2/dags/~/dagRuns?order_by=-run_after&limit=100'],
    like: ['dag-runs-all', 'dag-runs-all-state-failed', 'dag-runs-batch'],
    also: body => ({...(body as object), dag_runs: runsOf(body).map(run)}),
  },
  {
    endpoint: 'POST /api/v2/dags/~/dagRuns/list',
    ask: () => ['POST', '/api/v2/dags/~/dagRuns/list', {dag_ids: ['etl_daily'], order_by: '-id', page_limit: 5}],
    like: ['dag-runs-batch', 'dag-runs-all'],
    also: body => ({...(body as object), dag_runs: runsOf(body).map(run)}),
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}',
    ask: () => ['GET', `/api/v2/dags/etl_daily/dagRuns/${encodeURIComponent(runId)}`],
    like: ['dag-run-one', 'trigger-logical-date'],
    also: run,
  },
  {
    endpoint: 'POST /api/v2/dags/{dag_id}/dagRuns',
    ask: () => ['POST', '/api/v2/dags/etl_daily/dagRuns', {logical_date: null, conf: {}, note: 'from a test'}],
    like: ['trigger-ok-conf', 'trigger-logical-date'],
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances',
    ask: () => ['GET', '/api/v2/dags/~/dagRuns/~/taskInstances?limit=100&state=running&state=success&state=none'],
    like: ['task-instances-run', 'task-instances-state-none', 'task-instances-all-failed'],
    // Recorded without a logical date only.
    also: body => withLogicalDate(body),
  },
  {
    endpoint: 'POST /api/v2/dags/~/dagRuns/~/taskInstances/list',
    ask: () => [
      'POST',
      '/api/v2/dags/~/dagRuns/~/taskInstances/list',
      {dag_ids: ['etl_daily'], state: ['failed', 'success'], page_limit: 3},
    ],
    like: ['task-instances-batch', 'task-instances-all-failed'],
    also: body => withLogicalDate(body),
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}',
    ask: () => ['GET', `/api/v2/dags/etl_daily/dagRuns/${encodeURIComponent(runId)}/taskInstances/load`],
    like: ['task-instance-one', 'task-instance-running'],
    also: body => ({...(body as object), logical_date: '2026-01-01T00:00:00Z'}),
  },
  {
    endpoint: 'GET /api/v2/importErrors',
    ask: () => ['GET', '/api/v2/importErrors'],
    like: ['import-errors'],
  },
  {
    endpoint: 'GET /api/v2/importErrors/{import_error_id}',
    ask: () => ['GET', '/api/v2/importErrors/1'],
    like: ['import-errors'],
    // Recorded in a list only.
    only: body => (body as {import_errors: unknown[]}).import_errors[0],
  },
];

const runsOf = (body: unknown) => (body as {dag_runs: object[]}).dag_runs;
const withLogicalDate = (body: unknown) => {
  const {task_instances: tasks, ...rest} = body as {task_instances: object[]};
  return {...rest, task_instances: tasks.map(task => ({...task, logical_date: '2026-01-01T00:00:00Z'}))};
};

test.each(looks)('$endpoint answers in the shape of 3.3.2', async ({ask, like, also, only = body => body}) => {
  const [method, path, body] = ask();
  const answer = await api.send(method, path, {body});
  const answers = like.map(recorded);
  expect(answers.map(each => each.status)).toContain(answer.status);
  expect(answer.type).toBe(answers[0]?.headers['content-type']);
  const bodies = answers.map(each => only(each.body));
  expect(differences(also ? [...bodies, ...bodies.map(also)] : bodies, [answer.body])).toEqual([]);
});

test('every endpoint of the demo is compared with a recording', () => {
  const claimed = endpoints.map(({method, path}) => `${method} ${path}`);
  expect(looks.map(({endpoint}) => endpoint).sort()).toEqual([...claimed].sort());
});

/** The same request, but for the names, gets the same answer. */
const same: readonly [name: string, replace?: Readonly<Record<string, string>>][] = [
  ['auth-no-token-401'],
  ['auth-basic-header'],
  ['auth-cookie-token'],
  ['method-not-allowed-405'],
  ['tombstone-health'],
  ['tombstone-api-v1'],
  ['tombstone-api-v1-health'],
  ['unknown-api-path-404'],
  ['unknown-api-path-404-token'],
  ['unknown-api-v3'],
  ['login-bad-password-401'],
  ['login-empty-body'],
  ['login-missing-password'],
  ['dag-unknown-404'],
  ['dags-list-limit-negative-422'],
  ['dags-list-order-by-bad-400'],
  ['dags-list-order-two'],
  ['dag-runs-bad-state'],
  ['dag-runs-order-bad-400'],
  ['dag-runs-batch-bad-422'],
  ['dag-run-unknown-404', {etl_params: 'etl_backfill'}],
  ['task-instance-unknown-404', {etl_params: 'etl_backfill', 'console-1': 'r1'}],
  ['task-instances-bad-state'],
  ['import-error-unknown-404'],
  ['pause-extra-key-422', {etl_params: 'etl_backfill'}],
  ['trigger-bad-params', {etl_params: 'etl_backfill'}],
  ['trigger-bad-run-id', {etl_params: 'etl_backfill'}],
  ['trigger-unknown-404'],
  ['trigger-import-error-dag', {broken_dag: 'broken_import'}],
  ['trigger-no-body', {etl_params: 'etl_backfill'}],
  ['trigger-no-logical-date-422', {etl_params: 'etl_backfill'}],
  ['trigger-unknown-key-422', {etl_params: 'etl_backfill'}],
  ['trigger-naive-date', {etl_params: 'etl_backfill'}],
  ['trigger-conf-not-object-422', {etl_params: 'etl_backfill'}],
];

test.each(same)('%s: the answer is the recorded one', async (name, names = {}) => {
  const renamed = Object.entries(names).reduce((text, [a, b]) => text.replaceAll(a, b), JSON.stringify(recorded(name)));
  const {request, status, headers, body} = JSON.parse(renamed) as ReturnType<typeof recorded> & {
    request: {headers?: Record<string, string>};
  };
  const asked: Record<string, string> = request.auth.startsWith('basic') ? {authorization: 'Basic YTpi'} : {};
  const answer = await api.send(request.method, request.path, {
    ...(request.body === null ? {} : {body: request.body}),
    headers: {...asked, ...request.headers},
    ...(request.auth === 'bearer' ? {} : {auth: null}),
  });
  expect({status: answer.status, type: answer.type, body: answer.body}).toEqual({
    status,
    type: headers['content-type'],
    body,
  });
});

test('a run that exists already, or whose logical date does, is refused like 3.3.2 refuses it', async () => {
  const path = '/api/v2/dags/etl_hourly/dagRuns';
  const first = {dag_run_id: 'twice', logical_date: '2024-03-01T00:00:00Z'};
  expect((await api.send('POST', path, {body: first})).status).toBe(200);
  for (const body of [
    {dag_run_id: 'twice', logical_date: null},
    {dag_run_id: 'other', logical_date: '2024-03-01T00:00:00Z'},
  ]) {
    const answer = await api.send('POST', path, {body});
    expect(answer.status).toBe(409);
    expect(differences([recorded('trigger-duplicate-409').body], [answer.body])).toEqual([]);
  }
});

test('a path that nobody knows is a page, as with every single-page application', async () => {
  const answer = await api.send('GET', '/no/such/path', {auth: null});
  expect([answer.status, answer.type]).toEqual([200, recorded('unknown-path-html').headers['content-type']]);
});

test('body that is no JSON is refused', async () => {
  const answer = await api.send('POST', '/api/v2/dags/etl_daily/dagRuns', {body: '{bad'});
  expect(answer.status).toBe(422);
  expect(differences([recorded('trigger-bad-json').body], [answer.body])).toEqual([]);
});
