import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
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
  const env = {
    ...process.env,
    TMPDIR: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
  };
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

test('changes tells what happened before the scheduler died, each with its time', async () => {
  const {code, stdout, stderr} = await windsock('changes', '--demo', '--json');
  const {entries, notKnown} = JSON.parse(stdout);
  expect(entries.map(({kind}: {kind: string}) => kind)).toEqual(
    expect.arrayContaining(['heartbeat', 'failure', 'command', 'dag-file', 'package']),
  );
  const failure = entries.find(({kind}: {kind: string}) => kind === 'failure');
  expect(failure).toMatchObject({host: 'demo-1', text: 'airflow-scheduler failed (killed, signal 9)'});
  expect(Math.abs(Date.now() - Date.parse(failure.at) - 252_000)).toBeLessThan(60_000);
  expect(notKnown).toEqual([]);
  expect([code, stderr]).toEqual([0, '']);
  const wrong = await windsock('changes', '--demo', '--since', 'yesterday');
  expect(wrong.stderr).toContain("argument 'yesterday' is invalid");
  expect(wrong.code).toBe(64);
});

test('a group without its command shows what there is', async () => {
  const {code, stderr} = await windsock('dags');
  expect(code).toBe(64);
  expect(stderr).toMatch(/Usage: windsock dags[\s\S]*trigger/);
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

test('logs usage tells what fills the log folder by class, by DAG or by age', async () => {
  const table = await windsock('logs', 'usage', '--demo');
  expect(table.stdout).toMatch(/^HOST +CLASS +SIZE +FILES +OLDEST +NEWEST\n/);
  expect(table.stdout).toContain('task logs');
  expect(table.code).toBe(0);
  const byDag = await windsock('logs', 'usage', '--by', 'dag', '--demo', '--json');
  const [host] = JSON.parse(byDag.stdout);
  expect(host).toMatchObject({errors: 0, files: expect.any(Number), dags: expect.any(Array)});
  expect(host.dags[0]).toMatchObject({dagId: expect.any(String), leftover: expect.any(Boolean)});
  const byAge = await windsock('logs', 'usage', '--by', 'age', '--demo');
  expect(byAge.stdout).toContain('older than 365 days');
  expect((await windsock('logs', 'usage', '--by', 'size', '--demo')).code).toBe(64);
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

test('the help of logs schedule offers what a script can decide; the rest is answered with the reason', async () => {
  const {stdout} = await windsock('logs', 'schedule', '--help');
  for (const offered of ['--older-than', '--class', '--dag', '--at', '--yes']) expect(stdout).toContain(offered);
  for (const refused of ['--to', '--keep-runs', '--failed-older-than']) expect(stdout).not.toContain(`${refused} `);
  const args = ['--older-than', '30d', '--to', '70%', '--as', 'timer', '--dry-run'];
  const {code, stderr} = await windsock('logs', 'schedule', ...args, '--demo');
  expect(stderr).toContain('how far the volume comes down is decided anew each time, which a script cannot do');
  expect(code).toBe(1);
});

test('logs tail prints the end of a journal, of several by time, filtered, and as JSON', async () => {
  const {code, stdout} = await windsock('logs', 'tail', 'airflow-scheduler', '-n', '2', '--demo');
  expect(stdout).toMatch(/^airflow-scheduler\.service: Main process exited.*\n.*Failed with result 'signal'\.\n$/);
  expect(code).toBe(0);
  const several = await windsock('logs', 'tail', 'airflow-scheduler', 'airflow-triggerer', '--demo', '--json');
  const lines = several.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines.map(({at}) => at)).toEqual(lines.map(({at}) => at).toSorted());
  expect(new Set(lines.map(({from}) => from))).toEqual(
    new Set(['airflow-scheduler@demo-1', 'airflow-triggerer@demo-1']),
  );
  const warnings = await windsock(
    'logs',
    'tail',
    'airflow-scheduler',
    '--level',
    'warning',
    '--grep',
    '/found \\d/',
    '--demo',
  );
  expect(warnings.stdout).toBe('Found 2 task instances without a heartbeat for 120 seconds\n');
});

test('what names no log is a problem, and a wrong option is a wrong command line', async () => {
  for (const [args, said, exit] of [
    [['logs', 'tail', 'nothing'], '[reader.unknown-target]', 1],
    [['logs', 'tail', 'airflow-scheduler', '-n', 'many'], "argument 'many' is invalid", 64],
    [['logs', 'tail', 'airflow-scheduler', '--level', 'bogus'], "argument 'bogus' is invalid", 64],
    [['logs', 'tail', 'airflow-scheduler', '--grep', '/(/'], '[reader.bad-pattern]', 1],
    [['dags', 'log', 'always_fails', 'never', 'fails'], '[airflow.not-found]', 1],
  ] as const) {
    const {code, stderr} = await windsock(...args, '--demo');
    expect(stderr).toContain(said);
    expect(code).toBe(exit);
  }
});

test('a log that is followed ends well with an interrupt', async () => {
  const env = {...process.env, TMPDIR: folder, XDG_CONFIG_HOME: join(folder, 'config')};
  const child = spawn(process.execPath, [program, 'logs', 'tail', 'airflow-scheduler', '-f', '--demo'], {env});
  let errors = '';
  child.stderr.on('data', chunk => {
    errors += chunk;
  });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect([code, errors]).toEqual([0, '']);
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
