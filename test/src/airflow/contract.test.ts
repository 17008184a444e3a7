import {describe, expect, test} from 'vitest';
import type {AirflowApi, Dag} from '../../../src/airflow/api.ts';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import {
  type Asked,
  address,
  airflow,
  type RecordedVersion,
  type Reply,
  recorded,
  replyOf,
  serve,
  type TestServer,
} from './server.ts';

const both = ['2.11.0', '3.3.2'] as const;
const base = (version: RecordedVersion) => (version === '2.11.0' ? '/api/v1' : '/api/v2');

/** An API that gives the recorded answers by method and path; what is not named is 404. */
async function replay(
  version: RecordedVersion,
  names: Readonly<Record<string, string | ((asked: Asked) => Reply)>>,
): Promise<TestServer & {api: AirflowApi}> {
  const server = await serve(
    airflow(version, asked => {
      const answer = names[`${asked.method} ${asked.path.slice(base(version).length)}`];
      if (typeof answer === 'function') return answer(asked);
      return answer === undefined ? {status: 404, json: {detail: 'not recorded'}} : replyOf(recorded(version, answer));
    }),
  );
  return {...server, api: await connectAirflow(address(server.url))()};
}

async function allOf(api: AirflowApi): Promise<Dag[]> {
  const dags: Dag[] = [];
  for await (const page of api.dags()) dags.push(...page.dags);
  return dags;
}

