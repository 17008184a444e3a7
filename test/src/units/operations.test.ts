import {beforeEach, describe, expect, test} from 'vitest';
import {execute} from '../../../src/operations/execute.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {restartUnits, startUnits, stopUnits} from '../../../src/units/operations.ts';
import {never, planOf, Scene, shownSteps, walk} from './fake-airflow.ts';
import {FakeHost, fakeContext, ps} from './fake-host.ts';

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe('a restart', () => {
  test('shows what will be done, and does nothing yet', async () => {
    const planned = await planOf(restartUnits(scene.context, [scene.scheduler]));
    expect(planned.title).toBe('Restart airflow-scheduler on af-1');
    expect(shownSteps(planned)).toEqual([
      'systemctl restart airflow-scheduler.service | as root, by sudo',
      'wait until the unit is active | its stop may take up to 1 min 30 s',
      'wait for a new heartbeat',
    ]);
    expect(planned).toMatchObject({verb: 'restart', confirm: {by: 'key'}, warnings: []});
    expect(planned.blocked).toBeUndefined();
    expect(scene.host.ran).toEqual([]);
  });

  test('ends with a heartbeat that is newer than it', async () => {
    let asked = 0;
    scene.health = () => {
      asked += 1;
      // The old one's heartbeat first; then, after some seconds, one of the new process.
      return {scheduler: {says: 'healthy', heartbeatAgeMs: asked < 5 ? 60_000 : 1_000}};
    };
    const {report, said} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(report.outcome).toBe('done');
    expect(report.summary).toBe('airflow-scheduler is active again; its first heartbeat came after 7 s.');
    expect(report.undo).toBeUndefined();
    expect(scene.host.ran).toEqual(['restart airflow-scheduler.service']);
    expect(said).toContain('stopping, at most 1 min 30 s more');
    expect(said).toContain('no heartbeat yet, 4 s');
  });

  test('is confirmed by typing where the profile is protected', async () => {
    const planned = await planOf(restartUnits({...scene.context, protect: 'prod'}, [scene.scheduler]));
    expect(planned.confirm).toEqual({by: 'typing', word: 'prod'});
  });

  test('waits for no heartbeat where the profile names no API, or the version does not report it', async () => {
    const {airflow: _, ...without} = scene.context;
    expect((await planOf(restartUnits(without, [scene.scheduler]))).steps).toHaveLength(2);
    scene.host.add(scene.triggerer.name);
    expect((await planOf(restartUnits(scene.context, [scene.triggerer]))).steps).toHaveLength(2);
    scene.health = () => ({triggerer: {says: 'unhealthy'}});
    expect((await planOf(restartUnits(scene.context, [scene.triggerer]))).steps).toHaveLength(3);
  });

  test('of the scheduler succeeds while the API does not answer, and says that no heartbeat was seen', async () => {
    scene.health = () => {
      throw new Problem('airflow.unreachable');
    };
    const {report} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(report.outcome).toBe('done');
    expect(report.summary).toBe(
      'airflow-scheduler is active again; the API does not answer, so the heartbeat cannot be seen.',
    );
  });

  test('of the web server fails when the API does not answer afterwards', async () => {
    scene.host.add(scene.webserver.name);
    scene.health = () => {
      throw new Problem('airflow.unreachable', 'connection refused');
    };
    scene.host.journal = [line('Worker failed to boot')];
    const {report, outcomes} = await walk(restartUnits(scene.context, [scene.webserver]));
    expect(outcomes).toEqual(['done', 'done', 'failed']);
    expect(report.results[2]?.problem).toMatchObject({code: 'operation.no-effect', lines: ['Worker failed to boot']});
  });

  test('without a new heartbeat fails with the last lines of the journal', async () => {
    scene.health = () => ({scheduler: {says: 'healthy', heartbeatAgeMs: 600_000}});
    scene.host.journal = [line('Traceback'), line('OperationalError')];
    const {report} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(report.results[2]?.problem).toMatchObject({
      code: 'operation.no-effect',
      detail: 'airflow-scheduler is active, but Airflow had no heartbeat of it for 1 min 30 s',
      lines: ['Traceback', 'OperationalError'],
    });
  });

  test('of a unit that then ends over and over fails at once', async () => {
    const broken = {state: 'activating', sub: 'auto-restart', pid: 0, result: 'exit-code', code: 1, status: 1};
    scene.host.on = (_verb, found) => {
      Object.assign(found, broken);
      return undefined;
    };
    scene.host.beforeLook = () => {
      const found = scene.host.units.get(scene.scheduler.name);
      if (found !== undefined && scene.host.ran.length > 0) Object.assign(found, broken);
    };
    const {report, outcomes} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(outcomes).toEqual(['done', 'failed', 'not-done']);
    expect(report.results[1]?.problem?.detail).toBe(
      'airflow-scheduler ended after its start (exit 1); systemd starts it again',
    );
  });

  test('does nothing when somebody else restarted the unit since the preview', async () => {
    const {report, outcomes} = await walk(restartUnits(scene.context, [scene.scheduler]), () => {
      Object.assign(scene.host.units.get(scene.scheduler.name) ?? {}, {pid: 4711});
    });
    expect(outcomes).toEqual(['failed', 'not-done', 'not-done']);
    expect(report.results[0]?.problem).toMatchObject({
      code: 'operation.changed',
      detail: 'airflow-scheduler was active (process 100) and is now active (process 4711)',
    });
    expect(scene.host.ran).toEqual([]);
  });

  test('is done all the same when it was systemd that started it again meanwhile', async () => {
    const {outcomes} = await walk(restartUnits(scene.context, [scene.scheduler]), () => {
      Object.assign(scene.host.units.get(scene.scheduler.name) ?? {}, {pid: 4711, restarts: 3});
    });
    expect(outcomes).toEqual(['done', 'done', 'done']);
  });

  test('of several units walks them one after the other: the web server first, the scheduler last', async () => {
    scene.host.add(scene.webserver.name);
    scene.host.add(scene.triggerer.name);
    scene.health = () => ({
      scheduler: {says: 'healthy', heartbeatAgeMs: 0},
      triggerer: {says: 'healthy', heartbeatAgeMs: 0},
    });
    const operation = restartUnits(scene.context, [scene.scheduler, scene.triggerer, scene.webserver]);
    expect(operation.title).toBe('Restart 3 units on af-1');
    const {report} = await walk(operation);
    expect(scene.host.ran).toEqual(
      ['webserver', 'triggerer', 'scheduler'].map(name => `restart airflow-${name}.service`),
    );
    expect(report.results.map(({text}) => text)).toContain('wait for a new heartbeat: airflow-triggerer');
    expect(report.summary).toBe('3 units are active again.');
    const stop = await planOf(stopUnits(scene.context, [scene.scheduler, scene.triggerer, scene.webserver]));
    expect(stop.steps.map(({text}) => text).filter(text => text.startsWith('systemctl'))).toEqual(
      ['scheduler', 'triggerer', 'webserver'].map(name => `systemctl stop airflow-${name}.service`),
    );
  });

  test('of units of several hosts names the host of each', async () => {
    const second = new FakeHost('af-2');
    second.add(scene.scheduler.name);
    const both = fakeContext([scene.host, second]);
    const operation = restartUnits(both, [scene.scheduler, {...scene.scheduler, host: 'af-2'}]);
    expect(operation.title).toBe('Restart 2 units on 2 hosts');
    expect(shownSteps(await planOf(operation)).filter(text => text.startsWith('systemctl'))).toEqual([
      'systemctl restart airflow-scheduler.service on af-1 | as root, by sudo',
      'systemctl restart airflow-scheduler.service on af-2 | as root, by sudo',
    ]);
  });

  test('that systemd refuses for too many starts names the way out', async () => {
    scene.host.on = () => ({
      code: 1,
      signal: undefined,
      stdout: '',
      stderr: 'Failed to restart airflow-scheduler.service: start of the service was attempted too often.\n',
    });
    const {report} = await walk(restartUnits(scene.context, [scene.scheduler]));
    expect(report.results[0]?.problem?.code).toBe('host.command-failed');
    expect(report.results[0]?.problem?.detail).toContain('"systemctl reset-failed airflow-scheduler.service" on af-1');
  });

  test('can be cancelled while it waits, and says that systemd goes on', async () => {
    const abort = new AbortController();
    scene.host.on = () => {
      abort.abort();
      throw abort.signal.reason;
    };
    const planned = await planOf(restartUnits(scene.context, [scene.scheduler]));
    const report = await execute('units.restart', planned, abort.signal);
    expect(report.outcome).toBe('cancelled');
    expect(report.results[0]?.problem?.detail).toBe('systemd goes on: it was told to restart airflow-scheduler');
  });
});

