import {afterEach, beforeEach, expect, test} from 'vitest';
import {type Api, openApi} from './client.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

const dagIds = (body: unknown) => (body as {dags: {dag_id: string}[]}).dags.map(dag => dag.dag_id);

test('login gives a token that opens the API for a day', async () => {
  const {body} = await api.send('POST', '/auth/token', {body: {username: 'admin', password: 'secret'}, auth: null});
  const {access_token: auth} = body as {access_token: string};
  expect((await api.send('GET', '/api/v2/dags?limit=1', {auth})).status).toBe(200);
  expect(
    (await api.send('GET', '/api/v2/dags?limit=1', {auth: null, headers: {cookie: `_token=${auth}`}})).status,
  ).toBe(200);
  await api.clock.advance(86_400_000 + 11_000);
  const late = await api.send('GET', '/api/v2/dags?limit=1', {auth});
  expect([late.status, late.body]).toEqual([401, {detail: 'Token Expired'}]);
});

test('a token of the future, or one that was tampered with, is not valid', async () => {
  // Not the last letter: some of its bits mean nothing.
  const tampered = api.tokens
    .issue()
    .replace(/\.(.)([^.]*)$/, (_, letter, rest) => `.${letter === 'A' ? 'B' : 'A'}${rest}`);
  for (const auth of [api.tokens.issue({fromS: 60}), tampered, 'x.y.z', 'garbage']) {
    const answer = await api.send('GET', '/api/v2/dags?limit=1', {auth});
    expect([answer.status, answer.body]).toEqual([403, {detail: 'Invalid JWT token'}]);
  }
});

test('DAGs are listed by page, pattern, pause and order', async () => {
  const all = await api.send('GET', '/api/v2/dags?limit=1000');
  expect(dagIds(all.body)).toHaveLength(25);
  expect(dagIds((await api.send('GET', '/api/v2/dags?limit=2&offset=1')).body)).toEqual(dagIds(all.body).slice(1, 3));
  expect(dagIds((await api.send('GET', '/api/v2/dags?limit=0')).body)).toEqual([]);
  expect(dagIds((await api.send('GET', '/api/v2/dags?dag_id_pattern=etl_%7Cml')).body)).toEqual([
    'etl_backfill',
    'etl_daily',
    'etl_hourly',
    'ml_score',
    'ml_train',
  ]);
  expect(dagIds((await api.send('GET', '/api/v2/dags?paused=true')).body)).toEqual([
    'geo_tiles',
    'partner_feed',
    'report_weekly',
  ]);
  expect(dagIds((await api.send('GET', '/api/v2/dags?order_by=-dag_id&limit=1')).body)).toEqual(['with_params']);
  expect(dagIds((await api.send('GET', '/api/v2/dags?tags=nightly&nosuch=1')).body)).toEqual(['etl_daily']);
});

test('jobs: one that was killed still says running; the next one marks it; a clean stop is a success', async () => {
  const jobs = async (query = '') => {
    const {body} = await api.send('GET', `/api/v2/jobs?order_by=id${query}`);
    return (body as {jobs: {job_type: string; state: string; end_date: string | null}[]}).jobs;
  };
  const schedulers = async () => (await jobs('&job_type=SchedulerJob')).map(({state}) => state);
  expect((await jobs()).map(({job_type: type, state}) => [type, state])).toEqual([
    ['DagProcessorJob', 'running'],
    ['SchedulerJob', 'running'],
    ['TriggererJob', 'running'],
  ]);
  expect((await jobs('&is_alive=false')).map(({job_type: type}) => type)).toEqual(['DagProcessorJob', 'TriggererJob']);
  api.world.unit('scheduler').start();
  await api.clock.advance(8000);
  expect(await schedulers()).toEqual(['failed', 'running']);
  api.world.unit('scheduler').stop();
  await api.clock.advance(2000);
  expect(await schedulers()).toEqual(['failed', 'success']);
  expect((await jobs('&job_state=running')).map(({job_type: type}) => type)).toEqual([
    'DagProcessorJob',
    'TriggererJob',
  ]);
});

test('pools and counts say what the runs and tasks say', async () => {
  api.world.unit('scheduler').start();
  await api.clock.advance(4000);
  const tasks = async (state: string) =>
    ((await api.send('GET', `/api/v2/dags/~/dagRuns/~/taskInstances?state=${state}`)).body as {total_entries: number})
      .total_entries;
  const {pools} = (await api.send('GET', '/api/v2/pools')).body as {pools: Record<string, number>[]};
  const running = await tasks('running');
  expect(running).toBeGreaterThan(0);
  expect(pools[0]).toMatchObject({running_slots: running, open_slots: 128 - running - (await tasks('queued'))});
  const failed = (await api.send('GET', '/api/v2/dags/always_fails/dagRuns?state=failed')).body as {
    total_entries: number;
  };
  const {body} = await api.send('GET', '/api/v2/dagStats?dag_ids=always_fails&dag_ids=no_such_dag');
  const {dags} = body as {dags: {dag_id: string; stats: {state: string; count: number}[]}[]};
  expect(dags.map(({dag_id: id}) => id)).toEqual(['always_fails']);
  expect(dags[0]?.stats.find(({state}) => state === 'failed')?.count).toBe(failed.total_entries);
});