describe.each(both)('recorded answers of Airflow %s', version => {
  test('version and capabilities', async () => {
    const {api} = await replay(version, {});
    expect(api).toMatchObject({version, major: version === '2.11.0' ? 2 : 3});
    expect([...api.capabilities].sort()).toEqual(
      version === '2.11.0'
        ? ['dag-fields', 'dag-processor-health', 'run-note', 'triggerer-health']
        : ['dag-processor-health', 'run-note', 'task-order', 'triggerer-health'],
    );
  });

  test('DAGs: the kinds of schedules, tags, owners', async () => {
    const {api} = await replay(version, {
      'GET /dags': ({query}) =>
        query.get('offset') === '0' ? replyOf(recorded(version, 'dags-list')) : {json: {dags: [], total_entries: 7}},
    });
    expect(await allOf(api)).toEqual([
      {
        id: 'consumer_dag',
        displayName: 'consumer_dag',
        paused: true,
        owners: ['airflow'],
        tags: [],
        schedule: {kind: 'assets'},
        hasImportErrors: false,
      },
      {
        id: 'etl_params',
        displayName: 'etl_params',
        paused: true,
        owners: ['data-team'],
        tags: version === '2.11.0' ? ['nightly', 'etl'] : ['etl', 'nightly'],
        schedule: {kind: 'none'},
        hasImportErrors: false,
      },
      expect.objectContaining({id: 'failing_dag'}),
    ]);
  });

  test('one DAG with its params', async () => {
    const {api} = await replay(version, {
      'GET /dags/etl_params/details': 'dag-details-params',
      'GET /dags/etl_params': 'dag-one',
    });
    const dag = await api.dag('etl_params');
    expect(dag).toMatchObject({
      id: 'etl_params',
      description: 'Loads the orders table',
      file: '/opt/airflow/dags/etl_params.py',
      owners: ['data-team'],
      catchup: false,
      maxActiveRuns: 16,
      timezone: 'UTC',
    });
    expect(dag).not.toHaveProperty('nextInterval');
    expect(dag.params.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      {name: 'limit', type: 'integer', nullable: false, value: 10, required: false, minimum: 1, maximum: 100},
      {name: 'mode', type: 'string', nullable: false, value: 'full', required: false, choices: ['full', 'delta']},
      {name: 'since', type: 'string', nullable: true, value: null, required: false},
      {
        name: 'table',
        description: 'Table to load',
        type: 'string',
        nullable: false,
        value: 'orders',
        required: false,
        minLength: 3,
      },
    ]);
  });

  test('a run', async () => {
    const {api} = await replay(version, {'GET /dags/etl_params/dagRuns/console-1': 'dag-run-one'});
    const run = await api.run('etl_params', 'console-1');
    expect(run).toMatchObject({
      dagId: 'etl_params',
      id: 'console-1',
      state: 'success',
      type: 'manual',
      conf: {limit: 5, table: 'orders'},
      note: 'from the console',
    });
    expect(run.endedAtMs).toBeGreaterThan(run.startedAtMs ?? Number.POSITIVE_INFINITY);
    expect('logicalAtMs' in run).toBe(version === '2.11.0');
  });

  test('the newest runs of some DAGs, in one request', async () => {
    const {api, asked} = await replay(version, {'POST /dags/~/dagRuns/list': 'dag-runs-batch'});
    const {runs, truncated} = await api.recentRuns(['etl_params', 'other'], 1);
    expect([...runs.keys()]).toEqual(['etl_params']);
    expect(runs.get('etl_params')).toHaveLength(1);
    expect(truncated).toBe(false);
    expect(asked.filter(({method}) => method === 'POST').map(({body}) => JSON.parse(body))).toEqual([
      {dag_ids: ['etl_params', 'other'], page_limit: 100, order_by: '-id'},
    ]);
  });

  test('tasks of a run, mapped ones and those in some states', async () => {
    const {api, asked} = await replay(version, {
      'GET /dags/etl_params/dagRuns/console-1/taskInstances': 'task-instances-run',
      'GET /dags/~/dagRuns/~/taskInstances': 'task-instances-all-failed',
    });
    const {items} = await api.tasks('etl_params', 'console-1');
    expect(items.map(task => [task.taskId, task.state, task.runId, task.hostname])).toEqual([
      ['say', 'success', 'console-1', 'vm'],
      ['bash_step', 'success', 'console-1', 'vm'],
    ]);
    expect(items[0]).not.toHaveProperty('mapIndex');
    const failed = await api.tasksInStates(['failed', 'awaiting_input', 'sensing'], 10);
    expect(failed.items.map(task => [task.taskId, task.mapIndex, task.tryNumber])).toEqual([
      ['boom', undefined, 2],
      ['work', 1, 1],
    ]);
    // A state that the version does not know makes 2.11 fail and 3.3 refuse.
    expect(asked.at(-1)?.query.getAll('state')).toEqual(
      version === '2.11.0' ? ['failed'] : ['failed', 'awaiting_input'],
    );
  });

  test('a task that nobody has looked at yet', async () => {
    const {api} = await replay(version, {'GET /dags/~/dagRuns/~/taskInstances': 'task-instances-state-none'});
    const {items} = await api.tasksInStates(['none'], 10);
    expect(items).toMatchObject([{taskId: 'nothing', state: 'none', tryNumber: 0}]);
    expect(items[0]).not.toHaveProperty('startedAtMs');
    expect(items[0]).not.toHaveProperty('hostname');
  });

  test('import errors with their traceback', async () => {
    const {api} = await replay(version, {'GET /importErrors': 'import-errors'});
    const {items, total} = await api.importErrors();
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({id: 1, file: version === '2.11.0' ? '/opt/airflow/dags/broken.py' : 'broken.py'});
    expect(items[0]?.trace.split('\n').at(-2)).toBe(
      "ModuleNotFoundError: No module named 'module_that_does_not_exist'",
    );
  });

  test('how many runs are in a state', async () => {
    const {api, asked} = await replay(version, {'GET /dags/~/dagRuns': 'dag-runs-all-state-failed'});
    const count = await api.countRuns({state: 'failed', endedSinceMs: Date.UTC(2026, 10, 22)});
    expect(count).toBe((recorded(version, 'dag-runs-all-state-failed').body as {total_entries: number}).total_entries);
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toEqual({
      state: 'failed',
      limit: '1',
      end_date_gte: '2026-11-22T00:00:00.000Z',
    });
  });

  test('trigger', async () => {
    const {api, asked} = await replay(version, {'POST /dags/etl_params/dagRuns': 'trigger-ok-conf'});
    const conf = {table: 'orders', limit: 5};
    const run = await api.trigger('etl_params', {conf, runId: 'console-1', note: 'from the console'});
    expect(run).toMatchObject({id: 'console-1', state: 'queued', conf});
    expect(JSON.parse(asked.at(-1)?.body ?? '')).toEqual({
      conf,
      dag_run_id: 'console-1',
      note: 'from the console',
      // The key is required in 3.x, and null means none.
      ...(version === '3.3.2' ? {logical_date: null} : {}),
    });
  });

  test.each([
    ['trigger-duplicate-409', 'airflow.conflict', /already exists|^Unique constraint violation: Serious error/],
    [
      version === '2.11.0' ? 'trigger-bad-params-400' : 'trigger-bad-params',
      'airflow.invalid',
      /^Invalid input for param table: 'x' is too short Failed validating/,
    ],
    ['trigger-import-error-dag', 'airflow.not-found', /^DAG with dag_id: 'broken_dag' not found$/i],
    ['auth-viewer-trigger-403', 'airflow.forbidden', /^Forbidden$/],
    [
      version === '2.11.0' ? 'trigger-bad-run-id' : 'trigger-no-logical-date-422',
      version === '2.11.0' ? 'airflow.failed' : 'airflow.invalid',
      /^HTTP 500$|^body.logical_date: Field required$/,
    ],
    [version === '2.11.0' ? 'auth-none-401' : 'auth-no-token-401', 'airflow.unauthorised', /no login/],
    [
      version === '2.11.0' ? 'auth-bad-password-401' : 'auth-malformed-token',
      'airflow.unauthorised',
      /no login|^Invalid JWT token$/,
    ],
  ])('the refusal %s is %s in one line', async (name, code, detail) => {
    const {api} = await replay(version, {'POST /dags/etl_params/dagRuns': name});
    await expect(api.trigger('etl_params', {conf: {}})).rejects.toMatchObject({
      code,
      detail: expect.stringMatching(detail),
    });
  });

  test('pause: the state wanted, nothing else', async () => {
    const {api, asked} = await replay(version, {'PATCH /dags/paused_dag': 'pause-one'});
    await api.setPaused('paused_dag', true);
    expect(asked.at(-1)?.target).toBe(`${base(version)}/dags/paused_dag?update_mask=is_paused`);
    expect(JSON.parse(asked.at(-1)?.body ?? '')).toEqual({is_paused: true});
  });

  test('what nobody may see without a login', async () => {
    const refused = version === '2.11.0' ? 'auth-none-401' : 'auth-no-token-401';
    expect(await (await replay(version, {'GET /dags': refused})).api.anonymousAccess()).toBe('refused');
    expect(await (await replay(version, {'GET /dags': 'dags-list'})).api.anonymousAccess()).toBe('open');
    const page = await replay(version, {'GET /dags': () => ({text: '<!DOCTYPE html>Please log in'})});
    await expect(page.api.anonymousAccess()).rejects.toMatchObject({code: 'airflow.not-airflow'});
  });
});

