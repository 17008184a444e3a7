import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {afterAll, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {startAgent, withAgent} from '../../src/host/agent.ts';
import type {Host, HostAsk, SecretQuestion} from '../../src/host/host.ts';
import type {BecomeOptions} from '../../src/host/make-host.ts';
import {openHost} from '../../src/host/open.ts';
import type {SshAddress} from '../../src/host/ssh-target.ts';
import {canRun} from '../../src/host/sudo.ts';
import {Problem} from '../../src/problems/problem.ts';
import {startSshAgent} from '../src/host/ssh-agent-process.ts';
import {newKey, publicKeyOf, startSshServer} from '../src/host/ssh-server.ts';
import {type LabInfo, lab, labExec, labInfo} from './hosts.ts';

/** The host that is broken here; all is put back. */
const name = process.env.LAB_FAULTS_HOST ?? 'a2';
const place = '/run/windsock-faults';
const password = 'h8nter2-of-the-lab';
const passphrase = 'p4ssphrase-of-the-lab';
const users = ['wf-ask', 'wf-no', 'wf-tty', 'wf-su', 'wf-banner', 'wf-false'] as const;

let info: LabInfo;
let folder: string;
let spare: number;
let locked: string;
const inside = (script: string) => labExec(name, 'bash', '-c', script);

beforeAll(async () => {
  info = await labInfo(name);
  folder = mkdtempSync(join(tmpdir(), 'windsock-faults-'));
  spare = await freePort();
  locked = join(folder, 'locked');
  writeFileSync(locked, newKey('ed25519', passphrase), {mode: 0o600});
  const lockedKey = execFileSync('ssh-keygen', ['-y', '-P', passphrase, '-f', locked], {encoding: 'utf8'}).trim();
  await undo();
  await inside(`set -e
    mkdir -p ${place}; cp ~ops/.ssh/authorized_keys ${place}/keys; echo '${lockedKey}' >>${place}/keys; chmod -R go=rX ${place}
    for u in ${users.join(' ')}; do useradd --create-home --shell /bin/bash $u; echo $u:${password} | chpasswd; done
    usermod --shell /bin/false wf-false
    echo 'echo Welcome to af-1; echo "{\\"not\\": \\"json\\"}"' >~wf-banner/.bashrc
    cat >/etc/sudoers.d/windsock-faults <<S
wf-ask ALL=(ALL) ALL
wf-tty ALL=(ALL) NOPASSWD: ALL
Defaults:wf-tty requiretty
wf-su ALL=(root) NOPASSWD: /usr/bin/su - airflow
wf-banner ALL=(airflow) NOPASSWD: ALL
S
    chmod 440 /etc/sudoers.d/windsock-faults; visudo -qc`);
}, 60_000);

afterAll(async () => {
  await undo();
  rmSync(folder, {recursive: true});
});

/** What a run that was ended in the middle may have left, too. */
async function undo(): Promise<void> {
  await inside(`systemctl stop 'windsock-fault-*' 2>/dev/null; rm -rf ${place} /etc/sudoers.d/windsock-faults
    for u in ${users.join(' ')}; do pkill -KILL -u $u; userdel --remove $u; done 2>/dev/null; true`);
}

/** Another sshd on the host, with lines of configuration of its own; ends with the test. */
async function newSshd(lines = ''): Promise<{port: number; unit: string; hostKey: string}> {
  const port = await freePort();
  const unit = `windsock-fault-${port}`;
  await inside(`set -e
    ssh-keygen -q -t ed25519 -N '' -f ${place}/host-${port}
    cat >${place}/${port} <<S
Port ${port}
ListenAddress 127.0.0.1
HostKey ${place}/host-${port}
AuthorizedKeysFile ${place}/keys
UsePAM yes
KbdInteractiveAuthentication yes
PidFile none
${lines}
S
    systemd-run --quiet --collect --unit ${unit} -p KillMode=control-group -p TimeoutStopSec=1 /usr/sbin/sshd -D -f ${place}/${port}`);
  onTestFinished(async () => {
    await inside(`systemctl stop ${unit}; rm -f ${place}/*${port}*; true`);
  });
  await vi.waitFor(async () => (await connects(port)) || Promise.reject(new Error('no sshd yet')), {
    timeout: 10_000,
    interval: 50,
  });
  return {port, unit, hostKey: (await inside(`cut -d' ' -f1,2 ${place}/host-${port}.pub`)).trim()};
}

async function connects(port: number): Promise<boolean> {
  const {createConnection} = await import('node:net');
  const socket = createConnection({port, host: '127.0.0.1'});
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  server.close();
  return port;
}

const fileWith = (text: string): string => {
  const file = join(mkdtempSync(join(folder, 'f-')), 'file');
  writeFileSync(file, text, {mode: 0o600});
  return file;
};

const knownHosts = (port: number, hostKey: string, marker = ''): string =>
  fileWith(`${marker}[127.0.0.1]:${port} ${hostKey}\n`);

type How = Partial<SshAddress> & {readonly by?: Partial<BecomeOptions>};

/** The host as ops, by the right key and over its own sshd where nothing else is said. */
function open({by = {}, ...more}: How = {}): Host {
  const host = openHost(
    {
      kind: 'ssh',
      name: 'af-1',
      host: '127.0.0.1',
      port: info.ssh.port,
      user: 'ops',
      identityFiles: [info.ssh.users.ops?.key ?? ''],
      knownHostsFiles: [knownHosts(info.ssh.port, info.ssh.hostKey)],
      configFile: 'none',
      ...more,
    },
    {become: 'sudo', ...by},
  );
  onTestFinished(() => host.close());
  return host;
}

/** As one of the accounts of this test, by an sshd of its own. */
async function openAs(user: (typeof users)[number], by: Partial<BecomeOptions> = {}): Promise<Host> {
  const {port, hostKey} = await newSshd();
  return open({user, port, knownHostsFiles: [knownHosts(port, hostKey)], by});
}

const say = async (host: Host) => (await host.exec(['echo', 'in'])).stdout;
const asAirflow = {as: {user: 'airflow'}} as const;
const never: HostAsk['hostKey'] = async () => false;

/** The problem, which has a hint and none of the secrets. */
async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const problem = await promise.then(
    result => new Error(`it worked: ${inspect(result)}`),
    error => error,
  );
  if (!(problem instanceof Problem)) throw problem;
  expect(problem.hint).not.toBe('');
  const all = inspect(problem, {depth: null, showHidden: true});
  for (const secret of [password, passphrase, 'wrong-one']) expect(all).not.toContain(secret);
  return problem;
}

