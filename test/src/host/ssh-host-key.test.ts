import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import type {HostKeyQuestion} from '../../../src/host/host.ts';
import {fingerprint, judgeHostKey, readKnownHosts} from '../../../src/host/known-hosts.ts';
import {openHost} from '../../../src/host/open.ts';
import {newFolder} from './folder.ts';
import {type Ask, addressOf, asking, newServer, openSsh} from './ssh-hosts.ts';
import {newKey, publicKeyOf} from './ssh-server.ts';

describe('the key of the host', () => {
  const askedFor =
    (questions: HostKeyQuestion[], answer: boolean): Ask =>
    async question => {
      questions.push(question);
      return answer;
    };

  test('that is unknown is asked about, recorded, and then known', async () => {
    const server = await newServer();
    const key = publicKeyOf(server.hostKeys[0]);
    const knownHostsFiles = [join(await newFolder(), '.ssh', 'known_hosts')];
    const questions: HostKeyQuestion[] = [];
    await openSsh(addressOf(server, {knownHostsFiles}), askedFor(questions, true)).exec(['true']);
    expect(questions).toEqual([
      {host: '127.0.0.1', port: server.port, keyType: 'ssh-ed25519', fingerprint: fingerprint(key), knownBy: []},
    ]);
    const line = `[127.0.0.1]:${server.port} ssh-ed25519 ${key.toString('base64')}\n`;
    expect(await readFile(knownHostsFiles[0] ?? '', 'utf8')).toBe(line);
    await openSsh(addressOf(server, {knownHostsFiles})).exec(['true']);
  });

  test('that is unknown is refused, with its fingerprint, where nobody can be asked', async () => {
    const server = await newServer();
    const print = fingerprint(publicKeyOf(server.hostKeys[0]));
    const host = openSsh(addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')]}));
    await expect(host.exec(['true'])).rejects.toMatchObject({
      code: 'host.key-unknown',
      detail: expect.stringContaining(print),
    });
    expect(host.state()).toMatchObject({at: 'down', retryAtMs: undefined});
  });

  test('that was not accepted is asked about again when the user wants it, and not before', async () => {
    const server = await newServer();
    const questions: HostKeyQuestion[] = [];
    const address = addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')]});
    const host = openSsh(address, async question => questions.push(question) > 1);
    for (const _ of [1, 2]) await expect(host.exec(['true'])).rejects.toMatchObject({code: 'host.key-refused'});
    expect(questions).toHaveLength(1);
    host.tryNow();
    await host.exec(['true']);
    expect(questions).toHaveLength(2);
  });

  test('that has changed is refused without a question, naming the line and both fingerprints', async () => {
    const server = await newServer();
    const file = join(await newFolder(), 'known_hosts');
    const before = publicKeyOf(newKey());
    await writeFile(file, `# mine\n[127.0.0.1]:${server.port} ssh-ed25519 ${before.toString('base64')}\n`);
    const questions: HostKeyQuestion[] = [];
    const host = openSsh(addressOf(server, {knownHostsFiles: [file]}), askedFor(questions, true));
    const problem = await host.exec(['true']).catch(error => error);
    expect(problem).toMatchObject({code: 'host.key-changed', detail: expect.stringContaining(`${file}:2`)});
    expect(problem.detail).toContain(fingerprint(before));
    expect(problem.detail).toContain(fingerprint(publicKeyOf(server.hostKeys[0])));
    expect(questions).toEqual([]);
  });

  test('that is revoked is refused', async () => {
    const server = await newServer();
    const file = join(await newFolder(), 'known_hosts');
    await writeFile(file, `@revoked * ssh-ed25519 ${publicKeyOf(server.hostKeys[0]).toString('base64')}\n`);
    await expect(
      openSsh(addressOf(server, {knownHostsFiles: [file]}), async () => true).exec(['true']),
    ).rejects.toMatchObject({
      code: 'host.key-revoked',
    });
  });

  test.each([
    ['StrictHostKeyChecking yes', 'host.key-unknown'],
    ['StrictHostKeyChecking accept-new', undefined],
  ])('that is unknown is no question with %s', async (line, code) => {
    const server = await newServer();
    const folder = await newFolder();
    const file = join(folder, 'known_hosts');
    const configFile = join(folder, 'config');
    await writeFile(configFile, `${line}\nUserKnownHostsFile ${file}\nHashKnownHosts yes\nHostKeyAlias AF-one\n`);
    const questions: HostKeyQuestion[] = [];
    const host = openSsh(addressOf(server, {configFile}), askedFor(questions, true));
    const problem = await host.exec(['true']).then(
      () => undefined,
      error => error,
    );
    expect(problem?.code).toBe(code);
    expect(questions).toEqual([]);
    if (code !== undefined) return;
    const key = publicKeyOf(server.hostKeys[0]);
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/);
    // An alias stands for itself, without the port.
    expect(judgeHostKey(await readKnownHosts([file]), 'AF-one', 22, key).is).toBe('ok');
  });

  test('of a known type is asked for first; one of another type is asked about', async () => {
    const rsa = newKey('rsa');
    const ed25519 = newKey();
    const server = await newServer({hostKeys: [ed25519, rsa]});
    const file = join(await newFolder(), 'known_hosts');
    await writeFile(file, `[127.0.0.1]:${server.port} ssh-rsa ${publicKeyOf(rsa).toString('base64')}\n`);
    await openSsh(addressOf(server, {knownHostsFiles: [file]})).exec(['true']);
    const onlyNew = await newServer({hostKeys: [ed25519]});
    await writeFile(file, `[127.0.0.1]:${onlyNew.port} ssh-rsa ${publicKeyOf(rsa).toString('base64')}\n`);
    const questions: HostKeyQuestion[] = [];
    await openSsh(addressOf(onlyNew, {knownHostsFiles: [file]}), askedFor(questions, true)).exec(['true']);
    expect(questions).toMatchObject([{keyType: 'ssh-ed25519', knownBy: [`${file}:1`]}]);
  });

  test('is accepted although the file cannot be written, as long as windsock runs', async () => {
    const server = await newServer();
    const file = join(await newFolder(), 'known_hosts');
    await writeFile(file, '');
    const questions: HostKeyQuestion[] = [];
    const told: string[] = [];
    const host = openHost(addressOf(server, {knownHostsFiles: [join(file, 'below-a-file')]}), {
      become: 'none',
      ask: {...asking(askedFor(questions, true)), tell: remark => told.push(remark)},
    });
    onTestFinished(() => host.close());
    await host.exec(['true']);
    server.drop();
    await vi.waitFor(() => expect(host.state().at).not.toBe('up'), {interval: 1});
    await host.exec(['true']);
    expect(questions).toHaveLength(1);
    expect(told).toEqual([
      expect.stringMatching(/^The key of af-1 could not be added to .*below-a-file \((ENOTDIR|EEXIST)\)/),
    ]);
  });
});
