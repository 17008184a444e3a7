import {readFileSync} from 'node:fs';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import {curlLine} from '../../../src/airflow/curl.ts';
import type {RequestBegun} from '../../../src/airflow/request.ts';
import type {ApiAddress, Login} from '../../../src/profile/profile.ts';
import {pasted} from '../pasted.ts';
import {type Asked, address, airflow, type Reply, serve} from './server.ts';

const password = `it's "hun\\ter2" %s & $HOME`;
const login: Login = {kind: 'password', user: 'o"ps+1', password: async () => password};
const basic = `Basic ${Buffer.from(`o"ps+1:${password}`).toString('base64')}`;
const errors: Reply = {json: {import_errors: [], total_entries: 0, of: 'the server'}};

/** What was asked by the program, and what then came of the pasted line of the last request. */
async function again(version: string, reply: (asked: Asked) => Reply, profile: Login, typed = '', env = {}) {
  const server = await serve(airflow(version, reply));
  const api: ApiAddress = {...address(server.url, profile)};
  const requests: RequestBegun[] = [];
  const onRequest = (begun: RequestBegun) => {
    requests.push(begun);
    return () => {};
  };
  const airflowApi = await connectAirflow(api, {onRequest})();
  await airflowApi.importErrors();
  const last = requests.at(-1);
  if (last === undefined) throw new Error('nothing was asked');
  const line = curlLine(last, api, env);
  expect(line).not.toContain('ter2');
  expect(line).not.toContain('\n');
  const before = server.asked.length;
  const said = await pasted(line, typed, env);
  return {said, asked: server.asked.slice(before), line, api, airflowApi, requests};
}

test('without a login it is curl and the address', async () => {
  const {said, line} = await again('3.3.2', () => errors, {kind: 'none'});
  expect(said).toContain('of":"the server');
  expect(line).toMatch(/^curl 'http:\/\/127\.0\.0\.1:\d+\/api\/v2\/importErrors\?limit=100&offset=0'$/);
});

test('with Basic curl itself asks for the password', async () => {
  const admitting = ({headers, path}: Asked): Reply =>
    path === '/login/' ? {status: 404} : headers.authorization === basic ? errors : {status: 401, json: {}};
  const {said, line} = await again('2.11.0', admitting, login, `${password}\n`);
  expect(said).toContain('of":"the server');
  expect(line).toContain('curl -u ');
});

test('with a session it sends the login form, its csrf token and cookies', async () => {
  const admitting = ({headers, path, method, body}: Asked): Reply => {
    if (path !== '/login/') return headers.cookie?.includes('session=in') ? errors : {status: 401, json: {}};
    if (method === 'GET') {
      const form = `<form><input id="csrf_token" name="csrf_token" type="hidden" value="csrf+1/=">
        <input name="username"><input type="password" name="password"></form>`;
      return {text: form, headers: {'set-cookie': 'session=before; Path=/; HttpOnly'}};
    }
    const fields = new URLSearchParams(body);
    const isRight =
      fields.get('csrf_token') === 'csrf+1/=' &&
      fields.get('username') === 'o"ps+1' &&
      fields.get('password') === password &&
      headers.cookie === 'session=before';
    return {status: 302, headers: {location: '/home', 'set-cookie': isRight ? 'session=in; Path=/' : 'session=out'}};
  };
  const {said, requests} = await again('2.11.0', admitting, login, `${password}\n`);
  expect(requests.at(-1)?.login).toBe('session');
  expect(said).toContain('of":"the server');
});

const tokens = ({headers, path, method, body}: Asked): Reply => {
  if (path === '/auth/token') {
    const isRight =
      method === 'GET' || (JSON.parse(body).username === 'o"ps+1' && JSON.parse(body).password === password);
    return isRight ? {status: 201, json: {access_token: 'a.b-c_d'}} : {status: 401, json: {}};
  }
  return headers.authorization === 'Bearer a.b-c_d' ? errors : {status: 401, json: {}};
};

test('with user and password on 3.x it gets a token first', async () => {
  expect((await again('3.3.2', tokens, login, `${password}\n`)).said).toContain('of":"the server');
});

test('where everybody gets a token it gets that', async () => {
  expect((await again('3.3.2', tokens, {kind: 'none'})).said).toContain('of":"the server');
});

test('a token of the profile is taken from the variable TOKEN', async () => {
  const profile: Login = {kind: 'token', token: async () => 'a.b-c_d'};
  expect((await again('3.3.2', tokens, profile, '', {TOKEN: 'a.b-c_d'})).said).toContain('of":"the server');
});

test('a change is sent with its method and body, whatever is in them', async () => {
  const {api, airflowApi, requests} = await again('3.3.2', () => errors, {kind: 'none'});
  const conf = {x: `it's "quoted" \\ $HOME\nline`};
  await airflowApi.trigger(`a/b'c d`, {conf}).catch(() => {});
  const last = requests.at(-1);
  if (last === undefined) throw new Error('nothing was asked');
  const server = await serve(() => errors);
  await pasted(curlLine({...last, url: last.url.replace(api.url, server.url)}, {...api, url: server.url}, {}));
  expect(server.asked).toMatchObject([
    {method: 'POST', path: `/api/v2/dags/a/b'c d/dagRuns`, headers: {'content-type': 'application/json'}},
  ]);
  expect(JSON.parse(server.asked[0]?.body ?? '').conf).toEqual(conf);
});

test('the authority, the certificate and "insecure" of the profile count', async () => {
  const tls = (name: string) => new URL(`../../fixtures/tls/${name}.pem`, import.meta.url).pathname;
  const pem = (name: string) => readFileSync(tls(name));
  const files = {
    key: pem('server-key'),
    cert: pem('server'),
    ca: pem('ca'),
    requestCert: true,
    rejectUnauthorized: false,
  };
  const server = createServer(files, (asked, reply) => {
    const socket = asked.socket as unknown as {getPeerCertificate(): {subject?: {CN?: string}}};
    reply.end(socket.getPeerCertificate().subject?.CN ?? 'nobody');
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = {method: 'GET', url: `${url}/api/v2/version`, login: 'none'} as const;
  const clientCertificate = {certFile: tls('client'), keyFile: tls('client-key')};
  const line = curlLine(get, {...address(url), caFile: tls('ca'), clientCertificate}, {});
  expect(await pasted(line)).toBe('windsock test client');
  expect(await pasted(curlLine(get, {...address(url), insecure: true}, {}))).toBe('nobody');
});

test('the proxy of the profile is gone through; without one that of the environment is not', async () => {
  const server = await serve(() => errors);
  const proxy = await serve(() => ({text: 'by the proxy'}));
  const get = {method: 'GET', url: `${server.url}/api/v2/version`, login: 'none'} as const;
  const env = {http_proxy: proxy.url};
  const through = curlLine(get, {...address(server.url), proxy: {url: proxy.url}}, {});
  expect(await pasted(through)).toBe('by the proxy');
  expect(await pasted(curlLine(get, address(server.url), env), '', env)).toContain('the server');
});
