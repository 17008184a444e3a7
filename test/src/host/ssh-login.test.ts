import {execFileSync} from 'node:child_process';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {inspect} from 'node:util';
import type {AuthContext} from 'ssh2';
import ssh2 from 'ssh2';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import type {HostAsk, SecretQuestion} from '../../../src/host/host.ts';
import {openHost} from '../../../src/host/open.ts';
import type {SshAddress} from '../../../src/host/ssh-target.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {newFolder} from './folder.ts';
import {startSshAgent} from './ssh-agent-process.ts';
import {asking} from './ssh-hosts.ts';
import {newKey, publicKeyOf, startSshServer} from './ssh-server.ts';

/** A server that lets in who holds the key or says the password. Counts as sshd does: after six refusals it hangs up. */
async function serverFor({key, password, only}: {key?: string; password?: string; only?: AuthContext['method']}) {
  const parsed = key === undefined ? undefined : ssh2.utils.parseKey(key);
  if (parsed instanceof Error) throw parsed;
  const mine = parsed?.getPublicSSH();
  const server = await startSshServer({
    maxTries: 6,
    allow: context => {
      if (only !== undefined && context.method !== only) return false;
      if (context.method === 'publickey') return mine?.equals(context.key.data) === true;
      return context.method === 'password' && password !== undefined && context.password === password;
    },
    ...(password === undefined ? {} : {answer: password}),
    ...(only === undefined ? {} : {methods: [only]}),
  });
  onTestFinished(() => server.close());
  return server;
}

type Server = Awaited<ReturnType<typeof serverFor>>;

async function login(server: Server, more: Partial<SshAddress>, secret?: HostAsk['secret']): Promise<string> {
  // A home of its own: the keys of whoever runs the tests must not be offered.
  vi.stubEnv('HOME', await homeWith({}));
  return loginFromHome(server, more, secret);
}

async function loginFromHome(server: Server, more: Partial<SshAddress>, secret?: HostAsk['secret']): Promise<string> {
  const address: SshAddress = {
    kind: 'ssh',
    name: 'af-1',
    host: server.host,
    port: server.port,
    user: 'ops',
    identityFiles: [],
    knownHostsFiles: [await knownHosts(server)],
    configFile: 'none',
    ...more,
  };
  const ask = secret && {ask: asking(async () => false, secret)};
  const host = openHost(address, {become: 'none', ...ask});
  onTestFinished(() => {
    host.close();
    vi.unstubAllEnvs();
  });
  return (await host.exec(['echo', 'in'])).stdout.trim();
}

async function knownHosts(server: Server): Promise<string> {
  const file = join(await newFolder(), 'known_hosts');
  const key = publicKeyOf(server.hostKeys[0]).toString('base64');
  await writeFile(file, `[127.0.0.1]:${server.port} ssh-ed25519 ${key}\n`);
  return file;
}

async function homeWith(files: Record<string, string>): Promise<string> {
  const home = await newFolder();
  await mkdir(join(home, '.ssh'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, '.ssh', name), text, {mode: 0o600});
  return home;
}

async function keyFile(text: string): Promise<string> {
  const file = join(await newFolder(), 'key');
  await writeFile(file, text, {mode: 0o600});
  return file;
}

async function lockedFile(key: string, options: readonly string[] = ['-a', '4']): Promise<string> {
  const file = await keyFile(key);
  execFileSync('ssh-keygen', ['-q', '-p', ...options, '-N', 'passphrase', '-f', file]);
  return file;
}

const secret = (text: string) => async () => text;

