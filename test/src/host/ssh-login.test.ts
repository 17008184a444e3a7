import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {inspect} from 'node:util';
import type {AuthContext} from 'ssh2';
import ssh2 from 'ssh2';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {openHost} from '../../../src/host/open.ts';
import type {SshAddress} from '../../../src/host/ssh-auth.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {newFolder} from './folder.ts';
import {startSshAgent} from './ssh-agent-process.ts';
import {newKey, startSshServer} from './ssh-server.ts';

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

async function login(server: Server, more: Partial<SshAddress>): Promise<string> {
  // A home of its own: the keys of whoever runs the tests must not be offered.
  vi.stubEnv('HOME', await homeWith({}));
  return loginFromHome(server, more);
}

async function loginFromHome(server: Server, more: Partial<SshAddress>): Promise<string> {
  const address: SshAddress = {
    kind: 'ssh',
    name: 'af-1',
    host: server.host,
    port: server.port,
    user: 'ops',
    identityFiles: [],
    knownHostsFiles: [join(await newFolder(), 'known_hosts')],
    ...more,
  };
  const host = openHost(address, {become: 'none', ask: async () => true});
  onTestFinished(() => {
    host.close();
    vi.unstubAllEnvs();
  });
  return (await host.exec(['echo', 'in'])).stdout.trim();
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
    const file = await keyFile(newKey('ed25519', 'passphrase'));
    const parsed = ssh2.utils.parseKey(key);
    if (parsed instanceof Error) throw parsed;
    await writeFile(`${file}.pub`, `ssh-ed25519 ${parsed.getPublicSSH().toString('base64')} me\n`);
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
        knownHostsFiles: [join(await newFolder(), 'known_hosts')],
      },
      {become: 'none', ask: async () => true},
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
