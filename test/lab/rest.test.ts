import {beforeAll, describe, expect, test} from 'vitest';
import type {AirflowApi, Dag, Run} from '../../src/airflow/api.ts';
import {connectAirflow} from '../../src/airflow/connect.ts';
import type {OnRequest, RequestBegun, RequestEnded} from '../../src/airflow/request.ts';
import {Problem} from '../../src/problems/problem.ts';
import type {Login} from '../../src/profile/profile.ts';
import {labInfo} from './hosts.ts';

describe.each(['a2', 'a3'])('real Airflow: %s', name => {
  let url: string;
  let version: string;
  let api: AirflowApi;
  const requests: (RequestBegun & RequestEnded)[] = [];

  const password = (user: string, secret: string): Login => ({kind: 'password', user, password: async () => secret});
  const connect = (login: Login, onRequest?: OnRequest) =>
    connectAirflow({url, login, timeoutMs: 30_000, insecure: false}, onRequest ? {onRequest} : {});

  beforeAll(async () => {
    const info = await labInfo(name);
    url = info.api.url;
    version = info.airflow;
    const {username} = info.api;
    api = await connect(password(username, info.api.password), begun => ended => requests.push({...begun, ...ended}))();
  });

  async function allDags(): Promise<Dag[]> {
    const dags: Dag[] = [];
    for await (const page of api.dags()) dags.push(...page.dags);
    return dags;
  }

  test('says its version', () => {
    expect(api.version).toBe(version);
    expect(api.major).toBe(version.startsWith('2.') ? 2 : 3);
  });

  test('is healthy, with heartbeats of the last half minute', async () => {
    const health = await api.health();
    expect(health).toMatchObject({
      database: {says: 'healthy'},
      scheduler: {says: 'healthy'},
      triggerer: {says: 'healthy'},
    });
    expect(health.scheduler.heartbeatAgeMs).toBeLessThan(30_000);
    expect(health.dagProcessor?.says).toBe(api.major === 2 ? 'never' : 'healthy');
  });

  test('lists its DAGs with owner, tags and schedule', async () => {
    const dags = await allDags();
    const hourly = dags.find(dag => dag.id === 'hourly_tick');
    expect(hourly).toMatchObject({paused: false, owners: ['airflow'], tags: ['lab']});
    expect(hourly?.schedule).toEqual({kind: 'cron', expression: api.major === 2 ? '@hourly' : '0 * * * *'});
    expect(hourly?.nextRunAtMs).toBeGreaterThan(Date.parse('2026-01-01'));
    expect(dags.find(dag => dag.id === 'quick_success')?.schedule).toEqual({kind: 'none'});
    expect(new Set(dags.map(dag => dag.id)).size).toBe(dags.length);
  });

  test('knows the params of a DAG, and which one is required', async () => {
    const dag = await api.dag('with_params');
    const params = new Map(dag.params.map(param => [param.name, param]));
    expect(dag).toMatchObject({owners: ['airflow'], timezone: 'UTC', file: '/opt/airflow/dags/with_params.py'});
    expect(params.get('count')).toMatchObject({type: 'integer', value: 3, minimum: 1, maximum: 100, required: false});
    expect(params.get('colour')).toMatchObject({choices: ['red', 'green', 'blue'], value: 'red'});
    expect(params.get('ticket')).toMatchObject({type: 'string', required: true, pattern: '^[A-Z]+-[0-9]+$'});
    expect(params.get('ticket')).not.toHaveProperty('value');
  });

  test('triggers a run with a conf, which succeeds, and refuses what is missing, wrong or there already', async () => {
    const id = `rest-test-${Date.now()}`;
    const started = await api.trigger('with_params', {conf: {ticket: 'OPS-1'}, runId: id, note: 'by a test'});
    expect(started).toMatchObject({
      dagId: 'with_params',
      id,
      type: 'manual',
      conf: {ticket: 'OPS-1'},
      note: 'by a test',
    });
    await expect(api.trigger('with_params', {conf: {ticket: 'OPS-1'}, runId: id})).rejects.toMatchObject({
      code: 'airflow.conflict',
      detail: expect.stringMatching(api.major === 2 ? /already exists/ : /Unique constraint violation/),
    });
    await expect(api.trigger('with_params', {conf: {}})).rejects.toMatchObject({
      code: 'airflow.invalid',
      detail: expect.stringContaining('ticket'),
    });
    await expect(api.trigger('broken_import', {conf: {}})).rejects.toMatchObject({code: 'airflow.not-found'});
    const ended = await ending(id);
    expect(ended.state).toBe('success');
    expect(ended.endedAtMs).toBeGreaterThanOrEqual(ended.startedAtMs ?? Number.POSITIVE_INFINITY);
    const tasks = await api.tasks('with_params', id);
    expect(tasks.items).toMatchObject([{taskId: 'show', state: 'success', tryNumber: 1, runId: id}]);
    expect((await api.runs('with_params', 5)).items.map(run => run.id)).toContain(id);
    const recent = await api.recentRuns(['with_params', 'hourly_tick', 'no_such_dag'], 3);
    expect(recent.truncated).toBe(false);
    expect(recent.runs.get('with_params')?.length).toBeGreaterThan(0);
    expect(recent.runs.has('no_such_dag')).toBe(false);
    const today = {state: 'success', endedSinceMs: Date.now() - 86_400_000} as const;
    expect(await api.countRuns(today)).toBeGreaterThan(0);
    expect((await api.runsInState(today, 1)).items).toMatchObject([{state: 'success'}]);
    const oldest = await api.oldestRun('with_params');
    expect(oldest?.startedAtMs).toBeLessThanOrEqual(ended.startedAtMs ?? 0);
  });

  async function ending(runId: string): Promise<Run> {
    for (;;) {
      const run = await api.run('with_params', runId);
      if (run.state === 'success' || run.state === 'failed') return run;
      await new Promise(resolve => setTimeout(resolve, 500));
    }
  }

  test('pauses a DAG and takes it back', async () => {
    try {
      await api.setPaused('retrying', true);
      expect((await allDags()).find(dag => dag.id === 'retrying')?.paused).toBe(true);
    } finally {
      await api.setPaused('retrying', false);
    }
    expect((await allDags()).find(dag => dag.id === 'retrying')?.paused).toBe(false);
  });

  test('shows the import error with its traceback', async () => {
    const {items} = await api.importErrors();
    const broken = items.find(error => error.file.endsWith('broken_import.py'));
    expect(broken?.trace).toContain("ModuleNotFoundError: No module named 'a_module_that_does_not_exist'");
  });

  test('finds the tasks that are in some state, in states that only some versions know too', async () => {
    const {items} = await api.tasksInStates(['running', 'queued', 'none', 'sensing', 'awaiting_input', 'success'], 150);
    expect(items.length).toBeGreaterThan(0);
    expect(items.every(task => task.taskId !== '')).toBe(true);
  });

  test('lets nobody in without a login', async () => {
    expect(await api.anonymousAccess()).toBe('refused');
    const open = await connect({kind: 'none'})();
    expect((await open.health()).scheduler.says).toBe('healthy');
    await expect(open.runs('quick_success', 1)).rejects.toMatchObject({code: 'airflow.unauthorised'});
  });

  test('refuses a wrong password once, and is not asked again by itself', async () => {
    const seen: RequestBegun[] = [];
    const wrong = await connect(password('nobody-here', 'wrong-password'), begun => {
      seen.push(begun);
      return () => {};
    })();
    await expect(wrong.importErrors()).rejects.toMatchObject({code: 'airflow.unauthorised'});
    const asked = seen.length;
    await expect(wrong.importErrors()).rejects.toMatchObject({code: 'airflow.unauthorised'});
    expect(seen).toHaveLength(asked);
  });

  test('says how far its clock is ahead: not at all, it is the same machine', async () => {
    const {clockAheadMs = Number.NaN, tookMs} = await api.health();
    // uvicorn (3.x) makes its Date header once a second, and it has whole seconds.
    expect(Math.abs(clockAheadMs)).toBeLessThanOrEqual(1600 + tookMs);
  });

  test('gives its variables and pools', async () => {
    for await (const {items} of api.variables()) {
      const greeting = items.find(({key}) => key === 'lab_greeting');
      expect(greeting?.value).toEqual({kind: 'clear', text: 'hello from the lab'});
    }
    expect.assertions(3);
    const pools = (await api.pools()).items;
    expect(pools.find(({name}) => name === 'lab_pool')).toMatchObject({slots: 3, description: 'A pool of the lab'});
    expect(pools.find(({name}) => name === 'default_pool')?.slots).toBe(128);
  });

  test('lists its jobs with fresh heartbeats, or says from which version on', async () => {
    if (api.major === 2) return expect(api.jobs()).rejects.toMatchObject({code: 'airflow.needs-version'});
    const {items} = await api.jobs();
    const alive = items.filter(({heartbeatAgeMs = Number.POSITIVE_INFINITY}) => heartbeatAgeMs < 30_000);
    expect(new Set(alive.map(({component}) => component))).toEqual(
      new Set(['scheduler', 'triggerer', 'dag-processor']),
    );
    expect(alive[0]).toMatchObject({hostname: name, state: 'running'});
  });

  test('counts the runs of a DAG by state', async () => {
    const counts = (await api.dagStats(['with_params', 'no_such_dag'])).get('with_params');
    expect(counts?.success).toBeGreaterThan(0);
    expect(counts?.success).toBe(
      (await api.runs('with_params', 1000)).items.filter(run => run.state === 'success').length,
    );
  });

  test('does not give its configuration, nor its pages without a login', async () => {
    expect(await api.configExposure()).toBe('closed');
    expect(await api.pageAccess()).toBe('refused');
  });

  test('admits the right password only, and says what the login may do', async () => {
    const nobody = await connect({kind: 'none'})();
    expect(await nobody.admitsLogin('monitor', 'monitor')).toBe(true);
    expect(await nobody.admitsLogin('monitor', 'wrong-password')).toBe(false);
    expect(await api.rights()).toEqual({kind: 'roles', user: 'admin', roles: ['Admin']});
    const monitor = await connect(password('monitor', 'monitor'))();
    expect(await monitor.rights()).toEqual({kind: 'tried', may: new Set(['see DAGs'])});
  });

  test('tells the monitor user what it may not do', async () => {
    const monitor = await connect(password('monitor', 'monitor'))();
    expect((await monitor.runs('quick_success', 1)).total).toBeGreaterThanOrEqual(0);
    await expect(monitor.trigger('quick_success', {conf: {}})).rejects.toMatchObject({
      code: 'airflow.forbidden',
      detail: 'Forbidden',
    });
    await expect(monitor.run('no_such_dag', 'x')).rejects.toBeInstanceOf(Problem);
  });

  test('logs in once for all requests', () => {
    const logins = requests.filter(({method, url}) => method === 'POST' && /\/(login\/|auth\/token)$/.test(url));
    expect(logins).toHaveLength(1);
  });
});