describe('a login', () => {
  test.each(['ed25519', 'rsa', 'ecdsa'] as const)('by a key file: %s', async type => {
    const key = newKey(type);
    expect(await login(await serverFor({key}), {identityFiles: [await keyFile(key)]})).toBe('in');
  });

  test('by a key file of ~/.ssh, when the profile names none', async () => {
    const key = newKey('ecdsa');
    const server = await serverFor({key});
    vi.stubEnv('HOME', await homeWith({id_ed25519: newKey(), id_ecdsa: key}));
    expect(await loginFromHome(server, {})).toBe('in');
  });

  test('by the agent, before the key files', async () => {
    const key = newKey();
    const server = await serverFor({key});
    const agent = await startSshAgent([key]);
    expect(await login(server, {agent, identityFiles: [await keyFile(newKey())]})).toBe('in');
    expect(server.logins).toEqual(['none', 'publickey', 'publickey']);
  });

  test('by an encrypted key that the agent holds, although it holds many others', async () => {
    const key = newKey();
    const file = await keyFile(key);
    execFileSync('ssh-keygen', ['-q', '-p', '-a', '4', '-N', 'passphrase', '-f', file]);
    const agent = await startSshAgent([...Array.from({length: 8}, () => newKey()), key]);
    const server = await serverFor({key});
    expect(await login(server, {agent, identityFiles: [file]})).toBe('in');
    expect(server.logins.length).toBeLessThan(4);
  });

  test('by a password after all keys, however many the agent holds', async () => {
    const server = await serverFor({password: 'pw'});
    const agent = await startSshAgent(Array.from({length: 9}, () => newKey()));
    expect(await login(server, {agent, identityFiles: [await keyFile(newKey('rsa'))], password: secret('pw')})).toBe(
      'in',
    );
  });

  test('by a password that is asked for interactively', async () => {
    const server = await serverFor({password: 'pw', only: 'keyboard-interactive'});
    expect(await login(server, {password: secret('pw')})).toBe('in');
  });

  test('goes on when the agent does not answer', async () => {
    const server = await serverFor({password: 'pw'});
    expect(await login(server, {agent: '/no/such/socket', password: secret('pw')})).toBe('in');
  });
});

describe('a login with what a person knows', () => {
  const person = (...answers: (string | undefined)[]) => vi.fn(async (_: SecretQuestion) => answers.shift());

  test.each(['ed25519', 'rsa', 'ecdsa'] as const)('by a key with a passphrase: %s', async type => {
    const key = newKey(type);
    const file = await lockedFile(key);
    const secret = person('wrong', 'passphrase');
    expect(await login(await serverFor({key}), {identityFiles: [file]}, secret)).toBe('in');
    expect(secret.mock.calls).toEqual([
      [{host: 'af-1', what: 'passphrase', prompt: file, shown: false}],
      [{host: 'af-1', what: 'passphrase', prompt: file, shown: false, again: true}],
    ]);
  });

  test('by a key in the older format, whose public part is not known', async () => {
    const key = newKey('rsa');
    const file = await lockedFile(key, ['-m', 'PEM']);
    expect(await login(await serverFor({key}), {identityFiles: [file]}, person('passphrase'))).toBe('in');
  });

  test('asks for no passphrase of a key that the host does not want', async () => {
    const secret = person();
    const server = await serverFor({key: newKey(), only: 'publickey'});
    const file = await lockedFile(newKey());
    await expect(login(server, {identityFiles: [file]}, secret)).rejects.toMatchObject({code: 'host.login'});
    expect(secret).not.toHaveBeenCalled();
  });

  test('gives up a key after three wrong passphrases', async () => {
    const key = newKey();
    const file = await lockedFile(key);
    const failed = login(
      await serverFor({key, only: 'publickey'}),
      {identityFiles: [file]},
      person('hunter2', 'b', 'c'),
    );
    const problem = await failed.catch(error => error);
    expect(problem).toMatchObject({code: 'host.key-file', detail: expect.stringContaining('the passphrase is wrong')});
    expect(inspect(problem, {depth: null, showHidden: true})).not.toContain('hunter2');
  });

  test('keeps the program going while a passphrase is tried', async () => {
    const key = newKey();
    const file = await lockedFile(key, ['-a', '300']);
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    onTestFinished(() => clearInterval(timer));
    const secret = async () => {
      turns = 0;
      return 'passphrase';
    };
    expect(await login(await serverFor({key}), {identityFiles: [file]}, secret)).toBe('in');
    expect(turns).toBeGreaterThan(20);
    // 300 rounds take long on a busy machine.
  }, 90_000);

  test.each(['password', 'keyboard-interactive'] as const)('by a password that is asked for: %s', async only => {
    const secret = person('wrong', 'pw');
    expect(await login(await serverFor({password: 'pw', only}), {}, secret)).toBe('in');
    expect(secret.mock.calls.map(([{what, shown, again}]) => ({what, shown, again}))).toEqual([
      {what: 'password', shown: false, again: undefined},
      {what: 'password', shown: false, again: true},
    ]);
  });

  test('ends when there is no answer, and waits for somebody to want it', async () => {
    const server = await serverFor({password: 'pw', only: 'keyboard-interactive'});
    await expect(login(server, {}, person(undefined))).rejects.toMatchObject({code: 'host.declined'});
    expect(server.logins).toEqual(['none', 'keyboard-interactive']);
  });
});

