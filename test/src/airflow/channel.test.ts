import {readFileSync} from 'node:fs';
import {copyFile, writeFile} from 'node:fs/promises';
import {createServer, request} from 'node:http';
import {createServer as createTlsServer, type ServerOptions} from 'node:https';
import {type AddressInfo, connect, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {describe, expect, onTestFinished, test} from 'vitest';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import type {ApiAddress} from '../../../src/profile/profile.ts';
import {newFolder} from '../host/folder.ts';
import {address} from './server.ts';

const tls = (name: string) => new URL(`../../fixtures/tls/${name}.pem`, import.meta.url).pathname;
const pem = (name: string) => readFileSync(tls(name));

/** Listens on loopback until the test ends. */
async function port(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    // The client of a refused handshake resets.
    socket.on('error', () => {});
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** An Airflow behind TLS, and who showed it which certificate. */
async function secure(options: ServerOptions = {}) {
  const seen: string[] = [];
  const server = createTlsServer(
    {key: pem('server-key'), cert: pem('server'), ca: pem('ca'), ...options},
    (asked, reply) => {
      const socket = asked.socket as unknown as {getPeerCertificate?(): {subject?: {CN?: string}}};
      seen.push(socket.getPeerCertificate?.().subject?.CN ?? 'nobody');
      reply.setHeader('content-type', 'application/json');
      reply.end(JSON.stringify({version: '3.3.2'}));
    },
  );
  return {url: `https://127.0.0.1:${await port(server)}`, seen};
}

const versionOf = async (url: string, extra: Partial<ApiAddress> = {}) =>
  (await connectAirflow({...address(url), ...extra})()).version;

describe('TLS', () => {
  test('an authority that nobody knows is refused, unless ca_file names it or nothing is verified', async () => {
    const {url} = await secure();
    await expect(versionOf(url)).rejects.toMatchObject({
      code: 'airflow.unreachable',
      detail: expect.stringContaining('ca_file'),
    });
    expect(await versionOf(url, {caFile: tls('ca')})).toBe('3.3.2');
    expect(await versionOf(url, {insecure: true})).toBe('3.3.2');
  });

  test('a certificate for another name is refused', async () => {
    const {url} = await secure({key: pem('client-key'), cert: pem('elsewhere')});
    await expect(versionOf(url, {caFile: tls('elsewhere')})).rejects.toMatchObject({
      code: 'airflow.unreachable',
      detail: expect.stringContaining('its certificate is for another name'),
    });
  });

  test.each<[string, ServerOptions]>([
    ['TLS 1.3', {}],
    ['TLS 1.2', {maxVersion: 'TLSv1.2'}],
  ])('%s: the certificate of the profile is shown where the server wants one', async (_, options) => {
    const {url, seen} = await secure({requestCert: true, rejectUnauthorized: true, ...options});
    const own = {certFile: tls('client'), keyFile: tls('client-key')};
    expect(await versionOf(url, {caFile: tls('ca'), clientCertificate: own})).toBe('3.3.2');
    expect(seen).toEqual(['windsock test client']);
    await expect(versionOf(url, {caFile: tls('ca')})).rejects.toMatchObject({
      code: 'airflow.unreachable',
      detail: expect.stringContaining('client_cert'),
    });
  });

  test('files that cannot be used are named', async () => {
    const folder = await newFolder();
    const [both, nothing] = [join(folder, 'both.pem'), join(folder, 'nothing.pem')];
    await writeFile(both, Buffer.concat([pem('client'), pem('client-key')]));
    await writeFile(nothing, 'hello');
    const {url} = await secure({requestCert: true, rejectUnauthorized: true});
    const caFile = tls('ca');
    const withCertificate = (certFile: string, keyFile: string) =>
      versionOf(url, {caFile, clientCertificate: {certFile, keyFile}});
    expect(await withCertificate(both, both)).toBe('3.3.2');
    const problem = (detail: RegExp) => ({code: 'profile.invalid', detail: expect.stringMatching(detail)});
    await expect(withCertificate(tls('client'), tls('client-key-locked'))).rejects.toMatchObject(
      problem(/^client_key .*client-key-locked.pem has a passphrase/),
    );
    await expect(withCertificate(tls('client'), tls('server-key'))).rejects.toMatchObject(problem(/cannot be used/));
    await expect(withCertificate(tls('client'), nothing)).rejects.toMatchObject(problem(/cannot be used/));
    await expect(withCertificate(join(folder, 'no.pem'), both)).rejects.toMatchObject(problem(/^client_cert .*ENOENT/));
    await expect(versionOf(url, {caFile: nothing})).rejects.toMatchObject(problem(/^ca_file .*holds no certificate/));
    // A file that was mended is read again.
    const connection = connectAirflow({
      ...address(url),
      caFile: nothing,
      clientCertificate: {certFile: both, keyFile: both},
    });
    await expect(connection()).rejects.toMatchObject({code: 'profile.invalid'});
    await copyFile(tls('ca'), nothing);
    expect((await connection()).version).toBe('3.3.2');
  });
});

/** A proxy that wants a login, and what came through it. */
async function proxy(login: string | undefined) {
  const passed: string[] = [];
  const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((asked, reply) => {
    if (asked.headers['proxy-authorization'] !== wanted) return void reply.writeHead(407).end('who are you?');
    passed.push(`${asked.method} ${new URL(asked.url ?? '').pathname}`);
    request(asked.url ?? '', {method: asked.method}, answer => {
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(reply);
    }).end();
  });
  server.on('connect', (asked, socket) => {
    if (asked.headers['proxy-authorization'] !== wanted) {
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    }
    passed.push(`CONNECT ${asked.url}`);
    const [host = '', to = ''] = (asked.url ?? '').split(':');
    const onward = connect(Number(to), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  return {url: `http://127.0.0.1:${await port(server)}`, passed};
}

describe('a proxy', () => {
  const plain = async () => {
    const server = createServer((_, reply) => {
      reply.setHeader('content-type', 'application/json');
      reply.end('{"version": "3.3.2"}');
    });
    return `http://127.0.0.1:${await port(server)}`;
  };
  const login = async () => 'ops:hunter2@secret';

  test('passes http on, and opens a tunnel for https that verifies the certificate of Airflow', async () => {
    const {url, passed} = await proxy('ops:hunter2@secret');
    expect(await versionOf(await plain(), {proxy: {url, login}})).toBe('3.3.2');
    const airflow = await secure({requestCert: true, rejectUnauthorized: true});
    const own = {certFile: tls('client'), keyFile: tls('client-key')};
    expect(await versionOf(airflow.url, {proxy: {url, login}, caFile: tls('ca'), clientCertificate: own})).toBe(
      '3.3.2',
    );
    expect(passed).toEqual(['GET /api/v2/version', `CONNECT ${new URL(airflow.url).host}`]);
    await expect(versionOf((await secure()).url, {proxy: {url, login}})).rejects.toMatchObject({
      code: 'airflow.unreachable',
      detail: expect.stringContaining('ca_file'),
    });
  });

  test('that refuses the login, or is not there, is named; its password is not', async () => {
    const {url} = await proxy('ops:another');
    for (const api of [await plain(), (await secure()).url]) {
      const connection = connectAirflow({...address(api), proxy: {url, login}});
      const error = await connection().catch((caught: unknown) => caught);
      expect(error).toMatchObject({code: 'airflow.proxy', detail: expect.stringMatching(/407|who are you/)});
      expect(inspect([error, connection], {depth: 10, showHidden: true})).not.toMatch(/hunter2|aHVudGVy/);
      await expect(versionOf(api, {proxy: {url: 'http://127.0.0.1:1'}})).rejects.toMatchObject({
        code: 'airflow.unreachable',
        detail: expect.stringMatching(/ by the proxy 127.0.0.1:1: nothing listens there/),
      });
    }
  });
});