test('variables are listed by page, pattern and order', async () => {
  const list = async (query: string) => {
    const {body} = await api.send('GET', `/api/v2/variables?${query}`);
    const {variables, total_entries: total} = body as {variables: {key: string}[]; total_entries: number};
    return [variables.map(({key}) => key), total];
  };
  expect(await list('variable_key_pattern=etl&order_by=-key')).toEqual([['etl_max_attempts', 'etl_batch_size'], 2]);
  expect(await list('limit=1&offset=1')).toEqual([['region'], 13]);
  expect((await api.send('GET', '/api/v2/variables?order_by=nosuch')).status).toBe(400);
});

test('a triggered run goes from queued over running to success', async () => {
  api.world.unit('scheduler').start();
  await api.clock.advance(4000);
  const made = await api.send('POST', '/api/v2/dags/etl_daily/dagRuns', {body: {logical_date: null}});
  const {dag_run_id: id, state} = made.body as {dag_run_id: string; state: string};
  expect(state).toBe('queued');
  const path = `/api/v2/dags/etl_daily/dagRuns/${encodeURIComponent(id)}`;
  const seen = new Set<string>();
  for (let second = 0; second < 8; second++) {
    seen.add(((await api.send('GET', path)).body as {state: string}).state);
    await api.clock.advance(1000);
  }
  expect([...seen]).toEqual(['queued', 'running', 'success']);
  const {body} = await api.send('GET', `${path}/taskInstances`);
  const tasks = (body as {task_instances: {task_id: string; state: string; try_number: number}[]}).task_instances;
  expect(tasks.map(task => [task.task_id, task.state, task.try_number])).toEqual([
    ['extract', 'success', 1],
    ['transform', 'success', 1],
    ['load', 'success', 1],
  ]);
});

test.each([
  [{}, 'Invalid input for param ticket: No value passed and Param has no default value'],
  [
    {ticket: 'ops'},
    "Invalid input for param ticket: 'ops' does not match '^[A-Z]+-[0-9]+$'\n\nFailed validating 'pattern' in schema:\n    {'type': 'string', 'pattern': '^[A-Z]+-[0-9]+$'}\n\nOn instance:\n    'ops'",
  ],
  [
    {ticket: 'OPS-1', count: 0},
    "Invalid input for param count: 0 is less than the minimum of 1\n\nFailed validating 'minimum' in schema:\n    {'type': 'integer', 'minimum': 1, 'maximum': 100}\n\nOn instance:\n    0",
  ],
  [
    {ticket: 'OPS-1', dry_run: 'yes'},
    "Invalid input for param dry_run: 'yes' is not of type 'boolean'\n\nFailed validating 'type' in schema:\n    {'type': 'boolean'}\n\nOn instance:\n    'yes'",
  ],
])('with_params refuses %j', async (conf, detail) => {
  const answer = await api.send('POST', '/api/v2/dags/with_params/dagRuns', {body: {logical_date: null, conf}});
  expect([answer.status, answer.body]).toEqual([400, {detail}]);
});

test('runs are filtered by state and by the time of their end', async () => {
  const total = async (query: string) => {
    const {body} = await api.send('GET', `/api/v2/dags/~/dagRuns?limit=1&${query}`);
    return (body as {total_entries: number}).total_entries;
  };
  expect(await total('state=queued')).toBe(3);
  expect(await total('state=running')).toBe(2);
  const failed = await total('state=failed');
  const lately = await total(`state=failed&end_date_gte=${new Date(api.clock.now() - 86_400_000).toISOString()}`);
  expect(lately).toBeGreaterThan(3);
  expect(failed).toBeGreaterThan(lately);
});

test('the answer carries the date of the world', async () => {
  const {headers} = await api.send('GET', '/api/v2/version', {auth: null});
  expect(headers.get('date')).toBe('Sun, 22 Nov 2026 14:04:31 GMT');
});

test('closed, it refuses connections; opened again, it has the same port', async () => {
  const {port} = api.server;
  await api.server.listen(false);
  await expect(api.send('GET', '/api/v2/version')).rejects.toMatchObject({cause: {code: 'ECONNREFUSED'}});
  await api.server.listen(true);
  expect(api.server.port).toBe(port);
  expect((await api.send('GET', '/api/v2/version')).status).toBe(200);
});
