import {readFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import type {Host} from '../../../src/host/host.ts';
import {readSome, readUnits} from '../../../src/units/state.ts';
import {FakeHost} from './fake-host.ts';

/** A host that answers what one of the lab did. */
async function recorded(file: string): Promise<Host> {
  const text = await readFile(new URL(`../../fixtures/units/${file}.txt`, import.meta.url), 'utf8');
  return answering({stdout: text});
}

const answering = (answer: {stdout?: string; stderr?: string}): Host =>
  Object.assign(new FakeHost(), {
    exec: async () => ({code: 0, signal: undefined, stdout: '', stderr: '', ...answer}),
  });

describe('a real host', () => {
  test('of 2.11.0: units, memory and the task that SequentialExecutor runs inside the scheduler', async () => {
    const {units, loose, orphans} = await readUnits(await recorded('2.11.0-all'));
    expect(units.map(({name, component, state, mainPid, tasks}) => ({name, component, state, mainPid, tasks}))).toEqual(
      [
        {
          name: 'airflow-scheduler.service',
          component: 'scheduler',
          state: 'active',
          mainPid: 1952,
          tasks: [{pid: 2814, ageMs: 3_000, task: {dagId: 'long_sleep', taskId: 'tick', runId: 'units_fix'}}],
        },
        {name: 'airflow-triggerer.service', component: 'triggerer', state: 'active', mainPid: 2336, tasks: []},
        {name: 'airflow-webserver.service', component: 'webserver', state: 'active', mainPid: 31, tasks: []},
      ],
    );
    // The resident memory of a master, its monitor and two workers, for want of a number by systemd.
    expect(units[2]?.memoryBytes).toBe((121_824 + 135_328 + 128_452 + 127_864) * 1024);
    expect(units[0]).toMatchObject({stopTimeoutMs: 20_000, user: 'airflow', enabled: 'enabled', restarts: 0});
    expect([loose, orphans]).toEqual([[], []]);
  });

  test('of 3.3.2: idle workers of LocalExecutor are no tasks, a busy one is as old as its task', async () => {
    const names = ['api-server', 'dag-processor', 'scheduler', 'triggerer'] as const;
    const asked = names.map(component => ({name: `airflow-${component}.service`, component}));
    const {units, systemctl} = await readSome(await recorded('3.3.2-some'), asked);
    expect(units.map(({component}) => component)).toEqual(names);
    expect(units[2]?.tasks).toEqual([{pid: 2400, ageMs: 6_000, task: {id: '01a20481-b6b9-7725-9c21-b78aa854c2a2'}}]);
    expect(systemctl).toBe('/usr/bin/systemctl');
  });
});

describe('the state of a unit', () => {
  const seen = async (changes: Parameters<FakeHost['add']>[1]) => {
    const host = new FakeHost();
    host.add('airflow-scheduler.service', changes);
    return (await readUnits(host)).units[0];
  };

  test('active: since when by the clock of the host, with what memory', async () => {
    expect(await seen({})).toMatchObject({
      state: 'active',
      inStateMs: 10_000,
      memoryBytes: 100 * 1024 * 1024,
      ended: undefined,
      stopTimeoutMs: 90_000,
    });
  });
  test('what systemd counts for the cgroup wins over the sum of its processes', async () => {
    const host = new FakeHost();
    host.add('airflow-scheduler.service', {extra: 'MemoryCurrent=4096'});
    const text = (await host.exec(['sh', '-c', '', 'sh', 'all'])).stdout.replace('MemoryCurrent=[not set]\n', '');
    expect((await readUnits(answering({stdout: text}))).units[0]?.memoryBytes).toBe(4096);
  });
  test('failed: killed by a signal', async () => {
    const killed = {state: 'failed', sub: 'failed', pid: 0, result: 'signal', code: 2, status: 9};
    expect(await seen(killed)).toMatchObject({
      state: 'failed',
      mainPid: undefined,
      memoryBytes: undefined,
      ended: {result: 'signal', signal: 9},
    });
  });
  test('starting over and over: ended with an exit code', async () => {
    const looping = {
      state: 'activating',
      sub: 'auto-restart',
      pid: 0,
      restarts: 4,
      result: 'exit-code',
      code: 1,
      status: 1,
    };
    expect(await seen(looping)).toMatchObject({
      state: 'activating',
      subState: 'auto-restart',
      restarts: 4,
      ended: {result: 'exit-code', exitCode: 1},
    });
  });
  test('masked', async () => {
    const masked = {load: 'masked', state: 'inactive', sub: 'dead', pid: 0, command: ''};
    expect(await seen(masked)).toMatchObject({component: 'scheduler', state: 'masked'});
    // It was killed while it stopped: that it failed is the past, that it cannot be started is what counts.
    expect(await seen({...masked, state: 'failed', sub: 'failed'})).toMatchObject({state: 'masked'});
  });
  test('running though its file is gone', async () => {
    expect(await seen({load: 'not-found'})).toMatchObject({state: 'active'});
  });
  test('with processes that may not be seen: whether tasks run is not known', async () => {
    const host = new FakeHost();
    host.add('airflow-scheduler.service');
    const text = (await host.exec(['sh', '-c', '', 'sh', 'all'])).stdout.replace(/^ +100 .*\n/m, '');
    expect((await readUnits(answering({stdout: text}))).units[0]).not.toHaveProperty('tasks');
  });
  test('with units that systemd changes together with it', async () => {
    const extra =
      'RequiredBy=multi-user.target airflow-x.service\nConsistsOf=airflow-y.service\nBoundBy=airflow-x.service';
    expect(await seen({extra})).toMatchObject({dependents: ['airflow-x.service', 'airflow-y.service']});
  });
});

describe('all services are looked through', () => {
  const known = async (host: FakeHost) => readUnits(host, undefined, () => 1_000_000);

  test('once in five minutes; in between only the known ones', async () => {
    const host = new FakeHost();
    host.add('airflow-scheduler.service');
    host.add('nginx.service', {command: '/usr/sbin/nginx'});
    const before = await known(host);
    const next = await readUnits(host, before, () => 1_299_999);
    await readUnits(host, next, () => 1_300_000);
    expect(host.probes).toEqual([['all'], ['airflow-scheduler.service'], ['all']]);
  });

  test('not each time where there are none', async () => {
    const host = new FakeHost();
    host.add('nginx.service', {command: '/usr/sbin/nginx'});
    const before = await known(host);
    expect(await readUnits(host, before, () => 1_005_000)).toMatchObject({units: [], loose: []});
    expect(host.probes).toEqual([['all'], []]);
  });

  test('when a unit vanished: it is missing until the next time', async () => {
    const host = new FakeHost();
    host.add('airflow-scheduler.service');
    host.add('airflow-triggerer.service');
    const before = await known(host);
    host.units.delete('airflow-triggerer.service');
    const after = await readUnits(host, before, () => 1_005_000);
    expect(after.units.map(({name, state}) => [name, state])).toEqual([
      ['airflow-scheduler.service', 'active'],
      ['airflow-triggerer.service', 'missing'],
    ]);
    const still = await readUnits(host, after, () => 1_010_000);
    expect(still.units.map(({state}) => state)).toEqual(['active', 'missing']);
    expect(host.probes.filter(([first]) => first === 'all')).toHaveLength(2);
    const later = await readUnits(host, still, () => 2_000_000);
    expect(later.units.map(({name}) => name)).toEqual(['airflow-scheduler.service']);
  });

  test('when a component appears in a unit that is not known', async () => {
    const host = new FakeHost();
    host.add('airflow-scheduler.service');
    const before = await known(host);
    host.add('af.service', {command: '/opt/airflow/bin/airflow triggerer'});
    const after = await readUnits(host, before, () => 1_005_000);
    expect(after.units.map(({name}) => name)).toEqual(['af.service', 'airflow-scheduler.service']);
    expect(after.loose).toEqual([]);
  });
});

describe('a host without systemd', () => {
  test.each([
    ['#none no systemctl\n', 'af-1: no systemctl'],
    ['#none systemd did not start this system\n', 'af-1: systemd did not start this system'],
    [
      '#none Failed to connect to bus: No such file or directory\n',
      'af-1: Failed to connect to bus: No such file or directory',
    ],
  ])('is a problem: %s', async (stdout, detail) => {
    await expect(readUnits(answering({stdout}))).rejects.toMatchObject({code: 'host.no-systemd', detail});
  });

  test('and a command that broke off is one of its own', async () => {
    await expect(
      readUnits(answering({stdout: '#systemctl\n/bin/systemctl\n#units\n', stderr: 'Killed'})),
    ).rejects.toMatchObject({
      code: 'host.command-failed',
    });
  });
});

test('what a unit says of itself holds nothing that a terminal obeys', async () => {
  const host = new FakeHost();
  host.add('airflow-scheduler.service', {
    state: 'failed',
    sub: 'fai\u001B[2Jled',
    result: 'exit\u0007-code',
    extra: 'RequiredBy=b\u001B[1m.service',
  });
  const {units} = await readUnits(host);
  expect(units[0]).toMatchObject({subState: 'failed', ended: {result: 'exit-code'}, dependents: ['b.service']});
});
