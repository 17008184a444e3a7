import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {readInstallation} from '../../../src/config/installation.ts';
import {type Demo, openDemo} from '../../../src/demo/demo.ts';
import type {Host} from '../../../src/host/host.ts';
import {layoutOf} from '../../../src/logs/layout.ts';
import {type Usage, usage} from '../../../src/logs/usage.ts';
import {execute} from '../../../src/operations/execute.ts';
import {followJournal} from '../../../src/units/journal.ts';
import {restartUnits, stopUnits} from '../../../src/units/operations.ts';
import {readUnits} from '../../../src/units/state.ts';
import {reach, refuses} from './probes.ts';

let demo: Demo;
let host: Host;

beforeEach(async () => {
  demo = await openDemo({speed: 10});
  host = reach(demo.profile).host;
});
afterEach(async () => {
  host.close();
  await demo.close();
});

const until = <T>(look: () => Promise<T>): Promise<T> => vi.waitFor(look, {timeout: 15_000, interval: 50});

test('the units are found by what they run; the scheduler is failed, killed 4 min 12 s ago', async () => {
  const {units, loose, orphans} = await readUnits(host);
  expect(loose).toEqual([]);
  expect(orphans).toEqual([]);
  expect(units.map(({component, state}) => [component, state])).toEqual([
    ['api-server', 'active'],
    ['dag-processor', 'active'],
    ['scheduler', 'failed'],
    ['triggerer', 'active'],
  ]);
  const [apiServer, , scheduler] = units;
  expect(scheduler?.ended).toEqual({result: 'signal', signal: 9});
  expect(scheduler?.inStateMs).toBeGreaterThanOrEqual(252_000);
  expect(scheduler?.inStateMs).toBeLessThan(270_000);
  expect(apiServer).toMatchObject({user: 'airflow', stopTimeoutMs: 90_000, restarts: 0, enabled: 'enabled'});
  expect(apiServer?.memoryBytes).toBe(412 * 1024 * 1024);
});

test('a restart heals: the operation ends with a new heartbeat, and what was queued goes on', async () => {
  const {airflow} = reach(demo.profile);
  const api = await airflow();
  expect((await api.health()).scheduler.says).toBe('unhealthy');
  const context = {host: () => host, airflow: () => airflow(), profileName: 'demo', now: Date.now};
  const scheduler = (await readUnits(host)).units.filter(unit => unit.component === 'scheduler');
  const signal = AbortSignal.timeout(20_000);
  const plan = await restartUnits(context, scheduler).plan(signal);
  expect(plan.blocked).toBeUndefined();
  expect(plan.steps.map(({text}) => text)).toEqual([
    'systemctl restart airflow-scheduler.service',
    'wait until the unit is active',
    'wait for a new heartbeat',
  ]);
  const report = await execute('units.restart', plan, signal);
  expect(report.outcome).toBe('done');
  expect((await api.health()).scheduler.says).toBe('healthy');
  await until(async () => expect(await api.countRuns({state: 'queued'})).toBe(0));
  const {items} = await api.runs('etl_backfill', 1);
  await until(async () => expect((await api.run('etl_backfill', items[0]?.id ?? '')).state).toBe('success'));
});

test('a restart of the scheduler that lives names the task that it ends', async () => {
  // Nothing else may begin meanwhile.
  for (const dag of demo.world.runs.dags.values()) dag.nextRunAt = undefined;
  const {airflow} = reach(demo.profile);
  await host.exec(['systemctl', 'start', 'airflow-scheduler'], {as: 'root'});
  const api = await airflow();
  const running = async () => (await api.tasksInStates(['queued', 'running'], 10)).items;
  await until(async () => expect(await running()).toMatchObject([{taskId: 'tick', tryNumber: 2, state: 'running'}]));
  await until(async () => expect(await api.countRuns({state: 'running'})).toBe(1));
  const {units} = await readUnits(host);
  const scheduler = units.filter(unit => unit.component === 'scheduler');
  expect(scheduler[0]?.tasks).toHaveLength(1);
  const context = {host: () => host, airflow: () => airflow(), profileName: 'demo', now: Date.now};
  const plan = await restartUnits(context, scheduler).plan(AbortSignal.timeout(10_000));
  expect(plan.warnings.join()).toContain('Ends 1 running task: long_sleep.tick');
});