const code = async (promise: Promise<unknown>) => (await problemOf(promise)).code;

describe('a host that cannot be reached', () => {
  test('refused', async () => {
    expect(await problemOf(say(open({port: spare})))).toMatchObject({
      code: 'host.unreachable',
      detail: expect.stringContaining('refused'),
    });
  });

  test('silent', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const {port} = server.address() as AddressInfo;
    const configFile = fileWith('ConnectTimeout 1\n');
    expect(await code(say(open({port, configFile})))).toBe('host.timeout');
  });

  test('a name that nobody knows', async () => {
    expect(await problemOf(say(open({host: 'no-such-host.invalid'})))).toMatchObject({
      code: 'host.unreachable',
      detail: expect.stringContaining('the name'),
    });
  });
});

describe('the key of the host', () => {
  const other = () => `ssh-ed25519 ${publicKeyOf(newKey()).toString('base64')}`;

  test('revoked', async () => {
    const knownHostsFiles = [knownHosts(info.ssh.port, info.ssh.hostKey, '@revoked ')];
    expect(await code(say(open({knownHostsFiles})))).toBe('host.key-revoked');
  });

  test('changed', async () => {
    expect(await code(say(open({knownHostsFiles: [knownHosts(info.ssh.port, other())]})))).toBe('host.key-changed');
  });

  test('unknown, and refused by the user', async () => {
    const knownHostsFiles = [fileWith('')];
    expect(await code(say(open({knownHostsFiles})))).toBe('host.key-unknown');
    const by = {ask: {hostKey: never, secret: async () => undefined}};
    expect(await code(say(open({knownHostsFiles, by})))).toBe('host.key-refused');
  });
});

