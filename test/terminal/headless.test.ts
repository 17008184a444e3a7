import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-headless-'));
});

afterEach(() => {
  // What a command leaves in the temporary folder is a fault.
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, {recursive: true});
});

type Ended = {readonly code: number; readonly stdout: string; readonly stderr: string};

function windsock(...args: readonly string[]): Promise<Ended> {
  const env = {...process.env, TMPDIR: folder, XDG_CONFIG_HOME: join(folder, 'config')};
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args], {env}, (error, stdout, stderr) =>
      resolve({code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr}),
    );
  });
}

test('without a terminal plain windsock prints the health report once', async () => {
  const {code, stdout} = await windsock('--demo');
  expect(stdout).toContain('Nothing is being scheduled');
  expect(code).toBe(2);
});

test('health as JSON is one object on stdout', async () => {
  const {code, stdout, stderr} = await windsock('health', '--demo', '--json');
  const report = JSON.parse(stdout);
  expect(report.verdict.level).toBe('critical');
  expect(report.findings.length).toBeGreaterThan(5);
  expect(stderr).toBe('');
  expect(code).toBe(2);
});

test('units list names every unit and its state', async () => {
  const {code, stdout} = await windsock('units', 'list', '--demo', '--json');
  const [host] = JSON.parse(stdout);
  expect(host.units.map(({name, state}: {name: string; state: string}) => [name, state])).toContainEqual([
    'airflow-scheduler.service',
    'failed',
  ]);
  expect(code).toBe(0);
});

test('units restart shows the plan, and does nothing without --yes', async () => {
  const dry = await windsock('units', 'restart', 'scheduler', '--demo', '--dry-run');
  expect(dry.stdout).toContain('systemctl restart airflow-scheduler.service');
  expect(dry.code).toBe(0);
  const asked = await windsock('units', 'restart', 'scheduler', '--demo');
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain('--yes');
});

test('units restart --yes restarts, and reports the new heartbeat', async () => {
  const {code, stdout} = await windsock('units', 'restart', 'airflow-scheduler', '--demo', '--yes');
  expect(stdout).toContain('is active again');
  expect(code).toBe(0);
});

test('read-only refuses what changes something with a code of its own', async () => {
  const {code} = await windsock('units', 'restart', 'scheduler', '--demo', '--yes', '--read-only');
  expect(code).toBe(77);
});

test('dags list prints all DAGs', async () => {
  const {code, stdout} = await windsock('dags', 'list', '--demo', '--json');
  expect(JSON.parse(stdout).length).toBeGreaterThan(20);
  expect(code).toBe(0);
});

test('dags trigger checks the params by their types', async () => {
  const wrong = await windsock('dags', 'trigger', 'with_params', '--demo', '--yes', '--param', 'count=many');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('count');
  const right = await windsock(
    'dags',
    'trigger',
    'with_params',
    '--demo',
    '--yes',
    '--param',
    'ticket=OPS-1',
    '--json',
  );
  expect(JSON.parse(right.stdout).report.outcome).toBe('done');
  expect(right.code).toBe(0);
});

test('an unknown DAG is a problem, as JSON where that is asked for', async () => {
  const {code, stderr} = await windsock('dags', 'trigger', 'no_such_dag', '--demo', '--yes', '--json');
  expect(JSON.parse(stderr).problem.code).toBe('airflow.not-found');
  expect(code).toBe(1);
});

test.each([['nonsense'], ['health', '--nonsense'], ['dags', 'trigger']])('%s is a usage error', async (...args) => {
  const {code, stderr} = await windsock(...args);
  expect(code).toBe(64);
  expect(stderr).not.toBe('');
});

test('--help explains, and is no error', async () => {
  const {code, stdout} = await windsock('--help');
  expect(stdout).toContain('health');
  expect(code).toBe(0);
});

test('logs clean shows what a rule takes, deletes it with --yes, and wants a rule', async () => {
  const dry = await windsock(
    'logs',
    'clean',
    '--demo',
    '--older-than',
    '30d',
    '--keep-runs',
    '1',
    '--dry-run',
    '--json',
  );
  expect(JSON.parse(dry.stdout).plan.facts.root).toMatch(/airflow\/logs$/);
  expect(dry.code).toBe(0);
  const done = await windsock('logs', 'clean', '--demo', '--older-than', '1d', '--yes');
  expect(done.stdout).toMatch(/measure the volume again/);
  expect(done.code).toBe(0);
  expect(await windsock('logs', 'clean', '--demo', '--yes')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('Nothing says which logs may go'),
  });
  expect(await windsock('logs', 'clean', '--demo', '--to', 'less')).toMatchObject({code: 64});
  expect(await windsock('logs', 'clean', '--demo', '--older-than', '1d', '--yes', '--read-only')).toMatchObject({
    code: 77,
  });
});
