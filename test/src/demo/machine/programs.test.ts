import {expect, test} from 'vitest';
import type {Folder} from '../../../../src/demo/files/folder.ts';
import {readArguments} from '../../../../src/demo/machine/arguments.ts';
import {journalctl} from '../../../../src/demo/machine/journalctl.ts';
import type {Program} from '../../../../src/demo/machine/program.ts';
import {ps} from '../../../../src/demo/machine/ps.ts';
import {systemctl} from '../../../../src/demo/machine/systemctl.ts';
import {World} from '../../../../src/demo/world/world.ts';
import {FakeClock} from '../fake-clock.ts';

const folder = {
  airflowProgram: '/opt/airflow/venv/bin/airflow',
  airflowHome: '/opt/airflow',
  units: '/etc/systemd/system',
  environmentFile: '/etc/default/airflow',
} as Folder;

function setUp() {
  const clock = new FakeClock(Date.UTC(2026, 10, 22, 14, 4, 31));
  const world = new World(clock);
  const start = (program: Program, ...args: string[]) => {
    const gone = new AbortController();
    const said = {out: '', err: '', end: () => gone.abort()};
    const call = {
      args,
      world,
      folder,
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
      gone: gone.signal,
    };
    return Object.assign(said, {code: Promise.resolve(program(call))});
  };
  return {clock, world, start};
}

test('systemctl show prints what is asked for, in its own order, a block for each unit', async () => {
  const {start} = setUp();
  const said = start(
    systemctl,
    'show',
    '--no-pager',
    '-p',
    'Id,ActiveState',
    '-p',
    'MainPID,Result',
    '--',
    'airflow-scheduler',
    'nosuch.service',
  );
  expect(await said.code).toBe(0);
  expect(said.out).toBe(
    'MainPID=0\nResult=signal\nId=airflow-scheduler.service\nActiveState=failed\n\n' +
      'MainPID=0\nResult=success\nId=nosuch.service\nActiveState=inactive\n',
  );
});

test('systemctl restart blocks until the unit is active', async () => {
  const {clock, world, start} = setUp();
  const said = start(systemctl, 'restart', 'airflow-scheduler.service');
  let code: number | undefined;
  said.code.then(is => {
    code = is;
  });
  await clock.advance(1000);
  expect(code).toBeUndefined();
  await clock.advance(1000);
  expect(code).toBe(0);
  expect(world.unit('scheduler').state).toBe('active');
});

test('systemctl names what it does not know', async () => {
  const {start} = setUp();
  const said = start(systemctl, 'restart', 'nosuch.service');
  expect(await said.code).toBe(5);
  expect(said.err).toBe('Failed to restart nosuch.service: Unit nosuch.service not found.\n');
  expect(await start(systemctl, 'is-active', 'airflow-scheduler').code).toBe(3);
  expect(await start(systemctl, 'is-active', '-q', 'airflow-triggerer').code).toBe(0);
  expect(await start(systemctl, 'dance').code).toBe(1);
});

test('systemctl lists units and their files', async () => {
  const {start} = setUp();
  const plain = start(systemctl, 'list-units', '--all', '--plain', '--no-legend', '--no-pager', 'airflow-s*');
  expect(plain.out).toBe('airflow-scheduler.service loaded failed failed Airflow scheduler daemon\n');
  const json = start(systemctl, 'list-units', '--output=json', '--state', 'failed');
  expect(JSON.parse(json.out)).toHaveLength(1);
  expect(start(systemctl, 'list-unit-files', '--no-legend').out.split('\n')).toHaveLength(5);
});

