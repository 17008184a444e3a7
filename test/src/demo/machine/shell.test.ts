import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {type Demo, openDemo} from '../../../../src/demo/demo.ts';
import type {Host} from '../../../../src/host/host.ts';
import {openHost} from '../../../../src/host/open.ts';
import {canRun} from '../../../../src/host/sudo.ts';

let demo: Demo;
let host: Host;

beforeEach(async () => {
  demo = await openDemo({speed: 10});
  const [address] = demo.profile.hosts;
  if (!address) throw new Error('the demo names no host');
  host = openHost(address, {become: 'sudo'});
});
afterEach(async () => {
  host.close();
  await demo.close();
});

test('a command runs in the folder, without the variables of whoever runs the demo', async () => {
  vi.stubEnv('SECRET_OF_MINE', 'x');
  const {stdout} = await host.exec(['sh', '-c', 'pwd; env']);
  vi.unstubAllEnvs();
  expect(stdout).toContain(`${demo.folder}/home\n`);
  expect(stdout).toContain(`HOME=${demo.folder}/home\n`);
  expect(stdout).not.toContain('SECRET_OF_MINE');
});

test('exit codes, signals and both outputs come through', async () => {
  const ended = await host.exec(['sh', '-c', 'echo out; echo err >&2; cat; exit 3'], {stdin: 'in\n'});
  expect(ended).toEqual({code: 3, signal: undefined, stdout: 'out\nin\n', stderr: 'err\n'});
  const killed = await host.exec(['sh', '-c', 'kill -TERM $$; sleep 5']);
  expect([killed.code, killed.signal]).toEqual([undefined, expect.stringMatching(/TERM$/)]);
});

test('programs are the stand-ins, also by their whole path and under sudo', async () => {
  for (const argv of [['systemctl'], ['/usr/bin/systemctl'], ['/bin/systemctl']]) {
    const {stdout} = await host.exec([...argv, 'is-active', 'airflow-scheduler'], {as: 'root'});
    expect(stdout).toBe('failed\n');
  }
  const {stdout} = await host.exec([
    'sh',
    '-c',
    '/usr/bin/sudo -n -u airflow -- /usr/bin/systemctl is-active airflow-triggerer',
  ]);
  expect(stdout).toBe('active\n');
  expect(await canRun(host, ['systemctl', 'restart', 'airflow-scheduler'], 'root')).toBe(true);
});

test('what would reach out of the demo is not there', async () => {
  for (const program of ['crontab', '/usr/bin/crontab', 'docker', 'systemd-run']) {
    expect((await host.exec([program, '-l'])).code).toBe(127);
  }
});

test('the machine has its own uptime and accounts', async () => {
  const {stdout} = await host.exec(['sh', '-c', 'cat /proc/uptime; id -un; getent passwd airflow; hostname']);
  const [uptime, user, account, name] = stdout.split('\n');
  expect(Math.round(Number(uptime?.split(' ')[0]) / 86_400)).toBe(9);
  expect([user, name]).toEqual(['demo', 'demo-1']);
  expect(account).toContain(`:${demo.folder}/airflow:`);
});

test('several commands run at once, and one that is refused does not disturb the others', async () => {
  const answers = await Promise.all(
    Array.from({length: 12}, (_, i) => host.exec(['sh', '-c', `echo ${i}; exit ${i}`])),
  );
  expect(answers.map(({code, stdout}) => [code, stdout])).toEqual(answers.map((_, i) => [i, `${i}\n`]));
});

test('the log of a running task grows', async () => {
  await host.exec(['systemctl', 'start', 'airflow-scheduler'], {as: 'root'});
  const run = demo.world.runs.all().find(each => each.dagId === 'long_sleep' && each.state === 'running');
  const path = join(demo.folder, `airflow/logs/dag_id=long_sleep/run_id=${run?.id}/task_id=tick/attempt=2.log`);
  await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain('tick 3 of 3600'), {timeout: 10_000});
});