describe('a login that fails', () => {
  test('names what was tried and what the host accepts, and no secret', async () => {
    const server = await serverFor({password: 'right'});
    const file = await keyFile(newKey());
    const failed = await login(server, {
      identityFiles: [file],
      password: secret('hunter2'),
      agent: '/no/such/socket',
    }).catch(error => error);
    expect(failed).toBeInstanceOf(Problem);
    expect(failed).toMatchObject({
      code: 'host.login',
      detail: `ops@127.0.0.1: tried ${file}, the password; the agent does not answer; the host accepts publickey, password, keyboard-interactive`,
    });
    expect(inspect(failed, {depth: null, showHidden: true})).not.toContain('hunter2');
    expect(server.logins).toEqual(['none', 'publickey', 'password']);
  });

  test('is not repeated at once: accounts get locked', async () => {
    const server = await serverFor({password: 'right'});
    vi.stubEnv('HOME', await homeWith({}));
    const host = openHost(
      {
        kind: 'ssh',
        name: 'af-1',
        host: server.host,
        port: server.port,
        user: 'ops',
        password: secret('wrong'),
        identityFiles: [],
        knownHostsFiles: [await knownHosts(server)],
        configFile: 'none',
      },
      {become: 'none'},
    );
    onTestFinished(() => {
      host.close();
      vi.unstubAllEnvs();
    });
    for (const _ of [1, 2, 3]) await expect(host.exec(['true'])).rejects.toMatchObject({code: 'host.login'});
    expect(server.logins).toEqual(['none', 'password']);
    expect(host.state()).toMatchObject({at: 'down', retryAtMs: undefined});
  });

  test('says that there was nothing to try', async () => {
    await expect(login(await serverFor({}), {})).rejects.toMatchObject({
      code: 'host.login',
      detail: expect.stringContaining('there was nothing to try'),
    });
  });

  test.each([
    [
      'has a passphrase',
      async () => keyFile(newKey('ed25519', 'hunter2')),
      'has a passphrase and is not in the ssh agent',
    ],
    ['is missing', async () => join(await newFolder(), 'key'), 'does not exist'],
    ['is none', async () => keyFile('hello'), 'is no private key that can be used'],
    [
      'is broken',
      async () => keyFile(newKey().split('\n').toSpliced(3, 1).join('\n')),
      'is no private key that can be used',
    ],
    ['is a folder', newFolder, 'cannot be read (EISDIR)'],
  ])('tells when the named key %s', async (_, make, reason) => {
    const file = await make();
    await expect(login(await serverFor({}), {identityFiles: [file]})).rejects.toMatchObject({
      code: 'host.key-file',
      detail: expect.stringContaining(`${file}: ${reason}`),
    });
  });

  test('is the problem of the secret, when that cannot be fetched', async () => {
    const problem = new Problem('profile.secret', 'pass');
    const password = () => Promise.reject(problem);
    await expect(login(await serverFor({password: 'pw'}), {password})).rejects.toBe(problem);
  });
});
