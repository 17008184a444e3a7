import {describe, expect, test} from 'vitest';
import type {AirflowApi, Dag, Page, Variable, VariableValue} from '../../../src/airflow/api.ts';
import {lacking} from '../../../src/airflow/capabilities.ts';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import type {Login} from '../../../src/profile/profile.ts';
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
      const isApi = asked.path.startsWith(base(version));
      const answer = names[`${asked.method} ${isApi ? asked.path.slice(base(version).length) : asked.path}`];
      if (typeof answer === 'function') return answer(asked);
      return answer === undefined ? {status: 404, json: {detail: 'not recorded'}} : replyOf(recorded(version, answer));
    }),
  );
  return {...server, api: await connectAirflow(address(server.url))()};
}

/** As `replay`, logged in as `user`. */
async function replayAs(
  version: RecordedVersion,
  user: string,
  names: Parameters<typeof replay>[1],
): Promise<AirflowApi> {
  const login: Login = {kind: 'password', user, password: async () => 'hunter2-secret'};
  const {url} = await replay(version, {
    'POST /auth/token': 'login-token-ok',
    'GET /dags': 'dags-list',
    ...names,
  });
  return connectAirflow(address(url, login))();
}

async function variablesOf(api: AirflowApi): Promise<Page<Variable>> {
  const items: Variable[] = [];
  let total = 0;
  for await (const page of api.variables()) {
    items.push(...page.items);
    total = page.total;
  }
  return {items, total};
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
        ? ['dag-fields', 'dag-processor-health', 'dag-stats', 'run-counts', 'run-note', 'triggerer-health']
        : ['dag-processor-health', 'dag-stats', 'jobs', 'run-counts', 'run-note', 'task-order', 'triggerer-health'],
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

  test('the ids of all DAGs, those that are stale too', async () => {
    let asked = '';
    const {api} = await replay(version, {
      'GET /dags': ({query}) => {
        asked = `${query.get('only_active')} ${query.get('exclude_stale')}`;
        return {json: {dags: [{dag_id: 'a'}, {dag_id: 'stale'}], total_entries: 2}};
      },
    });
    expect(await api.allDagIds()).toEqual({ids: new Set(['a', 'stale']), total: 2});
    expect(asked).toBe(version === '2.11.0' ? 'false null' : 'null false');
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

  test('the log of a try, and what came later', async () => {
    const [ended, running, later] = ['log-json', 'log-running-json', 'log-running-json-next'];
    const logs = (asked: Asked) => {
      const name = asked.path.includes('console-1') ? ended : asked.query.has('token') ? later : running;
      return replyOf(recorded(version, name));
    };
    const {api, asked} = await replay(version, {
      'GET /dags/etl_params/dagRuns/console-1/taskInstances/say/logs/1': logs,
      'GET /dags/slow_dag/dagRuns/slow1/taskInstances/slow/logs/1': logs,
    });
    const say = {dagId: 'etl_params', runId: 'console-1', taskId: 'say', tryNumber: 1};
    const whole = await api.taskLog(say);
    expect(whole.text).toContain('attempt=1.log');
    expect(whole.token).toBeUndefined();
    const slow = {dagId: 'slow_dag', runId: 'slow1', taskId: 'slow', tryNumber: 1, mapIndex: 3};
    const {token} = await api.taskLog(slow);
    expect(token).toMatch(/^eyJ/);
    const more = await api.taskLog(slow, token);
    expect(more.text.match(/tick \d+/g)).toEqual(
      version === '2.11.0' ? ['tick 36', 'tick 37'] : ['tick 76', 'tick 77'],
    );
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toEqual({token, map_index: '3'});
    if (version === '2.11.0')
      expect(whole.text).toContain("{'rows': 42, 'text': 'grüße'}\n[2026-11-22T15:28:20.582+0000]");
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

  test('the newest runs of some DAGs, where one has so many that it pushes the others out', async () => {
    const run = (dag: string, n: number) => ({dag_id: dag, dag_run_id: `r${n}`, state: 'success', run_type: 'manual'});
    const all = [...Array.from({length: 5000}, (_, n) => run('busy', n)), run('rare', 1), run('rare', 2)];
    const {api, asked} = await replay(version, {
      'POST /dags/~/dagRuns/list': ({body}) => {
        const {dag_ids: ids, page_limit: limit} = JSON.parse(body);
        const found = all.filter(({dag_id: id}) => ids.includes(id));
        return {json: {dag_runs: found.slice(0, limit), total_entries: found.length}};
      },
    });
    const {runs, truncated} = await api.recentRuns(['busy', 'rare', 'never'], 5);
    expect(truncated).toBe(false);
    expect([...runs].map(([id, some]) => [id, some.map(({id}) => id)])).toEqual([
      ['busy', ['r0', 'r1', 'r2', 'r3', 'r4']],
      ['rare', ['r1', 'r2']],
    ]);
    expect(asked.filter(({method}) => method === 'POST')).toHaveLength(2);
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
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toMatchObject({state: 'failed', limit: '1'});
    expect(asked.at(-1)?.query.get('end_date_gte')).toMatch(/^2026-11-2[12]T(23:59:5|00:00:0)/);
  });

  test('the runs in a state, and the first run of a DAG', async () => {
    const {api, asked} = await replay(version, {
      'GET /dags/~/dagRuns': 'dag-runs-all-state-failed',
      'GET /dags/failing_dag/dagRuns': 'dag-runs-all-state-failed',
    });
    const {items} = await api.runsInState({state: 'failed'}, 1);
    expect(items[0]).toMatchObject({state: 'failed', dagId: expect.any(String), id: expect.any(String)});
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toMatchObject({state: 'failed', order_by: '-id'});
    expect(await api.oldestRun('failing_dag')).toMatchObject({state: 'failed', startedAtMs: expect.any(Number)});
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toMatchObject({order_by: 'start_date', limit: '1'});
  });

  test('since when runs are counted is said by the clock of the server', async () => {
    const {body} = recorded(version, 'dag-runs-all-state-failed');
    const headers = () => ({date: new Date(Date.now() + 3_600_000).toUTCString()});
    const {api, asked} = await replay(version, {
      'GET /dags/~/dagRuns': () => ({json: body, headers: headers()}),
      'GET /pools': () => ({json: recorded(version, 'pools-list').body as object, headers: headers()}),
    });
    await api.pools();
    await api.countRuns({state: 'failed', endedSinceMs: Date.UTC(2026, 10, 22)});
    const since = Date.parse(asked.at(-1)?.query.get('end_date_gte') ?? '');
    expect(Math.abs(since - Date.UTC(2026, 10, 22, 1))).toBeLessThan(5000);
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

  test('variables, as the version masks them', async () => {
    const {api, asked} = await replay(version, {
      'GET /variables': ({query}) =>
        query.get('offset') === '0'
          ? replyOf(recorded(version, 'variable-list'))
          : {json: {variables: [], total_entries: 4}},
    });
    const {items, total} = await variablesOf(api);
    expect(new Map(items.map(({key, value}) => [key, value]))).toEqual(
      new Map<string, VariableValue>(
        version === '2.11.0'
          ? [
              ['cfg', {kind: 'clear', text: '{"password":"p","n":1}'}],
              ['db_password', {kind: 'clear', text: 's3cret'}],
              ['region', {kind: 'clear', text: 'us'}],
            ]
          : [
              ['cfg', {kind: 'redacted', text: '{"password": "***", "n": 1}'}],
              ['cfg2', {kind: 'redacted', text: '{"password": "***", "n": 1}'}],
              ['db_password', {kind: 'withheld'}],
              ['region', {kind: 'clear', text: 'eu'}],
            ],
      ),
    );
    expect(total).toBe(items.length);
    const region = items.find(({key}) => key === 'region');
    expect(region).toEqual(
      version === '2.11.0'
        ? {key: 'region', value: {kind: 'clear', text: 'us'}}
        : {key: 'region', value: {kind: 'clear', text: 'eu'}, description: 'where', encrypted: true},
    );
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toEqual({limit: '100', offset: '0'});
  });

  test('10,000 variables; one that cannot be decrypted; none; no right to see them', async () => {
    const many = await replay(version, {
      'GET /variables': ({query}) => {
        const offset = Number(query.get('offset'));
        const variables = Array.from({length: 100}, (_, index) => ({
          key: `key_${offset + index}`,
          value: index === 0 ? null : 'x',
        }));
        return {json: {variables, total_entries: 10_000}};
      },
    });
    const {items, total} = await variablesOf(many.api);
    expect(new Set(items.map(({key}) => key)).size).toBe(10_000);
    expect(total).toBe(10_000);
    expect(items.find(({key}) => key === 'key_100')?.value).toEqual({kind: 'undecryptable'});
    const none = await replay(version, {'GET /variables': 'variables-empty'});
    expect(await variablesOf(none.api)).toEqual({items: [], total: 0});
    const name = version === '2.11.0' ? 'auth-viewer-variables-403' : 'auth-viewer-variables';
    const refused = await replay(version, {'GET /variables': name});
    await expect(variablesOf(refused.api)).rejects.toMatchObject({code: 'airflow.forbidden'});
  });

  test('pools, and one without a limit', async () => {
    const {api} = await replay(version, {'GET /pools': 'pools-list'});
    const {items} = await api.pools();
    const running = version === '2.11.0' ? 1 : 0;
    expect(items).toEqual([
      {
        name: 'default_pool',
        description: 'Default pool',
        slots: 128,
        running,
        queued: 0,
        scheduled: 0,
        deferred: 0,
        open: 128 - running,
      },
    ]);
    const endless = recorded('3.3.2', 'pool-create-unlimited').body;
    const unlimited = await replay(version, {'GET /pools': () => ({json: {pools: [endless], total_entries: 1}})});
    expect((await unlimited.api.pools()).items[0]).toMatchObject({slots: 'unlimited', open: 'unlimited'});
    const older = {name: 'p', slots: 5, used_slots: 2, queued_slots: 1, occupied_slots: 3, open_slots: 2};
    const old = await replay(version, {'GET /pools': () => ({json: {pools: [older], total_entries: 1}})});
    expect((await old.api.pools()).items).toEqual([{name: 'p', slots: 5, running: 2, queued: 1, open: 2}]);
  });

  test('jobs with the age of their heartbeat by the clock of the server, or from which version on', async () => {
    const reply = () => ({
      json: recorded('3.3.2', 'jobs').body,
      headers: {date: 'Sun, 22 Nov 2026 15:42:09 GMT'},
    });
    const {api, asked} = await replay(version, {'GET /jobs': reply});
    if (version === '2.11.0') {
      await expect(api.jobs()).rejects.toMatchObject({
        code: 'airflow.needs-version',
        detail: 'the list of jobs needs Airflow 3.0 or later, this is 2.11.0',
      });
      expect(lacking(api, 'jobs')).toBe('needs Airflow 3.0 or later, this is 2.11.0');
      return;
    }
    expect(lacking(api, 'jobs')).toBeUndefined();
    const {items} = await api.jobs();
    expect(items.map(({component, heartbeatAgeMs}) => [component, heartbeatAgeMs])).toEqual([
      ['dag-processor', 1135],
      ['scheduler', 3787],
      ['triggerer', 623],
    ]);
    expect(items[1]).toMatchObject({
      id: 2,
      hostname: 'vm',
      state: 'running',
      startedAtMs: Date.parse('2026-11-22T15:41:22.938Z'),
    });
    // Without the state the answer begins with the oldest jobs that ever were.
    expect(Object.fromEntries(asked.at(-1)?.query ?? [])).toMatchObject({
      job_state: 'running',
      order_by: '-latest_heartbeat',
    });
  });

  test('counts of runs for each DAG', async () => {
    const {api, asked} = await replay(version, {
      'GET /dagStats': version === '2.11.0' ? 'dag-stats' : 'dag-stats-some',
    });
    const stats = await api.dagStats(['etl_params', 'other dag']);
    expect(stats.get('etl_params')).toEqual({
      queued: 0,
      running: 0,
      success: version === '2.11.0' ? 0 : 2,
      failed: 0,
    });
    expect(asked.at(-1)?.query.getAll('dag_ids')).toEqual(
      version === '2.11.0' ? ['etl_params,other dag'] : ['etl_params', 'other dag'],
    );
    const before = asked.length;
    const ids = Array.from({length: 40}, (_, index) => `${'é'.repeat(240)}${index}`);
    await api.dagStats(ids);
    const targets = asked.slice(before).map(({target}) => target);
    expect(Math.max(...targets.map(target => target.length))).toBeLessThan(4000);
    expect(asked.slice(before).flatMap(({query}) => query.getAll('dag_ids').flatMap(some => some.split(',')))).toEqual(
      ids,
    );
  });

  test('how much of the configuration the API gives', async () => {
    const answering = async (reply: string | (() => Reply)) =>
      (await replay(version, {'GET /config': reply})).api.configExposure();
    const section = (value: string) => () => ({
      json: {sections: [{name: 'database', options: [{key: 'sql_alchemy_conn', value}]}]},
    });
    expect(await answering('config-not-exposed-403')).toBe('closed');
    expect(await answering(version === '2.11.0' ? 'config-non-sensitive-only-section' : 'simple-viewer-config')).toBe(
      'masked',
    );
    expect(await answering(section('postgresql://airflow:hunter2-secret@db/airflow'))).toBe('open');
    expect(await answering(section(''))).toBe('masked');
    await expect(answering(() => ({json: {sections: 7}}))).rejects.toMatchObject({code: 'airflow.unreadable'});
  });

  test('what a browser sees without a login', async () => {
    const seen = async (names: Parameters<typeof replay>[1]) => (await replay(version, names)).api.pageAccess();
    if (version === '2.11.0') {
      expect(await seen({'GET /home': 'home-no-login'})).toBe('refused');
      expect(await seen({'GET /home': () => ({text: '<!DOCTYPE html>DAGs'})})).toBe('open');
      await expect(seen({'GET /home': () => ({status: 500, text: 'x'})})).rejects.toMatchObject({
        code: 'airflow.failed',
      });
      return;
    }
    const none = {'GET /ui/config': 'ui-config-no-token-401'};
    expect(await seen({...none, 'GET /auth/token': 'login-get-token'})).toBe('refused');
    expect(await seen({...none, 'GET /auth/token': 'simple-get-token'})).toBe('refused');
    expect(await seen({...none, 'GET /auth/token': 'login-token-ok'})).toBe('all-admins');
    expect(await seen({'GET /ui/config': () => ({json: {}}), 'GET /auth/token': 'login-get-token'})).toBe('open');
  });

  test('whether a user and a password are admitted', async () => {
    const admits = async (names: Parameters<typeof replay>[1]) => {
      const {api, asked} = await replay(version, names);
      const admitted = await api.admitsLogin('admin', 'admin');
      return [admitted, asked.filter(({method}) => method === 'POST').length];
    };
    const form = {text: '<input name="username"><input name="password"><input name="csrf_token" value="x">'};
    const redirect = (location: string) => (): Reply => ({
      status: 302,
      headers: {location, 'set-cookie': 'session=y'},
      text: '',
    });
    if (version === '2.11.0') {
      const forms = {'GET /login/': () => form};
      expect(await admits({...forms, 'POST /login/': redirect('/home')})).toEqual([true, 1]);
      expect(await admits({...forms, 'POST /login/': redirect('/login/')})).toEqual([false, 1]);
      expect(await admits({'GET /dags': 'auth-ok'})).toEqual([true, 0]);
      expect(await admits({'GET /dags': 'auth-bad-password-401'})).toEqual([false, 0]);
      await expect(admits({...forms, 'POST /login/': () => ({status: 429})})).rejects.toMatchObject({
        code: 'airflow.busy',
      });
      return;
    }
    expect(await admits({'POST /auth/token': 'login-token-ok'})).toEqual([true, 1]);
    expect(await admits({'POST /auth/token': 'login-bad-password-401'})).toEqual([false, 1]);
    expect(await admits({'POST /auth/token': 'simple-login-bad-password-401'})).toEqual([false, 1]);
    await expect(admits({'POST /auth/token': () => ({status: 429, json: {}})})).rejects.toMatchObject({
      code: 'airflow.busy',
    });
  });

  test('the rights of the login: its roles, or what it is let do', async () => {
    const users = version === '2.11.0' ? '/users' : '/auth/fab/v1/users';
    const admin = await replayAs(version, 'admin', {[`GET ${users}/admin`]: 'user-admin'});
    expect(await admin.rights()).toEqual({kind: 'roles', user: 'admin', roles: ['Admin']});
    const refusal = 'auth-viewer-trigger-403';
    const viewer = await replayAs(version, 'monitor', {
      [`GET ${users}/monitor`]: 'user-viewer-403',
      'GET /variables': refusal,
      'GET /connections': refusal,
      'PATCH /dags/windsock-asks-what-it-may-do': refusal,
    });
    expect(await viewer.rights()).toEqual({kind: 'tried', may: new Set(['see DAGs'])});
    const nobody = await replay(version, {
      'GET /dags': version === '2.11.0' ? 'auth-none-401' : 'auth-no-token-401',
    });
    expect(await nobody.api.rights()).toMatchObject({kind: 'not known'});
    // The DAG that does not exist is not found by who may change it.
    const op = await replay(version, {
      'GET /dags': 'dags-list',
      'GET /variables': 'variables-empty',
      'GET /connections': refusal,
    });
    expect(await op.api.rights()).toEqual({
      kind: 'tried',
      may: new Set(['see DAGs', 'see variables', 'change DAGs']),
    });
  });
});

describe('older versions', () => {
  const old = async (version: string, reply: (asked: Asked) => Reply) =>
    connectAirflow(address((await serve(airflow(version, reply))).url))();

  test.each([
    ['Basic realm="Airflow"', 'refused'],
    ['Negotiate', 'refused'],
    [undefined, 'denies-all'],
  ])('2.2, which asks for %s: %s', async (challenge, access) => {
    const headers = challenge === undefined ? {} : {'www-authenticate': challenge};
    const api = await old('2.2.5', () => ({status: 401, headers, json: {title: 'Unauthorized'}}));
    expect(await api.anonymousAccess()).toBe(access);
  });

  test('2.9 has no counts of runs for each DAG, and says so', async () => {
    const api = await old('2.9.3', () => ({status: 404, json: {}}));
    await expect(api.dagStats(['a'])).rejects.toMatchObject({
      code: 'airflow.needs-version',
      detail: 'counts of runs for each DAG needs Airflow 2.10 or later, this is 2.9.3',
    });
  });

  test('2.6 cannot be asked for one section of the configuration', async () => {
    const server = await serve(
      airflow('2.6.3', ({query}) =>
        query.has('section')
          ? {status: 400, json: {title: 'Extra query parameter(s) section not in spec'}}
          : {json: {sections: [{name: 'core', options: [{key: 'fernet_key', value: 'abc'}]}]}},
      ),
    );
    expect(await (await connectAirflow(address(server.url))()).configExposure()).toBe('open');
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

  test.each(both)('%s: how far the clock of the server is ahead, or behind', async version => {
    const path = version === '2.11.0' ? 'GET /health' : 'GET /monitor/health';
    const name = version === '2.11.0' ? 'health-scheduler-never-started' : 'health-all-healthy';
    for (const aheadMs of [0, 600_000, -600_000]) {
      const reply = () => dated(version, name, new Date(Date.now() + aheadMs).toUTCString())();
      const health = await (await replay(version, {[path]: reply})).api.health();
      const error = Math.abs((health.clockAheadMs ?? Number.NaN) - aheadMs);
      expect(error).toBeLessThanOrEqual(501 + health.tookMs / 2);
    }
    const undated = await replay(version, {
      [path]: () => ({json: recorded(version, name).body, headers: {date: 'soon'}}),
    });
    expect(await undated.api.health()).not.toHaveProperty('clockAheadMs');
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