describe('the login', () => {
  test('wrong key', async () => {
    expect(await code(say(open({identityFiles: [fileWith(newKey())]})))).toBe('host.login');
  });

  test('wrong password', async () => {
    const host = open({user: 'viewer', identityFiles: [fileWith(newKey())], password: async () => 'wrong-one'});
    expect(await code(say(host))).toBe('host.login');
  });

  test('a password that is asked for: wrong once, then right, and not asked again after a loss', async () => {
    const {port, hostKey} = await newSshd();
    const questions: SecretQuestion[] = [];
    const secret = async (question: SecretQuestion) => (questions.push(question) === 1 ? 'wrong-one' : password);
    const host = open({
      user: 'wf-no',
      port,
      identityFiles: [fileWith(newKey())],
      knownHostsFiles: [knownHosts(port, hostKey)],
      by: {ask: {hostKey: never, secret}},
    });
    expect(await say(host)).toBe('in\n');
    expect(questions).toMatchObject([
      {host: 'af-1', what: 'password', shown: false},
      {what: 'password', again: true},
    ]);
    await inside(`pkill -KILL -f '[s]shd: wf-no'; true`);
    await vi.waitFor(() => expect(host.state().at).not.toBe('up'), {timeout: 5000, interval: 5});
    expect(await say(host)).toBe('in\n');
    expect(questions).toHaveLength(2);
  });

  test('two proofs, a key and a password', async () => {
    const {port, hostKey} = await newSshd('AuthenticationMethods publickey,keyboard-interactive');
    const secret = async ({what}: SecretQuestion) => (what === 'password' ? password : undefined);
    const how = {user: 'wf-no', port, knownHostsFiles: [knownHosts(port, hostKey)]};
    expect(await say(open({...how, by: {ask: {hostKey: never, secret}}}))).toBe('in\n');
    const agent = await startSshAgent([readFileSync(info.ssh.users.ops?.key ?? '', 'utf8')]);
    const byAgent = {...how, identityFiles: [], agent, by: {ask: {hostKey: never, secret}}};
    expect(await say(open(byAgent))).toBe('in\n');
    expect(await problemOf(say(open(how)))).toMatchObject({
      code: 'host.login',
      detail: expect.stringContaining('more than one proof'),
    });
  });

  test('six wrong keys in the agent do not lock out the right one', async () => {
    const agent = await startSshAgent(Array.from({length: 6}, () => newKey()));
    expect(await say(open({agent}))).toBe('in\n');
    expect(await code(say(open({agent, identityFiles: [fileWith(newKey())]})))).toBe('host.login');
    const configFile = fileWith(`IdentitiesOnly yes\nIdentityFile ${info.ssh.users.ops?.key}\n`);
    expect(await say(open({agent, identityFiles: [], configFile}))).toBe('in\n');
  });

  test('an encrypted key, with and without its passphrase', async () => {
    const {port, hostKey} = await newSshd();
    const how = {user: 'wf-no', port, identityFiles: [locked], knownHostsFiles: [knownHosts(port, hostKey)]};
    const questions: SecretQuestion[] = [];
    const secret = async (question: SecretQuestion) => (questions.push(question) === 1 ? 'wrong-one' : passphrase);
    expect(await say(open({...how, by: {ask: {hostKey: never, secret}}}))).toBe('in\n');
    expect(questions).toMatchObject([
      {what: 'passphrase', prompt: locked},
      {what: 'passphrase', prompt: locked, again: true},
    ]);
    expect(await code(say(open(how)))).toBe('host.key-file');
    const left = {ask: {hostKey: never, secret: async () => undefined}};
    expect(await code(say(open({...how, by: left})))).toBe('host.declined');
  });

  test('a login shell that runs nothing', async () => {
    expect(await code(say(await openAs('wf-false')))).toBe('host.shell');
  });

  test('a login shell that greets', async () => {
    const host = await openAs('wf-banner');
    expect(await say(host)).toBe('in\n');
    expect((await host.exec(['cat'], {...asAirflow, stdin: 'whole\n'})).stdout).toBe('whole\n');
    await withAgent(host, asAirflow, async agent => expect(await agent.volumes(['/'])).toHaveLength(1));
  });
});

