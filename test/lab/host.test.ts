import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {startAgent, withAgent} from '../../src/host/agent.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open.ts';
import type {SshAddress} from '../../src/host/ssh-target.ts';
import {canRun} from '../../src/host/sudo.ts';
import {Problem} from '../../src/problems/problem.ts';
import {startSshAgent} from '../src/host/ssh-agent-process.ts';
import {newKey, publicKeyOf} from '../src/host/ssh-server.ts';
import {type LabInfo, labInfo} from './hosts.ts';

/** Runs a command as root on a host of the lab. Returns what it says. */
const labExec = (name: string, ...argv: string[]): string =>
  execFileSync(new URL('lab', import.meta.url).pathname, ['exec', name, ...argv], {encoding: 'utf8'});

describe.each(['a2', 'a3'])('sshd and sudo of %s', name => {
  let info: LabInfo;
  let folder: string;
  beforeAll(async () => {
    info = await labInfo(name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-'));
    writeFileSync(join(folder, 'known_hosts'), `[${info.ssh.host}]:${info.ssh.port} ${info.ssh.hostKey}\n`);
  });
  afterAll(() => rmSync(folder, {recursive: true}));

  type User = 'ops' | 'admin' | 'viewer';

  function account(user: User) {
    const found = info.ssh.users[user];
    if (!found) throw new Error(`The lab has no user ${user}`);
    return found;
  }

  function open(user: User, more: Partial<SshAddress> = {}, ask?: () => Promise<boolean>): Host {
    const {host, port} = info.ssh;
    const address: SshAddress = {
      kind: 'ssh',
      name,
      host,
      port,
      user,
      identityFiles: [account(user).key],
      knownHostsFiles: [join(folder, 'known_hosts')],
      configFile: 'none',
      ...more,
    };
    const opened = openHost(address, {
      become: 'sudo',
      ...(ask ? {ask: {hostKey: ask, secret: async () => undefined}} : {}),
    });
    onTestFinished(() => opened.close());
    return opened;
  }

  const who = async (host: Host) => (await host.exec(['id', '-un'])).stdout.trim();

  test('let in by a key, by a password and by the agent', async () => {
    expect(await who(open('ops'))).toBe('ops');
    const password = async () => account('viewer').password;
    expect(await who(open('viewer', {identityFiles: [], password}))).toBe('viewer');
    const agent = await startSshAgent([newKey(), readFileSync(account('ops').key, 'utf8')]);
    expect(await who(open('ops', {identityFiles: [], agent}))).toBe('ops');
  });

  test('refuse a wrong password and a wrong key', async () => {
    const identityFiles = [join(folder, 'other')];
    writeFileSync(join(folder, 'other'), newKey(), {mode: 0o600});
    const host = open('viewer', {identityFiles, password: async () => 'hunter2'});
    const problem = await who(host).catch(error => error);
    expect(problem).toMatchObject({code: 'host.login', detail: expect.stringContaining('tried')});
    expect(problem.detail).toContain('the password; the host accepts publickey, password');
  });

  test('a port where nothing listens is told', async () => {
    await expect(who(open('ops', {port: 9}))).rejects.toMatchObject({code: 'host.unreachable'});
  });

  test('an unknown key is asked about, a changed one refused', async () => {
    const file = join(folder, 'new');
    const ask = vi.fn(async () => true);
    expect(await who(open('ops', {knownHostsFiles: [file]}, ask))).toBe('ops');
    expect(ask).toHaveBeenCalledOnce();
    expect(readFileSync(file, 'utf8').trim()).toBe(`[${info.ssh.host}]:${info.ssh.port} ${info.ssh.hostKey}`);
    const changed = join(folder, 'changed');
    const other = publicKeyOf(newKey()).toString('base64');
    writeFileSync(changed, `[${info.ssh.host}]:${info.ssh.port} ssh-ed25519 ${other}\n`);
    await expect(who(open('ops', {knownHostsFiles: [changed]}, ask))).rejects.toMatchObject({code: 'host.key-changed'});
    await expect(who(open('ops', {knownHostsFiles: [join(folder, 'none')]}))).rejects.toMatchObject({
      code: 'host.key-unknown',
    });
    expect(ask).toHaveBeenCalledOnce();
  });

  test('ops acts as airflow, and restarts units of Airflow only', async () => {
    const host = open('ops');
    expect((await host.exec(['id', '-un'], {as: {user: 'airflow'}})).stdout).toBe('airflow\n');
    expect(await canRun(host, ['systemctl', 'restart', 'airflow-scheduler'], 'root')).toBe(true);
    expect(await canRun(host, ['systemctl', 'restart', 'ssh'], 'root')).toBe(false);
    const refused = host.exec(['systemctl', 'restart', 'ssh'], {as: 'root'});
    await expect(refused).rejects.toMatchObject({code: expect.stringMatching(/^host\.(sudo-password|not-permitted)$/)});
  });

  test('admin must say a password to sudo, viewer may nothing', async () => {
    const id = {as: {user: 'airflow'}} as const;
    await expect(open('admin').exec(['id'], id)).rejects.toMatchObject({code: 'host.sudo-password'});
    const viewer = open('viewer');
    await expect(viewer.exec(['id'], id)).rejects.toMatchObject({
      code: expect.stringMatching(/^host\.(sudo-password|not-permitted)$/),
    });
    expect(await canRun(viewer, ['id'], {user: 'airflow'})).toBe(false);
  });

  test('the agent adds up the logs as airflow, as du does', async () => {
    const host = open('ops');
    await withAgent(host, {as: {user: 'airflow'}}, async agent => {
      const seen = new Set<string>();
      let last: object = {};
      for await (const event of agent.scan({root: info.logs, by: 'name'})) {
        if (event.kind === 'group') seen.add(event.path ?? '');
        last = event;
      }
      const listed = labExec(
        name,
        'find',
        info.logs,
        '-mindepth',
        '1',
        '-maxdepth',
        '1',
        '-type',
        'd',
        '-printf',
        '%f\\n',
      );
      expect([...seen]).toEqual(
        expect.arrayContaining(
          listed
            .trim()
            .split('\n')
            .filter(found => found !== 'lost+found'),
        ),
      );
      expect(last).toMatchObject({kind: 'done', files: expect.any(Number), tookMs: expect.any(Number)});
      const [volume] = await agent.volumes([info.logs]);
      expect(volume).toMatchObject({mountPoint: info.logs});
    });
  });

  test('the agent reads airflow.cfg as airflow, and nobody else does', async () => {
    const host = open('ops');
    const file = `${info.airflowHome}/airflow.cfg`;
    await withAgent(host, {as: {user: 'airflow'}}, async agent => {
      const config = await agent.read(file);
      expect(config.content.toString()).toContain('[core]');
      expect(config).toMatchObject({owner: 'airflow', realPath: file});
      await expect(agent.read(`${file}.none`)).rejects.toMatchObject({code: 'host.file-missing'});
      await expect(agent.read('/etc/shadow')).rejects.toMatchObject({code: 'host.file-denied', detail: '/etc/shadow'});
    });
  });

  // A bracket in the pattern keeps it from finding the search itself.
  const isRunning = (pattern: string) => labExec(name, 'sh', '-c', `pgrep -f '${pattern}' || true`).trim() !== '';
  const gone = (pattern: string) =>
    vi.waitFor(() => expect(isRunning(pattern)).toBe(false), {timeout: 10_000, interval: 100});

  test('a silent command ends with its time, also under sudo', async () => {
    const host = open('ops');
    const as = {user: 'airflow'};
    const seconds = 86_400 + info.ssh.port;
    await expect(host.exec(['sleep', `${seconds}.1`], {timeoutMs: 500})).rejects.toMatchObject({code: 'host.timeout'});
    await expect(host.exec(['sleep', `${seconds}.2`], {timeoutMs: 500, as})).rejects.toMatchObject({
      code: 'host.timeout',
    });
    await expect(host.exec(['sh', '-c', `sleep ${seconds}.3; true`], {timeoutMs: 500})).rejects.toMatchObject({
      code: 'host.timeout',
    });
    const stream = await host.stream(['sleep', `${seconds}.4`], {as});
    stream.stdout.resume();
    stream.end();
    await stream.ended;
    await gone(`[s]leep ${seconds}`);
  });

  test('the agent ends when the connection does', async () => {
    const host = open('ops');
    const agent = await startAgent(host, {as: {user: 'airflow'}});
    const scanning = (async () => {
      for await (const _ of agent.scan({root: '/proc', by: 'name'})) host.close();
    })();
    await expect(scanning).rejects.toBeInstanceOf(Problem);
    await gone('[s]ys.stdin.buffer.read.int');
  });

  test('a session that is killed is lost, and comes back by itself', async () => {
    const host = open('viewer');
    const command = host.exec(['sleep', '1000']).catch(error => error);
    await vi.waitFor(() => expect(host.state().at).toBe('up'), {timeout: 10_000, interval: 20});
    const stream = await host.stream(['cat']);
    stream.stdout.resume();
    labExec(name, 'pkill', '-KILL', '-f', 'sshd: viewer');
    expect(await command).toMatchObject({code: 'host.lost'});
    await expect(stream.ended).rejects.toMatchObject({code: 'host.lost'});
    await vi.waitFor(() => expect(host.state().at).toBe('up'), {timeout: 15_000, interval: 20});
    expect(await who(host)).toBe('viewer');
    labExec(name, 'sh', '-c', 'pkill -u viewer sleep || true');
  });

  test('many commands at once all have their result, beside streams', async () => {
    const host = open('ops');
    const streams = await Promise.all([1, 2, 3].map(() => host.stream(['cat'])));
    const results = await Promise.all(Array.from({length: 60}, (_, index) => host.exec(['echo', String(index)])));
    expect(results.map(result => Number(result.stdout))).toEqual(Array.from({length: 60}, (_, index) => index));
    for (const stream of streams) stream.end();
  });

  test('bytes of every kind go through both ways', async () => {
    const host = open('ops');
    const bytes = randomBytes(3_000_000);
    const result = await host.exec(['base64', '-w0'], {stdin: bytes});
    expect(Buffer.from(result.stdout, 'base64').equals(bytes)).toBe(true);
  });
});
