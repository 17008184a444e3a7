import {afterAll, beforeAll, expect, test} from 'vitest';
import {endpoints} from '../../../../src/demo/api/router.ts';
import {differences} from '../shape.ts';
import {type Api, openApi, recorded} from './client.ts';
import {examples, looks, settle} from './looks.ts';

let api: Api;
let runId: string;

beforeAll(async () => {
  api = await openApi();
  runId = await settle(api);
});
afterAll(() => api.close());

test.each(looks)('$endpoint answers in the shape of 3.3.2', async look => {
  const [method, path, body] = look.ask(runId);
  const answer = await api.send(method, path, {body});
  const answers = look.like.map(recorded);
  expect(answers.map(each => each.status)).toContain(answer.status);
  expect(answer.type).toBe(answers[0]?.headers['content-type']);
  expect(differences(examples(look), [answer.body])).toEqual([]);
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
  ['config-not-exposed-403'],
  ['ui-config-no-token-401'],
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
