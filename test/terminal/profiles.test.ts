import {execFile} from 'node:child_process';
import {cp, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import {type Demo, openDemo} from '../../src/demo/demo.ts';
import {Terminal, type TerminalOptions} from './terminal.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windsock-profiles-'));
  file = join(folder, 'profiles.ini');
});
afterEach(() => rm(folder, {recursive: true}));

type Ended = {readonly code: number; readonly stdout: string; readonly stderr: string};

function windsock(args: readonly string[], {env = {}, program = join(dist, 'windsock.js')} = {}): Promise<Ended> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [program, 'profiles', ...args, '--profiles', file],
      {env: {...process.env, ...env}},
      (error, stdout, stderr) => resolve({code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr}),
    );
  });
}

/** An Airflow that schedules, its password, and the options that name its host. */
async function sound() {
  const demo: Demo = await openDemo({speed: 10});
  onTestFinished(() => demo.close());
  demo.world.unit('scheduler').start();
  const {api, hosts} = demo.profile;
  const [host] = hosts;
  if (api?.login.kind !== 'password' || host?.kind !== 'ssh') throw new Error('the demo is another one');
  await vi.waitFor(async () => {
    const health = await (await fetch(`${api.url}/api/v2/monitor/health`)).json();
    expect(health).toMatchObject({scheduler: {status: 'healthy'}});
  }, 20_000);
  const password = await api.login.password();
  const hostText = `${host.user}@${host.host}:${host.port}`;
  const ssh = [
    `ssh_config=/dev/null`,
    `known_hosts=${host.knownHostsFiles[0]}`,
    `identity_file=${host.identityFiles[0]}`,
  ];
  return {demo, url: api.url, user: api.login.user, password, hostText, ssh};
}

describe('without a terminal', () => {
  test('profiles list names API, hosts and flags, but no secret', async () => {
    const text = [
      ...['[a]', 'api = http://h/team', 'user = ops', 'password = hunter2', 'protect = yes'],
      ...['[b]', 'hosts = ssh://x@[::1]:22, local', 'read_only = yes'],
    ];
    await writeFile(file, text.join('\n'), {mode: 0o600});
    const {stdout, code} = await windsock(['list']);
    expect(stdout.split('\n').map(line => line.split(/ {2,}/))).toEqual([
      ['NAME', 'API', 'HOSTS', 'FLAGS'],
      ['a', 'http://h/team', '-', 'protect'],
      ['b', '-', 'ssh://x@[::1]:22, local', 'read-only'],
      [''],
    ]);
    expect(code).toBe(0);
    const {stdout: json} = await windsock(['list', '--json']);
    expect(JSON.parse(json)).toEqual([
      {name: 'a', api: 'http://h/team', login: 'password', hosts: [], protect: true, readOnly: false},
      {name: 'b', hosts: ['ssh://x@[::1]:22', 'local'], protect: false, readOnly: true},
    ]);
    expect(stdout + json).not.toContain('hunter2');
  });

  test('profiles add tries it, writes it, and profiles test agrees', async () => {
    const {url, user, password, hostText, ssh} = await sound();
    const env = {AIRFLOW_PW: password};
    const options = ['--api', url, '--user', user, '--password-env', 'AIRFLOW_PW', '--hosts', `ssh://${hostText}`];
    const args = ['add', 'lab', ...options, '--set', ...ssh];
    const dry = await windsock([...args, '--dry-run'], {env});
    expect(dry.stdout).toMatch(/^\[lab\]\napi = http/);
    const unsure = await windsock(args, {env});
    expect([unsure.code, unsure.stderr]).toEqual([1, expect.stringContaining('--yes')]);
    await expect(stat(file)).rejects.toThrow('ENOENT');
    const added = await windsock([...args, '--yes'], {env});
    expect([added.code, added.stdout]).toEqual([0, `[lab] is written to ${file}\n`]);
    expect(added.stderr).toContain('✓ 127.0.0.1  journal ');
    expect(await readFile(file, 'utf8')).toBe(dry.stdout);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const tried = await windsock(['test'], {env});
    expect(tried.stdout).toMatch(/lab: nothing failed, 17 steps passed\n$/);
    expect(tried.code).toBe(0);
    const twice = await windsock([...args, '--yes'], {env});
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('profile.exists')]);
  });

  test('profiles add writes nothing that failed, unless it is told not to try', async () => {
    const {url, user} = await sound();
    const args = ['add', 'lab', '--api', url, '--user', user, '--password-command', 'echo hunter2', '--yes'];
    const refused = await windsock(args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/✖ API +login +Airflow refused the login[^✖]*Check the user and the password/);
    expect(refused.stderr).toContain('Nothing was written');
    await expect(stat(file)).rejects.toThrow('ENOENT');
    expect((await windsock([...args, '--no-test'])).code).toBe(0);
    const {code, stdout} = await windsock(['test', 'lab', '--json']);
    const steps = JSON.parse(stdout).steps as {step: string; outcome: string; problem?: {code: string; hint: string}}[];
    expect(code).toBe(1);
    expect(steps.filter(({outcome}) => outcome === 'failed')).toMatchObject([
      {subject: 'API', step: 'login', problem: {code: 'airflow.unauthorised', hint: expect.any(String)}},
    ]);
    expect(steps.find(({step}) => step === 'role')).toMatchObject({outcome: 'not-asked', why: 'login failed'});
  });

  test('a secret is no argument, read-only adds nothing, and a name is needed', async () => {
    const secret = await windsock([
      'add',
      'x',
      '--api',
      'http://h',
      '--user',
      'a',
      '--set',
      'password=hunter2',
      '--yes',
    ]);
    expect([secret.code, secret.stderr]).toEqual([1, expect.stringContaining('a secret is no argument')]);
    expect(secret.stderr).not.toContain('hunter2');
    expect((await windsock(['add', 'x', '--hosts', 'local', '--yes', '--read-only'])).code).toBe(77);
    expect((await windsock(['add', '--hosts', 'local', '--yes'])).stderr).toContain('needs a name');
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  test('SIGINT ends a trial at once, and what was not asked is said to be so', async () => {
    const silent = createServer(() => {});
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const {port} = silent.address() as {port: number};
    await writeFile(file, `[p]\nhosts = ssh://127.0.0.1:${port}\nssh_config = /dev/null\n`, {mode: 0o600});
    const run = execFile(process.execPath, [join(dist, 'windsock.js'), 'profiles', 'test', '--profiles', file]);
    let stdout = '';
    run.stdout?.on('data', text => {
      stdout += text;
      if (stdout.includes('✓ 127.0.0.1  name') && !run.killed) run.kill('SIGINT');
    });
    const code = await new Promise(resolve => run.on('close', resolve));
    expect(stdout).toMatch(/– 127\.0\.0\.1 +port +not asked: the trial was ended/);
    expect(code).toBe(130);
  });

  test('a copied dist works without the package for keyrings, and says what to do about it', async () => {
    const {url} = await sound();
    await cp(dist, join(folder, 'dist'), {recursive: true});
    const program = join(folder, 'dist', 'windsock.js');
    await writeFile(file, `[k]\napi = ${url}\nuser = admin\npassword_keyring = windsock/k/password\n`, {mode: 0o600});
    expect((await windsock(['list'], {program})).code).toBe(0);
    const {code, stdout} = await windsock(['test'], {program});
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /✖ API +login +windsock has no access to keyrings here: password_keyring\n +Install the package/,
    );
  });
});

