import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {type LabInfo, labExec, labFault, labHosts, labInfo} from './hosts.ts';
import {Program, type Running} from './program.ts';

/** The built program without a screen, against real Airflow under real systemd behind a real sshd. */
describe.each(labHosts)('headless, Airflow $airflow', ({name, airflow}) => {
  let info: LabInfo;
  let windsock: Program;
  let following: Running | undefined;
  const isOld = airflow.startsWith('2');

  const state = (unit: string) => labExec(name, 'systemctl', 'show', '-P', 'ActiveState', unit);
  const soon = {timeout: 60_000, interval: 200};

  beforeAll(async () => {
    info = await labInfo(name);
    windsock = new Program(info, {
      admin: {airflow: 'admin', host: 'ops'},
      viewer: {airflow: 'monitor', host: 'viewer'},
    });
  });

  afterEach(() => {
    following?.signal('SIGKILL');
    following = undefined;
  });

  afterAll(async () => {
    windsock.close();
    await labFault(name, 'heal');
  });

  test('dags pause and unpause set what is wanted, whatever it was; an id that is not known stops all', async () => {
    const paused = async (...ids: readonly string[]) => {
      const dags = (await windsock.run('admin', 'dags', 'list', '--json')).json() as {id: string; paused: boolean}[];
      return ids.map(id => dags.find(dag => dag.id === id)?.paused);
    };
    const before = await paused('retrying', 'mapped');
    try {
      const done = await windsock.run('admin', 'dags', 'pause', 'retrying', 'mapped', '--yes', '--json');
      expect(done).toMatchObject({code: 0, stderr: ''});
      expect(done.json()).toMatchObject({report: {operation: 'dags.pause', outcome: 'done'}});
      expect(await paused('retrying', 'mapped')).toEqual([true, true]);
      const wrong = await windsock.run('admin', 'dags', 'unpause', 'retrying', 'no/such dag', '--yes', '--json');
      expect(wrong).toMatchObject({code: 1, stdout: ''});
      expect(JSON.parse(wrong.stderr).problem).toMatchObject({
        code: 'airflow.not-found',
        detail: expect.stringContaining('no/such dag'),
      });
      expect(await paused('retrying')).toEqual([true]);
      const dry = await windsock.run('admin', 'dags', 'unpause', 'retrying', 'mapped', '--dry-run');
      expect(dry.stdout).toMatch(/1\. Unpause retrying\n.*2\. Unpause mapped/);
      expect(await paused('retrying')).toEqual([true]);
    } finally {
      await windsock.run('admin', 'dags', 'unpause', 'retrying', 'mapped', '--yes');
      const ids = ['retrying', 'mapped'].filter((_, index) => before[index] === true);
      if (ids.length > 0) await windsock.run('admin', 'dags', 'pause', ...ids, '--yes');
    }
    expect(await paused('retrying', 'mapped')).toEqual(before);
    expect(await windsock.run('viewer', 'dags', 'pause', 'retrying', '--yes')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Airflow does not allow this user to do that'),
    });
  });

  test('dags runs tells a DAG that never ran from one that does not exist', async () => {
    const listed = await windsock.run('admin', 'dags', 'runs', 'hourly_tick', '--limit', '1', '--json');
    expect(listed.json()).toMatchObject([{id: expect.stringContaining('__'), conf: {}}]);
    expect(listed.code).toBe(0);
    const unknown = await windsock.run('admin', 'dags', 'runs', 'nobody');
    expect(unknown).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('[airflow.not-found]')});
  });

  test('units are stopped and started; the journal is followed through a lost connection until ^C', async () => {
    following = windsock.start('admin', 'units', 'journal', 'triggerer', '--follow', '--lines', '1', '--json');
    const {wrote} = following;
    await vi.waitFor(() => expect(wrote.stdout).not.toBe(''), soon);
    const stopped = await windsock.run('admin', 'units', 'stop', 'airflow-triggerer', '--yes', '--json');
    expect(stopped).toMatchObject({code: 0, stderr: ''});
    expect((await state('airflow-triggerer')).trim()).toBe('inactive');
    await vi.waitFor(() => expect(wrote.stdout).toMatch(/"text":"Stopped airflow-triggerer/), soon);
    await labExec(name, 'pkill', '-f', '^sshd: ops');
    await vi.waitFor(() => expect(wrote.stderr).toMatch(/^\{"host":.*"host\.lost"/), soon);
    const started = await windsock.run('admin', 'units', 'start', 'triggerer', '--yes');
    expect(started.stdout).toContain('airflow-triggerer is active');
    expect(started.code).toBe(0);
    await vi.waitFor(() => expect(wrote.stdout).toMatch(/"text":"Started airflow-triggerer/), soon);
    const texts = wrote.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).text as string);
    expect(texts.filter(text => text.startsWith('Stopped airflow-triggerer'))).toHaveLength(1);
    following.signal('SIGINT');
    expect((await following.ended).code).toBe(130);
    await vi.waitFor(
      async () => expect(await labExec(name, 'sh', '-c', "pgrep -af '^journalctl .*triggerer' || true")).toBe(''),
      soon,
    );
  });

  test('units journal goes back as far as it is wanted', async () => {
    const lines = (text: string) => text.trimEnd().split('\n');
    const two = await windsock.run('admin', 'units', 'journal', 'scheduler', '--since', '1d', '--lines', '2', '--json');
    const entries = lines(two.stdout).map(line => JSON.parse(line));
    expect(entries).toHaveLength(2);
    expect(entries[1]).toMatchObject({unit: 'airflow-scheduler.service', priority: expect.any(Number)});
    expect(entries[0].at <= entries[1].at).toBe(true);
    const all = await windsock.run('admin', 'units', 'journal', 'scheduler', 'triggerer', '--since', '1d');
    const times = lines(all.stdout)
      .filter(line => !line.startsWith(' '))
      .map(line => line.slice(0, 24));
    expect(times.length).toBeGreaterThan(10);
    expect(times).toEqual(times.toSorted());
    expect(await windsock.run('viewer', 'units', 'journal', 'scheduler', '--since', '1h')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[host.journal-denied]'),
    });
  });

  test('nothing is changed read-only, or by who may not', async () => {
    const refused = await windsock.run('admin', 'units', 'stop', 'triggerer', '--yes', '--read-only');
    expect(refused).toMatchObject({code: 77, stderr: expect.stringContaining('[operation.read-only]')});
    const denied = await windsock.run('viewer', 'units', 'stop', 'triggerer', '--yes');
    expect(denied).toMatchObject({code: 1, stderr: expect.stringContaining('NOPASSWD: ')});
    expect((await state('airflow-triggerer')).trim()).toBe('active');
  });

  test('config get says what is in force and who decides it; a secret is masked until it is revealed', async () => {
    const section = isOld ? 'webserver' : 'api';
    const workers = await windsock.run('admin', 'config', 'get', section, 'workers', '--json');
    expect(workers.json()).toMatchObject([
      {
        section,
        option: 'workers',
        value: isOld ? '2' : '1',
        source: {kind: 'environment', from: {kind: 'file', path: '/etc/default/airflow'}},
        overridden: {value: isOld ? '4' : '2'},
      },
    ]);
    const key = (await labExec(name, 'sed', '-n', 's/^fernet_key *= *//p', `${info.airflowHome}/airflow.cfg`)).trim();
    expect(key).not.toBe('');
    const masked = await windsock.run('admin', 'config', 'get', 'core', 'fernet_key');
    expect(masked.stdout).toMatch(/•••• [0-9a-f]{4}:[0-9a-f]{4} +airflow\.cfg/);
    expect(masked.stdout).not.toContain(key);
    const listed = await windsock.run('admin', 'config', 'list', '--json');
    expect(listed.code).toBe(0);
    expect(listed.stdout).not.toContain(key);
    expect((listed.json() as [{settings: unknown[]}])[0].settings.length).toBeGreaterThan(100);
    const revealed = await windsock.run('admin', 'config', 'get', 'core', 'fernet_key', '--reveal', '--json');
    expect(revealed.json()).toMatchObject([{value: key, secret: true}]);
    const none = await windsock.run('admin', 'config', 'get', 'core', 'no_such_option');
    expect(none).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining('[config.not-set]')});
  });

  test('config get of somebody who may not read the file fails, and is not "not set"', async () => {
    const denied = await windsock.run('viewer', 'config', 'get', 'core', 'executor');
    expect(denied).toMatchObject({code: 1, stdout: ''});
    expect(denied.stderr).not.toContain('config.not-set');
  });

  test('logs usage counts the log folder', async () => {
    const {code, json} = await windsock.run('admin', 'logs', 'usage', '--json');
    const [{folders, files, classes}] = json() as [{folders: string[]; files: number; classes: {class: string}[]}];
    expect(code).toBe(0);
    expect(folders).toContain(info.logs);
    expect(files).toBeGreaterThan(0);
    expect(classes.map(each => each.class)).toContain('dag-file');
  });

  test('data variables list masks, reveals on demand, and is refused to a viewer', async () => {
    const masked = await windsock.run('admin', 'data', 'variables', 'list');
    expect(masked.stdout).toMatch(/^lab_greeting +•••• /m);
    expect(masked.stdout).not.toContain('hello from the lab');
    const shown = await windsock.run(
      'admin',
      'data',
      'variables',
      'list',
      '--reveal',
      '--filter',
      'greeting',
      '--json',
    );
    expect(shown.json()).toMatchObject([{key: 'lab_greeting', kind: 'clear', value: 'hello from the lab'}]);
    expect(await windsock.run('viewer', 'data', 'variables', 'list')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('[airflow.forbidden]'),
    });
  });
});
