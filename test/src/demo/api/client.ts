import {readFileSync} from 'node:fs';
import {ApiServer} from '../../../../src/demo/api/api-server.ts';
import {Tokens} from '../../../../src/demo/api/tokens.ts';
import {World} from '../../../../src/demo/world/world.ts';
import {FakeClock} from '../fake-clock.ts';

export type Recorded = {
  readonly request: {readonly method: string; readonly path: string; readonly body: unknown; readonly auth: string};
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

const folder = new URL('../../../fixtures/recorded/3.3.2/', import.meta.url);
export const recorded = (name: string): Recorded => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
  readonly headers: Headers;
};

/** The demo's API on a real port, and somebody who asks it. */
export async function openApi() {
  const clock = new FakeClock(Date.UTC(2026, 10, 22, 14, 4, 31));
  const world = new World(clock);
  const tokens = new Tokens(() => clock.now());
  const context = {world, tokens, user: 'admin', password: 'secret', dagsFolder: '/opt/airflow/dags'};
  const server = new ApiServer(context);
  await server.listen(true);
  const token = tokens.issue();
  const send = async (
    method: string,
    path: string,
    {body, headers = {}, auth = token}: {body?: unknown; headers?: Record<string, string>; auth?: string | null} = {},
  ): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: {
        ...(auth === null ? {} : {authorization: `Bearer ${auth}`}),
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
        ...headers,
      },
      ...(body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      type,
      body: type === 'application/json' ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  return {
    clock,
    world,
    tokens,
    server,
    send,
    close: async () => {
      world.stop();
      await server.listen(false);
    },
  };
}

export type Api = Awaited<ReturnType<typeof openApi>>;
