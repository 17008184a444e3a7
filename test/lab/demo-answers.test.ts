import {afterAll, beforeAll, expect, test} from 'vitest';
import {endpoints} from '../../src/demo/api/router.ts';
import {type Api, openApi} from '../src/demo/api/client.ts';
import {examples, type Look, looks, settle} from '../src/demo/api/looks.ts';
import {differences} from '../src/demo/shape.ts';
import {labInfo} from './hosts.ts';

type Request = readonly [method: string, path: string, body?: unknown];

/** How the real 3.3.2 of the lab is asked for what the demo claims. `run` is a run of quick_success that has ended. */
const asked: Readonly<Record<string, (run: string, importError: number) => readonly Request[]>> = {
  'GET /api/v2/version': () => [['GET', '/api/v2/version']],
  'GET /api/v2/monitor/health': () => [['GET', '/api/v2/monitor/health']],
  'POST /auth/token': () => [['POST', '/auth/token', {username: 'admin', password: 'admin'}]],
  'POST /auth/token/cli': () => [['POST', '/auth/token/cli', {username: 'admin', password: 'admin'}]],
  'GET /auth/token': () => [['GET', '/auth/token']],
  'GET /auth/fab/v1/users/{username}': () => [['GET', '/auth/fab/v1/users/admin']],
  'GET /ui/config': () => [['GET', '/ui/config']],
  'GET /api/v2/dags': () => [['GET', '/api/v2/dags?limit=100']],
  'GET /api/v2/dags/{dag_id}': () => [['GET', '/api/v2/dags/with_params']],
  'GET /api/v2/dags/{dag_id}/details': () => [['GET', '/api/v2/dags/with_params/details']],
  // To what it is already.
  'PATCH /api/v2/dags/{dag_id}': () => [
    ['PATCH', '/api/v2/dags/quick_success?update_mask=is_paused', {is_paused: false}],
  ],
  'GET /api/v2/dags/{dag_id}/dagRuns': () => [['GET', '/api/v2/dags/~/dagRuns?order_by=-run_after&limit=100']],
  'POST /api/v2/dags/~/dagRuns/list': () => [
    ['POST', '/api/v2/dags/~/dagRuns/list', {dag_ids: ['quick_success'], order_by: '-id', page_limit: 5}],
  ],
  'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}': run => [
    ['GET', `/api/v2/dags/quick_success/dagRuns/${encodeURIComponent(run)}`],
  ],
  'POST /api/v2/dags/{dag_id}/dagRuns': () => [
    ['POST', '/api/v2/dags/quick_success/dagRuns', {logical_date: null, conf: {}, note: 'by a test'}],
  ],
  'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances': () => [
    ['GET', '/api/v2/dags/~/dagRuns/~/taskInstances?limit=100'],
  ],
  'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}': run => [
    ['GET', `/api/v2/dags/quick_success/dagRuns/${encodeURIComponent(run)}/taskInstances/extract/logs/1`],
  ],
  'POST /api/v2/dags/~/dagRuns/~/taskInstances/list': () => [
    ['POST', '/api/v2/dags/~/dagRuns/~/taskInstances/list', {dag_ids: ['quick_success'], page_limit: 3}],
  ],
  'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}': run => [
    ['GET', `/api/v2/dags/quick_success/dagRuns/${encodeURIComponent(run)}/taskInstances/extract`],
  ],
  'GET /api/v2/importErrors': () => [['GET', '/api/v2/importErrors']],
  'GET /api/v2/importErrors/{import_error_id}': (_, id) => [['GET', `/api/v2/importErrors/${id}`]],
  'GET /api/v2/variables': () => [['GET', '/api/v2/variables']],
  'GET /api/v2/pools': () => [['GET', '/api/v2/pools']],
  'GET /api/v2/jobs': () => [['GET', '/api/v2/jobs?order_by=-latest_heartbeat']],
  'GET /api/v2/dagStats': () => [['GET', '/api/v2/dagStats']],
  'GET /api/v2/config': () => [['GET', '/api/v2/config']],
};

let demo: Api;
let demoRun: string;
let real: (request: Request) => Promise<{status: number; type: string | null; body: unknown}>;
let realRun: string;
let importError: number;

beforeAll(async () => {
  demo = await openApi();
  demoRun = await settle(demo);
  const {api} = await labInfo('a3');
  let authorization: string | undefined;
  real = async ([method, path, body]) => {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : {authorization}),
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
      },
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    });
    const type = response.headers.get('content-type');
    return {
      status: response.status,
      type,
      body: type === 'application/json' ? await response.json() : await response.text(),
    };
  };
  const credentials = {username: api.username, password: api.password};
  const {body} = await real(['POST', '/auth/token', credentials]);
  authorization = `Bearer ${(body as {access_token: string}).access_token}`;
  const made = await real([
    'POST',
    '/api/v2/dags/quick_success/dagRuns',
    {logical_date: null, conf: {a: 1}, note: 'by a test'},
  ]);
  realRun = (made.body as {dag_run_id: string}).dag_run_id;
  const state = async () => {
    const {body} = await real(['GET', `/api/v2/dags/quick_success/dagRuns/${encodeURIComponent(realRun)}`]);
    return (body as {state: string}).state;
  };
  while (!['success', 'failed'].includes(await state())) await new Promise(resolve => setTimeout(resolve, 500));
  const errors = (await real(['GET', '/api/v2/importErrors'])).body as {import_errors: {import_error_id: number}[]};
  importError = errors.import_errors[0]?.import_error_id ?? 0;
});
afterAll(() => demo.close());

test('every endpoint of the demo is asked of the real one', () => {
  const claimed = endpoints.map(({method, path}) => `${method} ${path}`);
  expect(Object.keys(asked).sort()).toEqual([...claimed].sort());
});

test.each(looks)('$endpoint: the demo answers field by field as the real 3.3.2', async (look: Look) => {
  const [method, path, body] = look.ask(demoRun);
  const mine = await demo.send(method, path, {body});
  const answers = await Promise.all((asked[look.endpoint]?.(realRun, importError) ?? []).map(real));
  for (const {status, type} of answers) expect([mine.status, mine.type]).toEqual([status, type]);
  if (mine.type !== 'application/json') return;
  const lean = look.endpoint.endsWith('/logs/{try_number}') ? leanLog : (given: unknown) => given;
  const theirs = answers.map(answer => lean(answer.body));
  // The recorded answers say what may be null, or absent from a list that is empty in the lab today.
  const known = [...theirs, ...examples(look).map(lean)];
  expect(differences(known, [lean(mine.body)])).toEqual([]);
  // A DAG of the lab may have values of more types; it must not have more fields.
  const more = differences([lean(mine.body), ...examples(look).map(lean)], theirs);
  expect(more.filter(text => text.endsWith(' is new'))).toEqual([]);
});

/** The fields of a line are those of whoever wrote it: only what every line has is compared. */
function leanLog(body: unknown): unknown {
  const {content, ...rest} = body as {content: readonly {event: unknown}[]};
  return {...rest, content: content.map(({event}) => ({event}))};
}