describe('on a terminal', () => {
  const open = (args: readonly string[], options: TerminalOptions = {}) => {
    const terminal = new Terminal(['profiles', 'add', ...args, '--profiles', file], {
      columns: 120,
      rows: 50,
      ...options,
    });
    onTestFinished(() => terminal.close());
    return terminal;
  };

  /** Whether the dialogue proposes this machine depends on where the tests run. */
  const notHere = async (terminal: Terminal) => {
    const text = await terminal.sees(/Name of the profile|for this machine\? yes or no/);
    if (text.includes('for this machine?')) terminal.press('no\r');
  };

  test('it asks step by step, tries each, shows the section without its secret, and writes on y', async () => {
    const {url, user, password, hostText, ssh} = await sound();
    const terminal = open(['--set', ...ssh]);
    await notHere(terminal);
    await terminal.sees('Name of the profile');
    terminal.press('lab\r');
    await terminal.sees('Address of the API');
    terminal.press('http://127.0.0.1:1\r');
    await terminal.sees(/✖ API +reachable +The Airflow API does not answer/);
    await terminal.sees('correct or go');
    terminal.press('correct\r');
    await terminal.sees(/\(- for none\) \[http:\/\/127\.0\.0\.1:1\]/);
    terminal.press(`${url}\r`);
    await terminal.sees(/✓ API +version +Airflow/);
    await terminal.sees('User of the API');
    terminal.press(`${user}\r`);
    await terminal.sees('One of these');
    terminal.press('file\r');
    await terminal.sees('(not shown): ');
    terminal.press(`${password}\r`);
    await terminal.sees(/✓ API +role /);
    await terminal.sees('Hosts with commas between');
    terminal.press(`${hostText}\r`);
    await terminal.sees(/✓ 127\.0\.0\.1 +journal /);
    await terminal.sees('(production)? yes or no');
    terminal.press('yes\r');
    await terminal.sees('Only to look');
    terminal.press('\r');
    await terminal.sees(`Write this to ${file}?`);
    expect(terminal.text()).toContain('password = ••••');
    terminal.press('y\r');
    await terminal.sees('Written. "windsock --profile lab" opens it.');
    expect((await terminal.ends()).exitCode).toBe(0);
    expect(terminal.raw).not.toContain(password);
    const text = await readFile(file, 'utf8');
    expect(text).toContain(`user = ${user}\nhosts = ssh://${hostText}\n`);
    expect(text).toContain('protect = yes\n');
  });

  test('anything but y writes nothing', async () => {
    const terminal = open(['p', '--hosts', 'local', '--no-test']);
    await terminal.sees('Address of the API');
    terminal.press('-\r');
    await terminal.sees('Hosts with commas between');
    terminal.press('\r');
    await terminal.sees('(production)? yes or no');
    terminal.press('\r');
    await terminal.sees('Only to look');
    terminal.press('\r');
    await terminal.sees('y writes it, anything else leaves');
    terminal.press('\r');
    await terminal.sees('Nothing was written.');
    await terminal.ends();
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  test('^C leaves at any question, and in the middle of a trial', async () => {
    const first = open(['p']);
    await first.sees(/Address of the API|for this machine\?/);
    first.press('\x03');
    await first.sees('Nothing was written.');
    expect((await first.ends()).exitCode).toBe(130);

    const silent = createServer(() => {});
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const {port} = silent.address() as {port: number};
    const second = open(['p', '--set', 'ssh_config=/dev/null']);
    await second.sees('Address of the API');
    second.press('-\r');
    await second.sees('Hosts with commas between');
    second.press(`127.0.0.1:${port}\r`);
    await second.sees(/✓ 127\.0\.0\.1 +name/);
    second.press('\x03');
    await second.sees('Nothing was written.');
    expect((await second.ends()).exitCode).toBe(130);
  });
});
