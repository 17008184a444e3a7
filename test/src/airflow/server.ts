import {readFileSync} from 'node:fs';
import {createServer, type IncomingHttpHeaders} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import {text as read} from 'node:stream/consumers';
import {onTestFinished} from 'vitest';
import type {ApiAddress, Login} from '../../../src/profile/profile.ts';

export type Asked = {
  readonly method: string;
  readonly path: string;
  /** As it came, still encoded, with the query. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | string[]>>;
      readonly json?: unknown;
      readonly text?: string | Uint8Array;
    }
  | 'reset'
  | 'silence'
  /** The headers, half of the body, and then nothing more. */
  | {readonly half: string};

export type TestServer = {readonly url: string; readonly asked: Asked[]; close(): Promise<void>};

/** A real HTTP server on loopback that ends with the test. */
export async function serve(reply: (asked: Asked) => Reply | Promise<Reply>, port = 0): Promise<TestServer> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const target = request.url ?? '/';
    const url = new URL(target, 'http://here');
    const one: Asked = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      target,
      query: url.searchParams,
      headers: request.headers,
      body: await read(request),
    };
    asked.push(one);
    const answer = await reply(one);
    if (answer === 'silence') return;
    if (answer === 'reset') return void request.socket.resetAndDestroy();
    if ('half' in answer) {
      response.writeHead(200, {'content-type': 'application/json', 'content-length': answer.half.length * 2});
      response.write(answer.half, () => request.socket.destroy());
      return;
    }
    const {status = 200, headers = {}, json, text} = answer;
    response.writeHead(status, {'content-type': json === undefined ? 'text/html' : 'application/json', ...headers});
    response.end(json === undefined ? text : JSON.stringify(json));
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>(resolve => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close};
}

export function address(url: string, login: Login = {kind: 'none'}, timeoutMs = 5000): ApiAddress {
  return {url, login, timeoutMs, insecure: false};
}

export const ops: Login = {kind: 'password', user: 'ops', password: async () => 'hunter2-secret'};

export type RecordedVersion = '2.11.0' | '3.3.2';

export type Recorded = {
  readonly request: {readonly method: string; readonly path: string; readonly body: unknown};
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** What a real Airflow answered. */
export function recorded(version: RecordedVersion, name: string): Recorded {
  return JSON.parse(
    readFileSync(new URL(`../../fixtures/recorded/${version}/${name}.json`, import.meta.url), 'utf8'),
  ) as Recorded;
}

export function replyOf({status, headers, body}: Recorded): Reply {
  return typeof body === 'string' ? {status, headers, text: body} : {status, headers, json: body};
}

/** Airflow of a version, so far as a connection needs it: it lets in whoever has logged in. */
export function airflow(version: string, reply: (asked: Asked) => Reply | Promise<Reply>) {
  const major = version.startsWith('2.') ? 2 : 3;
  return (asked: Asked): Reply | Promise<Reply> => {
    if (asked.path === `/api/v${major === 2 ? 1 : 2}/version`) return {json: {version, git_version: null}};
    if (major === 2 && asked.path === '/api/v2/version') return {status: 404, text: '<!DOCTYPE html>Airflow 404'};
    return reply(asked);
  };
}