describe('the connection', () => {
  test('few sessions (MaxSessions 2)', async () => {
    const {port, hostKey} = await newSshd('MaxSessions 2');
    const host = open({port, knownHostsFiles: [knownHosts(port, hostKey)]});
    const stream = await host.stream(['cat']);
    const results = await Promise.all(Array.from({length: 12}, (_, index) => host.exec(['echo', String(index)])));
    expect(results.map(({stdout}) => Number(stdout))).toEqual(Array.from({length: 12}, (_, index) => index));
    stream.end();
  });

  test('sshd killed, and back', async () => {
    const {port, hostKey, unit} = await newSshd();
    const host = open({user: 'wf-no', port, knownHostsFiles: [knownHosts(port, hostKey)]});
    await say(host);
    const command = problemOf(host.exec(['sleep', '1000']));
    const stream = await host.stream(['sleep', '1000']);
    await inside(`systemctl stop ${unit}; pkill -KILL -f '[s]shd: wf-no'; pkill -u wf-no sleep; true`);
    expect((await command).code).toBe('host.lost');
    expect(await code(stream.ended)).toBe('host.lost');
    await vi.waitFor(async () => expect(await code(say(host))).toBe('host.unreachable'), {
      timeout: 10_000,
      interval: 50,
    });
    await inside(
      `systemctl reset-failed ${unit} 2>/dev/null; systemd-run --quiet --collect --unit ${unit} /usr/sbin/sshd -D -f ${place}/${port}`,
    );
    await vi.waitFor(() => expect(host.state().at).toBe('up'), {timeout: 40_000, interval: 50});
    expect(await say(host)).toBe('in\n');
  });

  test('a peer that is frozen', async () => {
    const {port, hostKey} = await newSshd();
    const host = open({user: 'wf-no', port, knownHostsFiles: [knownHosts(port, hostKey)]});
    await say(host);
    const command = problemOf(host.exec(['sleep', '1000'], {timeoutMs: 60_000}));
    await inside(`pkill -STOP -f '[s]shd: wf-no'`);
    expect(await command).toMatchObject({code: 'host.lost'});
    await inside(`pkill -KILL -f '[s]shd: wf-no'; pkill -u wf-no sleep; true`);
    expect(await say(host)).toBe('in\n');
  });

  test('over a jump host, which dies', async () => {
    const jump = await newSshd();
    const known = fileWith(`[127.0.0.1]:${jump.port} ${jump.hostKey}\naf-inside ${info.ssh.hostKey}\n`);
    const configFile = fileWith(
      [
        `UserKnownHostsFile ${known}`,
        `IdentityFile ${info.ssh.users.ops?.key}`,
        'Host inner',
        `  HostName 127.0.0.1\n  Port ${info.ssh.port}\n  User ops\n  HostKeyAlias af-inside\n  ProxyJump wf-no@bastion`,
        'Host bastion',
        `  HostName 127.0.0.1\n  Port ${jump.port}`,
        'Host outer',
        '  ProxyJump wf-no@bastion,inner',
        `  HostName 127.0.0.1\n  Port ${info.ssh.port}\n  User ops\n  HostKeyAlias af-inside`,
        'Host piped',
        `  HostName 127.0.0.1\n  Port ${info.ssh.port}\n  User ops\n  HostKeyAlias af-inside\n  ProxyCommand bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & exec cat >&3'`,
        'Host broken',
        '  ProxyCommand echo no way out >&2',
        '',
      ].join('\n'),
    );
    const through = (host: string) => {
      const {
        port: _,
        user: __,
        ...rest
      } = {
        kind: 'ssh' as const,
        name: 'af-1',
        host,
        port: 0,
        user: '',
        identityFiles: [],
        knownHostsFiles: [],
        configFile,
      };
      const opened = openHost(rest, {become: 'sudo'});
      onTestFinished(() => opened.close());
      return opened;
    };
    expect(await say(through('outer'))).toBe('in\n');
    expect(await say(through('piped'))).toBe('in\n');
    expect(await problemOf(say(through('broken')))).toMatchObject({
      code: 'host.unreachable',
      detail: expect.stringContaining('no way out'),
    });
    const host = through('inner');
    expect(await host.loginUser()).toBe('ops');
    expect(await say(host)).toBe('in\n');
    const command = problemOf(host.exec(['sleep', '1000']));
    await inside(`systemctl stop ${jump.unit}; pkill -KILL -f '[s]shd: wf-no'; true`);
    expect(await command).toMatchObject({code: 'host.lost'});
    await vi.waitFor(
      async () =>
        expect(await problemOf(say(host))).toMatchObject({
          code: 'host.unreachable',
          detail: expect.stringContaining('jump host'),
        }),
      {timeout: 10_000, interval: 50},
    );
  });

  test('a jump host whose key is not the known one', async () => {
    const jump = await newSshd();
    const known = knownHosts(jump.port, info.ssh.hostKey);
    const configFile = fileWith(
      `UserKnownHostsFile ${known}\nIdentityFile ${info.ssh.users.ops?.key}\nHost 127.0.0.1\n  ProxyJump ops@bastion\nHost bastion\n  HostName 127.0.0.1\n  Port ${jump.port}\n`,
    );
    expect(await problemOf(say(open({configFile})))).toMatchObject({
      code: 'host.key-changed',
      detail: expect.stringContaining('a jump host before af-1'),
    });
  });
});

