import {execFile} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {type Demo, openDemo} from '../../src/demo/demo.ts';
import {Terminal} from './terminal.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
let folder: string;
let demo: Demo;
let password: string;
let auditFile: string;

/** The demo of this process, as an installation of the user's profiles. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-activity-'));
  auditFile = join(folder, 'state', 'windsock', 'audit.jsonl');
  demo = await openDemo({speed: 10});
  const {api, hosts} = demo.profile;
  const [host] = hosts;
  if (api?.login.kind !== 'password' || host?.kind !== 'ssh') throw new Error('the demo has both');
  password = await api.login.password();
  const lines = [
    '[prod]',
    `api = ${api.url}`,
    `user = ${api.login.user}`,
    `password = ${password}`,
    `hosts = ssh://${host.user}@${host.host}:${host.port}`,
    `identity_file = ${host.identityFiles[0]}`,
    `known_hosts = ${host.knownHostsFiles[0]}`,
    '[other]',
    'hosts = local',
    '',
  ];
  writeFileSync(join(folder, 'profiles.ini'), lines.join('\n'), {mode: 0o600});
});

afterEach(async () => {
  await demo.close();
  rmSync(folder, {recursive: true});
});

const env = (more: NodeJS.ProcessEnv = {}) => ({
  ...process.env,
  XDG_STATE_HOME: join(folder, 'state'),
  WINDSOCK_PROFILES: join(folder, 'profiles.ini'),
  ...more,
});

type Ended = {readonly code: number; readonly stdout: string; readonly stderr: string};

function windsock(...args: readonly string[]): Promise<Ended> {
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args, '--profile', 'prod'], {env: env()}, (error, stdout, stderr) =>
      resolve({code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr}),
    );
  });
}

test('what a headless command changed is in the audit file, and windsock activity shows it', async () => {
  expect((await windsock('activity')).stdout).toBe('No operation is on record.\n');
  const ran = await windsock('units', 'restart', 'scheduler', '--yes', '--json');
  expect(JSON.parse(ran.stdout).report.outcome).toBe('done');
  expect(statSync(auditFile).mode & 0o777).toBe(0o600);
  const shown = await windsock('activity', '--since', '1h');
  expect(shown.stdout).toMatch(/prod +done +\d+ s +Restart airflow-scheduler on 127\.0\.0\.1\n$/);
  const json = await windsock('activity', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject([
    {operation: 'units.restart', confirmed: '--yes', touched: ['127.0.0.1'], ended: {outcome: 'done'}},
  ]);
  const all = [ran, shown, json].map(({stdout, stderr}) => stdout + stderr).join('');
  expect(all + readFileSync(auditFile, 'utf8')).not.toContain(password);
});

test('a dry run and a look leave no line, and another profile’s operations are not shown', async () => {
  await windsock('units', 'restart', 'scheduler', '--dry-run');
  await windsock('dags', 'list');
  expect(() => statSync(auditFile)).toThrow(/ENOENT/);
  const line = {version: 1, event: 'started', id: 'x', at: '2026-01-01T00:00:00Z', operation: 'x', title: 'X'};
  const by = {user: 'u', host: 'h', pid: 1};
  await windsock('units', 'restart', 'triggerer', '--yes');
  const own = readFileSync(auditFile, 'utf8');
  writeFileSync(auditFile, `${own}${JSON.stringify({...line, profile: 'other', by, confirmed: 'y'})}\n`);
  expect((await windsock('activity')).stdout).not.toContain('other');
  expect((await windsock('activity', '--all')).stdout).toMatch(/u@h +other +no end +- +X/);
});

test('an audit file that cannot be written is told on stderr, and does not stop the operation', async () => {
  writeFileSync(join(folder, 'state'), 'no folder');
  const {code, stdout, stderr} = await windsock('units', 'restart', 'triggerer', '--yes', '--json');
  expect(JSON.parse(stdout).report.outcome).toBe('done');
  expect(JSON.parse(stderr.split('\n')[0] ?? '').problem.code).toBe('activity.not-written');
  expect(code).toBe(0);
});

test('a problem holds no secret, as text and as JSON', async () => {
  demo.world.refuse('api', true);
  demo.world.refuse('host', true);
  for (const args of [
    ['dags', 'list'],
    ['dags', 'list', '--json'],
    ['health', '--json'],
    ['units', 'list', '--json'],
  ]) {
    const {stdout, stderr} = await windsock(...args);
    expect(stdout + stderr).not.toContain(password);
    expect(stdout + stderr).toMatch(/unreachable|refused/);
  }
});

test('a crash prints no secret that windsock knows, and none that looks like one', async () => {
  const planted = `process.on("SIGUSR2",()=>{
    throw Object.assign(new Error("planted: "+process.env.PLANTED+process.env.LOOKS),
      {options: {password: process.env.PLANTED}, cause: new Error(process.env.PLANTED)})})`;
  const screen = new Terminal(['--profile', 'prod'], {
    columns: 120,
    env: {
      ...env({PLANTED: password, LOOKS: ' postgresql://a:canary-db@h/ fernet_key=canary-key'}),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}`,
    },
  });
  try {
    await screen.sees('R restarts it');
    screen.kill('SIGUSR2');
    expect(await screen.ends(3_000)).toEqual({exitCode: 70, signal: undefined});
    expect(screen.text()).toContain('planted: •••• postgresql://a:••••@h/ fernet_key=••••');
    expect(screen.raw).not.toMatch(/canary/);
    expect(screen.raw).not.toContain(password);
  } finally {
    await screen.close();
  }
});