describe('tasks', () => {
  const busy = () => {
    scene.host.processes = [
      ps(300, 100, '/usr/bin/python /opt/airflow/bin/airflow tasks run etl load manual__1 --local'),
    ];
    scene.host.cgroups = [`/proc/300/cgroup:0::/system.slice/${scene.scheduler.name}`];
  };

  test('that a restart ends are named in its preview; waiting for them first is offered', async () => {
    busy();
    const planned = await planOf(restartUnits(scene.context, [scene.scheduler]));
    expect(planned.warnings).toEqual(['Ends 1 running task: etl.load (1 min).']);
    expect(planned.alternatives.map(({key, label}) => [key, label])).toEqual([['w', 'wait for the tasks first']]);
    expect((await planOf(startUnits(scene.context, [scene.scheduler]))).warnings).toEqual([]);
  });

  test('are waited for, then the same steps follow', async () => {
    busy();
    const [alternative] = (await planOf(restartUnits(scene.context, [scene.scheduler]))).alternatives;
    if (alternative === undefined) throw new Error('an alternative');
    const waiting = await planOf(alternative.operation);
    expect(shownSteps(waiting)[0]).toBe('wait until no task runs in airflow-scheduler | new tasks may start meanwhile');
    expect(waiting.alternatives).toEqual([]);
    let looks = 0;
    scene.host.beforeLook = () => {
      looks += 1;
      if (looks === 4) scene.host.processes = [];
    };
    const said: string[] = [];
    const report = await execute('units.restart', waiting, never, ({running}) => said.push(running?.said ?? ''));
    expect(report.outcome).toBe('done');
    expect(report.results[0]?.said).toBe('no task runs any more, after 15 s');
    expect(said).toContain('1 task runs, 10 s so far: etl.load (1 min).');
    expect(scene.host.ran).toEqual(['restart airflow-scheduler.service']);
  });
});

describe('a stop', () => {
  test('is confirmed by typing the name of the profile, and says what it means', async () => {
    const planned = await planOf(stopUnits(scene.context, [scene.scheduler]));
    expect(planned.confirm).toEqual({by: 'typing', word: 'prod'});
    expect(planned.warnings).toEqual(['Until it is started again no run and no task starts.']);
  });

  test('can be taken back', async () => {
    const {report} = await walk(stopUnits(scene.context, [scene.scheduler]));
    expect(report.summary).toBe('airflow-scheduler is stopped.');
    if (report.undo === undefined) throw new Error('an undo');
    const back = await planOf(report.undo);
    expect(back.title).toBe('Start airflow-scheduler on af-1');
    expect(back.steps[0]?.text).toBe('systemctl start airflow-scheduler.service');
    await execute('undo', back, never);
    expect(scene.host.ran).toEqual(['stop airflow-scheduler.service', 'start airflow-scheduler.service']);
  });
});

function line(text: string): string {
  return JSON.stringify({__CURSOR: text, __REALTIME_TIMESTAMP: '1795369616832574', MESSAGE: text});
}