describe('health', () => {
  const dated = (version: RecordedVersion, name: string, date: string) => (): Reply => {
    const {body} = recorded(version, name);
    return {json: body, headers: {date}};
  };

  test('2.11: a component that never reported, and ages by the clock of the server', async () => {
    const never = await replay('2.11.0', {'GET /health': 'health-scheduler-never-started'});
    expect(await never.api.health()).toMatchObject({
      database: {says: 'healthy'},
      scheduler: {says: 'unhealthy'},
      triggerer: {says: 'never'},
      dagProcessor: {says: 'never'},
    });
    const reply = dated('2.11.0', 'health-scheduler-triggerer-healthy', 'Sun, 22 Nov 2026 15:28:08 GMT');
    const {scheduler, triggerer} = await (await replay('2.11.0', {'GET /health': reply})).api.health();
    expect(scheduler).toEqual({says: 'healthy', heartbeatAgeMs: 1002});
    expect(triggerer).toEqual({says: 'healthy', heartbeatAgeMs: 1838});
  });

  test('3.3: all components', async () => {
    const reply = dated('3.3.2', 'health-all-healthy', 'Sun, 22 Nov 2026 15:42:07 GMT');
    const health = await (await replay('3.3.2', {'GET /monitor/health': reply})).api.health();
    expect(health).toMatchObject({scheduler: {heartbeatAgeMs: 1787}, triggerer: {heartbeatAgeMs: 3641}});
    // The Date header has whole seconds: a heartbeat may seem to be of the future.
    expect(health.dagProcessor).toEqual({says: 'healthy', heartbeatAgeMs: 0});
    const stopped = await replay('3.3.2', {'GET /monitor/health': 'health-all-stopped-cleanly'});
    expect((await stopped.api.health()).dagProcessor?.says).toBe('unhealthy');
  });
});