test('journalctl prints the last lines of a unit, and goes on after a cursor', async () => {
  const {start, world} = setUp();
  const lines = start(journalctl, '-u', 'airflow-scheduler', '-n', '2', '-o', 'json').out.trim().split('\n');
  const [first, last] = lines.map(line => JSON.parse(line));
  expect([first.MESSAGE, first.PRIORITY, last.UNIT, last._PID]).toEqual([
    'airflow-scheduler.service: Main process exited, code=killed, status=9/KILL',
    '5',
    'airflow-scheduler.service',
    '1',
  ]);
  const rest = start(journalctl, '-u', 'airflow-scheduler', `--after-cursor=${first.__CURSOR}`, '-o', 'cat');
  expect(rest.out).toBe("airflow-scheduler.service: Failed with result 'signal'.\n");
  const none = start(journalctl, '-u', 'nosuch');
  expect(none.out).toBe('-- No entries --\n');
  const following = start(journalctl, '-u', 'airflow-scheduler', '-f', '-n', '0', '-o', 'cat');
  world.unit('scheduler').start();
  await new Promise(setImmediate);
  expect(following.out).toBe('Starting airflow-scheduler.service - Airflow scheduler daemon...\n');
  following.end();
  expect(await following.code).toBe(0);
});

test('journalctl keeps to output-fields, and to what always is there', () => {
  const {start} = setUp();
  const {out} = start(journalctl, '-u', 'airflow-triggerer', '-n1', '-o', 'json', '--output-fields=MESSAGE');
  expect(Object.keys(JSON.parse(out)).sort()).toEqual([
    'MESSAGE',
    '_BOOT_ID',
    '__CURSOR',
    '__MONOTONIC_TIMESTAMP',
    '__REALTIME_TIMESTAMP',
  ]);
});

test('ps prints the columns that -o names', async () => {
  const {start, clock, world} = setUp();
  const before = start(ps, '-ww', '-o', 'pid=,ppid=,user:32=,args=', '--ppid', '2', '-p', '2', '-N').out;
  expect(before).toContain('airflow api_server -- host:127.0.0.1 port:8080');
  expect(before).not.toContain('airflow scheduler');
  world.unit('scheduler').start();
  await clock.advance(12_000);
  const after = start(ps, '-e', '-o', 'args=').out;
  expect(after).toContain('/opt/airflow/venv/bin/airflow scheduler\n');
  expect(after.match(/LocalExecutor: <idle>/g)).toHaveLength(3);
  expect(after.match(/LocalExecutor: [0-9a-f-]{36}\n/g)).toHaveLength(1);
});

test('no process of the world has a number that a real one could have', () => {
  const {start} = setUp();
  const pids = start(ps, '-e', '-o', 'pid=,user=').out.trim().split('\n');
  const airflow = pids.filter(line => line.includes('airflow')).map(line => Number(line.trim().split(/\s+/)[0]));
  expect(airflow.length).toBeGreaterThan(3);
  expect(Math.min(...airflow)).toBeGreaterThan(2 ** 22);
});

test('arguments are the same however they are written', () => {
  for (const args of [['-n5'], ['-n', '5'], ['--lines=5'], ['--lines', '5'], ['-fn5']]) {
    const read = readArguments(['x', ...args, '--', '-y'], ['-n', '--lines']);
    expect(read.option('-n', '--lines')).toBe('5');
    expect(read.words).toEqual(['x', '-y']);
  }
});

test('journalctl matches fields: a name twice means either, different names both, + is between alternatives', async () => {
  const {start} = setUp();
  const messages = async (...matches: string[]) => {
    const {code, out} = await start(journalctl, '-q', '-o', 'cat', ...matches);
    expect(await code).toBe(0);
    return out.trim().split('\n');
  };
  const failed = 'MESSAGE_ID=d9b373ed55a64feb8242e02dbe79a49c';
  const last = "airflow-scheduler.service: Failed with result 'signal'.";
  expect(await messages('_PID=1', failed)).toEqual([last]);
  expect(await messages('_PID=2', failed)).toEqual(['']);
  const sudo = await messages('_PID=1', failed, '+', 'SYSLOG_IDENTIFIER=sudo', '_COMM=sudo');
  expect(sudo.map(text => text.replace(/^.*COMMAND=/, ''))).toEqual([
    '/usr/bin/systemctl start airflow-scheduler',
    '/usr/bin/systemctl kill --signal=SIGKILL airflow-scheduler',
    last,
  ]);
});
