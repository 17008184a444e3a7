import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {Host, HostState} from '../../../src/host/host.ts';
import {openHost} from '../../../src/host/open.ts';
import {connectSsh} from '../../../src/host/ssh-connection.ts';
import {HostKeys} from '../../../src/host/ssh-host-key.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {agentContract} from './agent-contract.ts';
import {firstLine, hostContract, type OpenHost} from './contract.ts';
import {deletionContract} from './deletion-contract.ts';
import {newFolder} from './folder.ts';
import {addressOf, asking, newServer, openKnown, openSsh} from './ssh-hosts.ts';
import {publicKeyOf, type SshServer, startSshServer} from './ssh-server.ts';
import {sudoContract} from './sudo-contract.ts';

const up = (host: Host) => vi.waitFor(() => expect(host.state().at).toBe('up'), {timeout: 10_000, interval: 5});

describe('a host behind SSH', () => {
  let server: SshServer;
  let folder: string;
  beforeAll(async () => {
    server = await startSshServer();
    folder = await mkdtemp(join(tmpdir(), 'windsock-host-'));
    const key = publicKeyOf(server.hostKeys[0]).toString('base64');
    await writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${server.port} ssh-ed25519 ${key}\n`);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, {recursive: true});
  });

  const open: OpenHost = async (become, more) =>
    openHost(addressOf(server, {knownHostsFiles: [join(folder, 'known_hosts')]}), {become, ...more});
  hostContract(open);
  sudoContract(open);
  agentContract(open);
  deletionContract(open);
});

describe('the connection', () => {
  test('is made when the first command needs it, and once for all', async () => {
    const server = await newServer();
    const host = await openKnown(server);
    const seen: HostState['at'][] = [];
    const stop = host.onState(state => seen.push(state.at));
    expect(host.state()).toEqual({at: 'idle'});
    await Promise.all([host.exec(['true']), host.exec(['true']), host.exec(['true'])]);
    expect(seen).toEqual(['connecting', 'up']);
    expect(server.connections()).toBe(1);
    stop();
    host.close();
    expect(seen).toEqual(['connecting', 'up']);
    await vi.waitFor(() => expect(server.connections()).toBe(0));
  });

  test('that is lost is never a result, and comes back by itself', async () => {
    const server = await newServer();
    const host = await openKnown(server);
    const stream = await host.stream(['sh', '-c', 'echo started; exec sleep 1000']);
    await firstLine(stream);
    const command = host.exec(['sleep', '1000']).catch(error => error);
    const seen: HostState[] = [];
    host.onState(state => seen.push(state));
    server.drop();
    expect(await command).toMatchObject({code: 'host.lost'});
    await expect(stream.ended).rejects.toMatchObject({code: 'host.lost'});
    await vi.waitFor(() => expect(seen).toHaveLength(3), {timeout: 5000});
    expect(seen).toMatchObject([{at: 'down', problem: {code: 'host.lost'}}, {at: 'connecting'}, {at: 'up'}]);
    expect((await host.exec(['echo', 'again'])).stdout).toBe('again\n');
  });

  test('a command connects at once after a loss', async () => {
    const server = await newServer();
    const host = await openKnown(server);
    await host.exec(['true']);
    server.drop();
    await vi.waitFor(() => expect(host.state().at).toBe('down'), {interval: 1});
    expect((await host.exec(['echo', 'again'])).stdout).toBe('again\n');
  });

  test('while the host is down, its problem is the quick answer; when it is back, so is the connection', async () => {
    const first = await startSshServer();
    const host = await openKnown(first);
    await host.exec(['true']);
    await first.close();
    await vi.waitFor(() => expect(host.state()).toMatchObject({problem: {code: 'host.unreachable'}}), {timeout: 5000});
    await expect(host.exec(['true'])).rejects.toMatchObject({
      code: 'host.unreachable',
      detail: `127.0.0.1:${first.port}: nothing listens there (connection refused)`,
    });
    await newServer({port: first.port, hostKeys: first.hostKeys});
    await up(host);
  });

  test('a name that does not exist is told', async () => {
    const host = openSsh(addressOf({host: 'no-such-host.invalid', port: 22}));
    await expect(host.exec(['true'])).rejects.toMatchObject({
      code: 'host.unreachable',
      detail: expect.stringMatching(/^no-such-host\.invalid:22: the name/),
    });
  });

  test('something that is not SSH is told', async () => {
    const server = await newServer();
    server.answerLike('HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect((await openKnown(server)).exec(['true'])).rejects.toMatchObject({code: 'host.unreachable'});
  });

  test('a host that never answers is a timeout', async () => {
    const server = await newServer();
    server.freeze();
    const address = addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')]});
    const connecting = connectSsh(address, {
      hostKeys: new HostKeys(undefined),
      secrets: undefined,
      signal: new AbortController().signal,
      withinMs: 200,
    });
    await expect(connecting).rejects.toMatchObject({code: 'host.timeout'});
  });

  test('a question to a person does not count as waiting', async () => {
    const server = await newServer();
    const address = addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')]});
    const answer = Promise.withResolvers<boolean>();
    const asked = Promise.withResolvers<void>();
    const ask = async () => {
      asked.resolve();
      return answer.promise;
    };
    const connecting = connectSsh(address, {
      hostKeys: new HostKeys(asking(ask)),
      secrets: undefined,
      signal: new AbortController().signal,
      withinMs: 400,
    });
    await asked.promise;
    const {promise: later, resolve} = Promise.withResolvers<void>();
    setTimeout(resolve, 500);
    await later;
    answer.resolve(true);
    (await connecting).close();
  });

  test('to a host that has frozen is lost, although nobody says so', async () => {
    const server = await newServer();
    const address = addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')]});
    const connection = await connectSsh(address, {
      hostKeys: new HostKeys(asking(async () => true)),
      secrets: undefined,
      signal: new AbortController().signal,
      keepaliveMs: 30,
    });
    server.stall();
    expect(await connection.lost).toMatchObject({code: 'host.lost', detail: 'af-1: Keepalive timeout'});
  });

  test('a server with few sessions is enough', async () => {
    const server = await newServer({maxSessions: 2});
    const host = await openKnown(server);
    const stream = await host.stream(['cat']);
    stream.stdout.resume();
    const results = await Promise.all(Array.from({length: 12}, (_, index) => host.exec(['echo', String(index)])));
    expect(results.map(result => result.stdout)).toEqual(Array.from({length: 12}, (_, index) => `${index}\n`));
    stream.end();
  });

  test('a fourth stream waits for a place', async () => {
    const host = await openKnown(await newServer());
    const streams = await Promise.all([1, 2, 3].map(() => host.stream(['cat'])));
    const fourth = host.stream(['sh', '-c', 'echo fourth; cat']);
    streams[0]?.end();
    const stream = await fourth;
    expect(await firstLine(stream)).toBe('fourth');
  });
});

describe('a login shell', () => {
  const file = async (lines: string) => {
    const path = join(await newFolder(), 'shell');
    await writeFile(path, `#!/bin/sh\n${lines}\n`, {mode: 0o755});
    return [path, '-c'];
  };

  test('that greets is not heard', async () => {
    const server = await newServer({shell: await file('echo Welcome; printf "no end of line"; exec sh "$@"')});
    const host = await openKnown(server);
    expect((await host.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect((await host.exec(['true'])).stdout).toBe('');
    const stream = await host.stream(['cat']);
    stream.stdin.write('one\n');
    expect(await firstLine(stream)).toBe('one');
    stream.end();
  });

  test.each([
    ['exit 1', 'exit code 1'],
    ['echo This account is currently not available.', 'This account is currently not available.'],
    ['echo Locked. >&2; exit 254', 'Locked.'],
  ])('that runs nothing is a problem: %s', async (lines, said) => {
    const host = await openKnown(await newServer({shell: await file(lines)}));
    const problem = {code: 'host.shell', detail: `af-1: ${said}`};
    await expect(host.exec(['echo', 'in'])).rejects.toMatchObject(problem);
    const stream = await host.stream(['cat']);
    stream.stdout.resume();
    await expect(stream.ended).rejects.toMatchObject(problem);
  });
});

test('a closed host throws away what it was about to start', async () => {
  const server = await newServer();
  const host = await openKnown(server);
  const command = host.exec(['true']);
  host.close();
  await expect(command).rejects.toBeInstanceOf(Problem);
  expect(host.state()).toEqual({at: 'idle'});
});