describe('sudo', () => {
  const stdin = 'first line\nsecond line\n';

  test('asks, and is answered', async () => {
    const host = await openAs('wf-ask', {becomePassword: async () => password});
    expect((await host.exec(['id', '-un'], asAirflow)).stdout).toBe('airflow\n');
    expect((await host.exec(['cat'], {...asAirflow, stdin})).stdout).toBe(stdin);
    expect((await host.exec(['wc', '-c'], asAirflow)).stdout).toBe('0\n');
    expect(await canRun(host, ['systemctl', 'restart', 'ssh'], 'root')).toBe(true);
    expect(host.commandAs(['id', '-un'], {user: 'airflow'})).toEqual([
      'sudo',
      '-S',
      '-u',
      'airflow',
      '--',
      'id',
      '-un',
    ]);
    await withAgent(host, asAirflow, async agent => {
      expect((await agent.read(`${info.airflowHome}/airflow.cfg`)).content.toString()).toContain('[core]');
    });
    expect(await inside('cat /proc/*/cmdline | tr "\\0" " "')).not.toContain(password);
  });

  test('asks an agent, before anything else ran', async () => {
    const questions: SecretQuestion[] = [];
    const secret = async (question: SecretQuestion) => (questions.push(question) === 1 ? 'wrong-one' : password);
    const host = await openAs('wf-ask', {ask: {hostKey: never, secret}});
    await withAgent(host, asAirflow, async agent => {
      expect((await agent.read(`${info.airflowHome}/airflow.cfg`)).content.toString()).toContain('[core]');
    });
    expect(questions).toMatchObject([
      {what: 'sudo-password', prompt: '[sudo] password for wf-ask:'},
      {what: 'sudo-password', again: true},
    ]);
  });

  test('asks, and nobody answers', async () => {
    expect(await code((await openAs('wf-ask')).exec(['id'], asAirflow))).toBe('host.sudo-password');
    const left = {ask: {hostKey: never, secret: async () => undefined}};
    expect(await code((await openAs('wf-ask', left)).exec(['id'], asAirflow))).toBe('host.declined');
  });

  test('asks, and the password is wrong: it is tried once', async () => {
    const host = await openAs('wf-ask', {becomePassword: async () => 'wrong-one'});
    const sinceS = Math.floor(Date.now() / 1000);
    expect(await code(host.exec(['id'], asAirflow))).toBe('host.sudo-wrong');
    expect(await code(host.exec(['id', '-un'], asAirflow))).toBe('host.sudo-wrong');
    const journal = await inside(`journalctl -q --since=@${sinceS} -t sudo --no-pager`);
    expect(journal.match(/authentication failure/g)).toHaveLength(1);
  });

  test('refuses', async () => {
    const host = await openAs('wf-no', {becomePassword: async () => password});
    expect(await code(host.exec(['id'], asAirflow))).toBe('host.not-permitted');
  });

  test('wants a terminal', async () => {
    expect(await code((await openAs('wf-tty')).exec(['id'], asAirflow))).toBe('host.sudo-tty');
  });

  test('allows only sudo su - airflow', async () => {
    const host = await openAs('wf-su', {become: 'su'});
    expect((await host.exec(['id', '-un'], asAirflow)).stdout).toBe('airflow\n');
    expect((await host.exec(['cat'], {...asAirflow, stdin})).stdout).toBe(stdin);
    expect((await host.exec(['printf', '%s', 'a\nb $HOME'], asAirflow)).stdout).toBe('a\nb $HOME');
    expect((await host.exec(['sh', '-c', 'exit 7'], asAirflow)).code).toBe(7);
    await withAgent(host, asAirflow, async agent => {
      expect((await agent.read(`${info.airflowHome}/airflow.cfg`)).content.toString()).toContain('[core]');
    });
    expect(await code(host.exec(['id'], {as: 'root'}))).toMatch(/^host\.(sudo-password|not-permitted)$/);
    // What the preview shows is what can be pasted there.
    const [program = '', ...args] = host.commandAs(['id', '-un'], {user: 'airflow'});
    expect((await host.exec([program, ...args])).stdout).toBe('airflow\n');
  });
});