test('a DAG that is triggered runs to its end', async () => {
  const api = await reach(demo.profile).airflow();
  await host.exec(['systemctl', 'start', 'airflow-scheduler'], {as: 'root'});
  const run = await api.trigger('with_params', {conf: {ticket: 'OPS-123'}, note: 'from a test'});
  expect(run.state).toBe('queued');
  await until(async () => expect((await api.run('with_params', run.id)).state).toBe('success'));
  const {items} = await api.tasks('with_params', run.id);
  expect(items.map(({taskId, state, operator}) => [taskId, state, operator])).toEqual([
    ['show', 'success', 'BashOperator'],
  ]);
  const bad = await api.trigger('with_params', {conf: {}}).catch(error => error);
  expect(bad).toMatchObject({code: 'airflow.invalid'});
});

test('while the unit of the web server is stopped nothing listens, and the host still answers', async () => {
  const {apiPort, airflow} = reach(demo.profile);
  const context = {host: () => host, airflow: () => airflow(), profileName: 'demo', now: Date.now};
  const server = (await readUnits(host)).units.filter(unit => unit.component === 'api-server');
  const signal = AbortSignal.timeout(15_000);
  const plan = await stopUnits(context, server).plan(signal);
  expect((await execute('units.stop', plan, signal)).outcome).toBe('done');
  expect(await refuses(apiPort)).toBe(true);
  await expect(airflow()).rejects.toMatchObject({code: 'airflow.unreachable'});
  await host.exec(['systemctl', 'start', 'airflow-api-server.service'], {as: 'root'});
  expect((await (await airflow()).health()).triggerer?.says).toBe('healthy');
});

test('a host that cannot be reached comes back at the same port', async () => {
  await host.exec(['true']);
  demo.world.refuse('host', true);
  await until(async () => expect(host.state().at).toBe('down'));
  demo.world.refuse('host', false);
  await until(async () => expect((await host.exec(['echo', 'here'])).stdout).toBe('here\n'));
});

test('the settings are read from the real file in the folder, and the environment beats it', async () => {
  const {units} = await readUnits(host);
  const found = await readInstallation(host, units, demo.profile);
  expect(found.problems).toEqual([]);
  expect(found.version).toBe('3.3.2');
  expect(found.airflowHome).toBe(`${demo.folder}/airflow`);
  expect(found.logFolder).toBe(`${demo.folder}/airflow/logs`);
  expect(found.user).toBe('airflow');
  const of = (option: string) => found.settings.filter(setting => setting.option === option);
  expect(of('LOAD_EXAMPLES')[0]?.ignored).toBe('names are lower-case');
  expect(of('workers')[0]).toMatchObject({value: '1'});
  expect(found.settings.length).toBeGreaterThan(60);
});

test('the agent really scans the log folder', async () => {
  await demo.filled;
  let last: Usage | undefined;
  for await (const snapshot of usage(host, [layoutOf(`${demo.folder}/airflow/logs`)], {as: {user: 'airflow'}}))
    last = snapshot;
  expect(last?.files).toBeGreaterThan(600);
  expect(last?.errors).toBe(0);
  expect(Date.now() - (last?.oldestMs ?? 0)).toBeGreaterThan(380 * 86_400_000);
});

test('the journal tells why the scheduler died, and goes on when it starts', async () => {
  const over = new AbortController();
  const texts: string[] = [];
  const following = (async () => {
    const options = {lines: 3, signal: over.signal};
    for await (const {text} of followJournal(host, 'airflow-scheduler.service', options)) texts.push(text);
  })();
  await until(async () => expect(texts.at(-1)).toBe("airflow-scheduler.service: Failed with result 'signal'."));
  expect(texts).toHaveLength(3);
  await host.exec(['systemctl', 'start', 'airflow-scheduler'], {as: 'root'});
  await until(async () => expect(texts).toContain('Starting the scheduler'));
  expect(texts).toContain('Started airflow-scheduler.service - Airflow scheduler daemon.');
  over.abort();
  await following;
  await until(async () => expect(demo.pids()).toEqual([]));
});