test('no python3', async () => {
  // A machine with nothing but a shell, as far as the login user can see.
  await inside(`mkdir -p ${place}/bin; ln -sf /bin/sh /usr/bin/env ${place}/bin`);
  const {port, hostKey} = await newSshd(`SetEnv PATH=${place}/bin`);
  const host = open({port, knownHostsFiles: [knownHosts(port, hostKey)]});
  expect(await code(startAgent(host))).toBe('host.no-python');
  expect(await code(startAgent(host, {python: '/opt/none/bin/python'}))).toBe('host.no-python');
  await withAgent(host, {python: `${info.airflowHome}/venv/bin/python`}, async agent => {
    expect(await agent.volumes(['/'])).toHaveLength(1);
  });
});

describe('sudo 1.9.5 of Debian 11', () => {
  test('asks, refuses and wants a terminal as the others', async () => {
    const root = execFileSync(lab, ['bullseye'], {encoding: 'utf8'}).trim();
    expect(execFileSync('chroot', [root, 'sudo', '-V'], {encoding: 'utf8'})).toContain('Sudo version 1.9.5');
    const shell = ['chroot', '--userspec=ask:ask', root, '/bin/sh', '-c'];
    const as = (user: string) =>
      shell.map(word => (word.startsWith('--userspec') ? `--userspec=${user}:${user}` : word));
    const openIn = async (user: string, by: Partial<BecomeOptions> = {}) => {
      const server = await startSshServer({shell: as(user)});
      onTestFinished(() => server.close());
      const key = publicKeyOf(server.hostKeys[0]).toString('base64');
      return open({user, port: server.port, knownHostsFiles: [knownHosts(server.port, `ssh-ed25519 ${key}`)], by});
    };
    const good = await openIn('ask', {becomePassword: async () => 'askpw'});
    expect((await good.exec(['id', '-un'], asAirflow)).stdout).toBe('airflow\n');
    expect((await good.exec(['cat'], {...asAirflow, stdin: 'whole\n'})).stdout).toBe('whole\n');
    expect(await code((await openIn('ask')).exec(['id'], asAirflow))).toBe('host.sudo-password');
    const wrong = await openIn('ask', {becomePassword: async () => 'wrong-one'});
    expect(await code(wrong.exec(['id'], asAirflow))).toBe('host.sudo-wrong');
    const no = await openIn('no', {becomePassword: async () => 'nopw'});
    expect(await code(no.exec(['id'], asAirflow))).toBe('host.not-permitted');
    expect(await code((await openIn('pts')).exec(['id'], asAirflow))).toBe('host.sudo-tty');
    expect((await (await openIn('free')).exec(['id', '-un'], asAirflow)).stdout).toBe('airflow\n');
  });
});

// The last one: Airflow needs a while to come back.
test('the host halted, and started again', async () => {
  const host = open();
  await say(host);
  const command = problemOf(host.exec(['sleep', '1000'], {timeoutMs: 60_000}));
  execFileSync(lab, ['power-off', name], {stdio: 'ignore'});
  expect((await command).code).toBe('host.lost');
  expect(await code(say(host))).toBe('host.unreachable');
  const up = spawn(lab, ['up', name], {stdio: 'ignore'});
  await vi.waitFor(() => expect(host.state().at).toBe('up'), {timeout: 60_000, interval: 50});
  expect(await say(host)).toBe('in\n');
  await once(up, 'exit');
}, 120_000);
