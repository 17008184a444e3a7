import {inspect} from 'node:util';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import type {AirflowApi} from '../../../src/airflow/api.ts';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import type {RequestBegun, RequestEnded} from '../../../src/airflow/request.ts';
import type {ProblemCode} from '../../../src/problems/index.ts';
import {Problem} from '../../../src/problems/problem.ts';
import type {Login} from '../../../src/profile/profile.ts';
import {type Asked, address, airflow, ops, type Reply, serve} from './server.ts';

const secrets = /hunter2|c2VjcmV0|secret-cookie|secret-token/;
const token: Login = {kind: 'token', token: async () => 'secret-token-of-ops\n'};

/** An Airflow 3 whose list of import errors is answered so. */
async function answering(reply: (asked: Asked) => Reply, timeoutMs = 5000, version = '3.3.2'): Promise<AirflowApi> {
  const server = await serve(airflow(version, reply));
  return connectAirflow(address(server.url.replace('//', '//url-user:hunter2-secret@'), token, timeoutMs))();
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(Problem);
  const problem = error as Problem;
  expect(problem.cause).toBeUndefined();
  expect(inspect(problem, {depth: 10, showHidden: true})).not.toMatch(secrets);
  expect(problem.detail).not.toMatch(/[\n\u0000-\u001f\u007f-\u009f]/);
  expect(problem.detail.length).toBeLessThanOrEqual(300);
  return problem;
}

const page = '<!DOCTYPE html><html><body>Sign in to example.com</body></html>';
const tooLarge = 65 * 1024 * 1024;
const list = (items: unknown[]) => ({json: {import_errors: items, total_entries: items.length}});
const found = {import_error_id: 1, filename: 'a.py', timestamp: '2026-01-01T00:00:00Z', stack_trace: 'x'};

/** What one fault ends in: its own problem with a hint, or data. */
type Fault = {
  readonly name: string;
  readonly reply: (asked: Asked) => Reply;
  /** Default: the import errors. */
  readonly ask?: (api: AirflowApi) => Promise<unknown>;
  readonly timeoutMs?: number;
} & ({readonly code: ProblemCode; readonly retryAfterS?: number} | {readonly data: unknown});

const hostileIds = ['a/b', 'a+b', 'a%2Fb', 'a b', 'é', 'a?b#c', '日本'] as const;

async function dagIds(api: AirflowApi): Promise<string[]> {
  const all: string[] = [];
  for await (const {dags} of api.dags()) all.push(...dags.map(({id}) => id));
  return all;
}

const manyDags = ({query}: Asked): Reply => {
  const offset = Number(query.get('offset'));
  const dags = Array.from({length: 100}, (_, index) => ({dag_id: `dag_${offset + index}`, is_paused: false}));
  return {json: {dags, total_entries: 10_000}};
};

const faults: readonly Fault[] = [
  {name: '500', reply: () => ({status: 500, text: page}), code: 'airflow.failed'},
  {name: '401', reply: () => ({status: 401, json: {detail: 'Token Expired'}}), code: 'airflow.unauthorised'},
  {name: '403', reply: () => ({status: 403, json: {detail: 'Forbidden'}}), code: 'airflow.forbidden'},
  {name: '404', reply: () => ({status: 404, json: {detail: 'Not found'}}), code: 'airflow.not-found'},
  {name: 'HTML with 200', reply: () => ({text: page}), code: 'airflow.not-airflow'},
  {
    name: 'truncated JSON',
    reply: () => ({headers: {'content-type': 'application/json'}, text: '{"import_errors": [{"im'}),
    code: 'airflow.unreadable',
  },
  {name: 'reset', reply: () => 'reset', code: 'airflow.unreachable'},
  {name: 'cut in the middle', reply: () => ({half: '{"import_errors"'}), code: 'airflow.unreachable'},
  // Stands for 30 s: the time is the profile's.
  {name: 'silence', reply: () => 'silence', timeoutMs: 300, code: 'airflow.timeout'},
  {
    name: '429 with Retry-After in seconds',
    reply: () => ({status: 429, headers: {'retry-after': '17'}, json: {}}),
    code: 'airflow.busy',
    retryAfterS: 17,
  },
  {
    name: '429 with Retry-After as a date',
    reply: () => ({
      status: 429,
      headers: {'retry-after': 'Sun, 22 Nov 2026 15:00:30 GMT', date: 'Sun, 22 Nov 2026 15:00:00 GMT'},
      json: {},
    }),
    code: 'airflow.busy',
    retryAfterS: 30,
  },
  {
    name: '10,000 DAGs in 100 pages',
    reply: manyDags,
    ask: async api => new Set(await dagIds(api)).size,
    data: 10_000,
  },
  {
    name: 'unknown fields',
    reply: () => ({json: {...list([{...found, of_the_future: {x: [1]}}]).json, next_cursor: 'x'}}),
    data: {items: [{id: 1, file: 'a.py', atMs: Date.UTC(2026, 0, 1), trace: 'x'}], total: 1},
  },
  {
    name: 'missing optional fields',
    reply: () => ({json: {dags: [{dag_id: 'a', is_paused: true}]}}),
    ask: dagIds,
    data: ['a'],
  },
  {
    name: 'wrong types',
    reply: () => list([{...found, import_error_id: 'one'}]),
    code: 'airflow.unreadable',
  },
  {name: 'a list that is none', reply: () => ({json: {import_errors: 7}}), code: 'airflow.unreadable'},
  {name: 'null', reply: () => ({json: null}), code: 'airflow.unreadable'},
  ...hostileIds.map(
    (id): Fault => ({
      name: `the id ${id}`,
      reply: ({path, method}) => ({
        status: path.endsWith(`/dags/${id}/dagRuns/${id}`) && method === 'GET' ? 200 : 404,
        json: {dag_id: id, dag_run_id: id, state: 'success', run_type: 'manual'},
      }),
      ask: async api => (await api.run(id, id)).id,
      data: id,
    }),
  ),
];

describe.each(['2.11.0', '3.3.2'])('Airflow %s', version => {
  test.each(faults)('$name', async ({reply, ask = api => api.importErrors(), timeoutMs = 5000, ...outcome}) => {
    const api = await answering(reply, timeoutMs, version);
    if ('data' in outcome) return expect(await ask(api)).toEqual(outcome.data);
    const problem = await problemOf(ask(api));
    expect(problem.code).toBe(outcome.code);
    expect(problem.hint).toMatch(/\w+ \w+.*\.$/);
    expect(problem.retryAfterS).toBe(outcome.retryAfterS);
  });
});

describe('an answer that is a failure', () => {
  test.each<[string, Reply, string, RegExp]>([
    ['500 with a page', {status: 500, text: page}, 'airflow.failed', /^HTTP 500$/],
    [
      '500 with text',
      {status: 500, headers: {'content-type': 'text/plain'}, text: 'Internal\nServer Error'},
      'airflow.failed',
      /^HTTP 500: Internal Server Error$/,
    ],
    ['502', {status: 502, text: page}, 'airflow.failed', /a proxy answered/],
    ['401', {status: 401, json: {detail: 'Token Expired'}}, 'airflow.unauthorised', /^Token Expired$/],
    ['403', {status: 403, json: {detail: 'Forbidden'}}, 'airflow.forbidden', /^Forbidden$/],
    [
      '403 for a token',
      {status: 403, json: {detail: 'Invalid JWT token'}},
      'airflow.unauthorised',
      /^Invalid JWT token$/,
    ],
    ['404', {status: 404, json: {detail: 'not found'}}, 'airflow.not-found', /^not found$/],
    [
      '409',
      {status: 409, json: {detail: {reason: 'Unique', statement: 'hidden', message: 'Look'}}},
      'airflow.conflict',
      /^Unique: Look$/,
    ],
    [
      '422',
      {
        status: 422,
        json: {
          detail: [
            {loc: ['body', 'x'], msg: 'Wrong'},
            {loc: ['y'], msg: 'Bad'},
          ],
        },
      },
      'airflow.invalid',
      /^body.x: Wrong; y: Bad$/,
    ],
    [
      'v1 problem without detail',
      {status: 400, json: {title: 'Bad Request', detail: null}},
      'airflow.invalid',
      /^Bad Request$/,
    ],
    ['a page in place of JSON', {text: page}, 'airflow.not-airflow', /a page \(HTTP 200/],
    [
      'a redirect to a login page',
      {status: 302, headers: {location: 'https://sso.example.com/login?next=secret-token'}},
      'airflow.not-airflow',
      /redirects to https:\/\/sso.example.com\/login$/,
    ],
    [
      'truncated JSON',
      {headers: {'content-type': 'application/json'}, text: '{"import_errors": [{"im'},
      'airflow.unreadable',
      /GET \/api\/v2\/importErrors: no JSON, or cut after 23 characters/,
    ],
    ['nothing', {headers: {'content-type': 'application/json'}, text: ''}, 'airflow.unreadable', /cut after 0/],
    [
      'a field of another type',
      list([found, {...found, filename: {secret: 'hunter2'}}]),
      'airflow.unreadable',
      /import_errors.1.filename should be string/,
    ],
    ['a missing field', list([{...found, timestamp: undefined}]), 'airflow.unreadable', /import_errors.0.timestamp/],
    ['a time that is none', list([{...found, timestamp: 'soon'}]), 'airflow.unreadable', /import_errors.0.timestamp/],
    ['another JSON', {json: []}, 'airflow.unreadable', /importErrors: /],
    ['a connection that is reset', 'reset', 'airflow.unreachable', /the connection was cut \(ECONNRESET\)/],
    [
      'a connection that is cut in the body',
      {half: '{"import_errors"'},
      'airflow.unreachable',
      /the connection was cut/,
    ],
    [
      'words for a terminal',
      {status: 403, json: {detail: `\u001b[31m\u202eno\u0007 ${'x'.repeat(1000)}`}},
      'airflow.forbidden',
      /^no x+…$/,
    ],
    [
      'words that repeat the token',
      {status: 400, json: {detail: 'bad header Bearer secret-token-of-ops'}},
      'airflow.invalid',
      /^bad header Bearer ••••$/,
    ],
    [
      'words that repeat the token with characters between that nobody sees',
      {status: 400, json: {detail: `bad header Bearer ${[...'secret-token-of-ops'].join('\u200b')}`}},
      'airflow.invalid',
      /^bad header Bearer ••••$/,
    ],
    [
      'more than fits into memory',
      {headers: {'content-type': 'application/json'}, text: Buffer.alloc(tooLarge, ' ')},
      'airflow.unreadable',
      /^the answer is larger than 64 MiB$/,
    ],
    [
      'a little gzip of very much',
      {
        headers: {'content-type': 'application/json', 'content-encoding': 'gzip'},
        text: gzipSync(Buffer.alloc(tooLarge, ' ')),
      },
      'airflow.unreadable',
      /^the answer is larger than 64 MiB$/,
    ],
  ])('%s', async (_, reply, code, detail) => {
    const problem = await problemOf((await answering(() => reply)).importErrors());
    expect(problem.code).toBe(code);
    expect(problem.detail).toMatch(detail);
  });

  test('silence, with a short timeout', async () => {
    const problem = await problemOf((await answering(() => 'silence', 300)).importErrors());
    expect(problem).toMatchObject({code: 'airflow.timeout', detail: expect.stringContaining('within 0.3 s')});
  });

  test.each([
    ['17', 17],
    ['Sun, 22 Nov 2026 15:00:30 GMT', 30],
    ['2147484', 3600],
    ['9'.repeat(30), 3600],
    ['9'.repeat(400), 3600],
    ['Mon, 22 Nov 2027 15:00:00 GMT', 3600],
  ])('429 with Retry-After: %s', async (after, retryAfterS) => {
    const headers = {'retry-after': after, date: 'Sun, 22 Nov 2026 15:00:00 GMT'};
    const problem = await problemOf((await answering(() => ({status: 429, headers, json: {}}))).importErrors());
    expect(problem).toMatchObject({code: 'airflow.busy', retryAfterS});
  });

  test('nobody listens; a name that does not exist; no TLS there; not HTTP', async () => {
    const server = await serve(() => ({json: {}}));
    const tls = await problemOf(connectAirflow(address(server.url.replace('http:', 'https:')))());
    expect(tls).toMatchObject({code: 'airflow.unreachable', detail: expect.stringMatching(/does not speak TLS/)});
    await server.close();
    const refused = await problemOf(connectAirflow(address(server.url, ops))());
    expect(refused).toMatchObject({
      code: 'airflow.unreachable',
      detail: expect.stringMatching(/127.0.0.1:\d+: nothing listens there/),
    });
    const name = await problemOf(connectAirflow(address('http://no-such-host.invalid', ops))());
    expect(name.code).toBe('airflow.unreachable');
    await expect(connectAirflow(address('nonsense'))()).rejects.toMatchObject({code: 'profile.invalid'});
    const missing = connectAirflow({...address('https://127.0.0.1:1'), caFile: '/no/such/file'});
    await expect(missing()).rejects.toMatchObject({code: 'profile.invalid', detail: expect.stringContaining('ENOENT')});
  });
});

describe('an import error', () => {
  test.each(['2.11.0', '3.3.2'])('of %s shows no password of a URL in its trace', async version => {
    const trace = 'line 1\ncannot connect to postgresql://airflow:hun\u200bter2@db:5432/airflow';
    const {items} = await (await answering(() => list([{...found, stack_trace: trace}]), 5000, version)).importErrors();
    expect(items[0]?.trace).toBe('line 1\ncannot connect to postgresql://airflow:••••@db:5432/airflow');
  });
});

describe('a request that is given up', () => {
  test('ends as AbortError, while it runs and while it waits for its turn', async () => {
    const api = await answering(() => 'silence');
    const abort = new AbortController();
    const running = Array.from({length: 6}, () => api.importErrors(abort.signal));
    setTimeout(() => abort.abort(), 50);
    for (const result of await Promise.allSettled(running)) {
      expect(result).toMatchObject({status: 'rejected', reason: {name: 'AbortError'}});
      expect(inspect(result, {depth: 10, showHidden: true})).not.toMatch(secrets);
    }
    await expect(api.importErrors(AbortSignal.abort())).rejects.toMatchObject({name: 'AbortError'});
  });
});

describe('a server that wants a pause', () => {
  test('is not asked again before its end, by whatever question; but when somebody says so', async () => {
    let nowMs = 1_000_000;
    let busy = true;
    const server = await serve(
      airflow('3.3.2', () => (busy ? {status: 429, headers: {'retry-after': '20'}, json: {}} : list([]))),
    );
    const connection = connectAirflow(address(server.url, token), {now: () => nowMs});
    const api = await connection();
    await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.busy', retryAfterS: 20});
    const asked = server.asked.length;
    nowMs += 5_000;
    busy = false;
    await expect(api.pools()).rejects.toMatchObject({code: 'airflow.busy', retryAfterS: 15});
    expect(server.asked).toHaveLength(asked);
    nowMs += 15_000;
    expect((await api.importErrors()).total).toBe(0);
    busy = true;
    await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.busy'});
    busy = false;
    connection.loginAgain();
    expect((await api.importErrors()).total).toBe(0);
  });

  test.each([429, 503])('%s without a time is asked again with the next question', async status => {
    const server = await serve(airflow('3.3.2', () => ({status, json: {}})));
    const api = await connectAirflow(address(server.url, token))();
    const asked = server.asked.length;
    for (let time = 0; time < 2; time++) {
      expect((await problemOf(api.importErrors())).retryAfterS).toBeUndefined();
    }
    expect(server.asked).toHaveLength(asked + 2);
  });
});

describe('requests', () => {
  test('are never more than four at once', async () => {
    let running = 0;
    let most = 0;
    const server = await serve(
      airflow('3.3.2', async () => {
        most = Math.max(most, ++running);
        await new Promise(resolve => setTimeout(resolve, 20));
        running--;
        return list([]);
      }),
    );
    const api = await connectAirflow(address(server.url))();
    await Promise.all(Array.from({length: 20}, () => api.importErrors()));
    expect(most).toBe(4);
  });

  test('keep the path of the address and escape each id', async () => {
    const server = await serve(({path}) =>
      path === '/team/a/api/v2/version' ? {json: {version: '3.3.2'}} : {status: 404, json: {detail: 'no'}},
    );
    const api = await connectAirflow(address(`${server.url}/team/a`))();
    const [dag, run] = ['a/b+c%d é', '../x?y#z'];
    expect((await problemOf(api.run(dag, run))).code).toBe('airflow.not-found');
    expect(server.asked.at(-1)?.target).toBe('/team/a/api/v2/dags/a%2Fb%2Bc%25d%20%C3%A9/dagRuns/..%2Fx%3Fy%23z');
    expect((await problemOf(api.run('..', run))).code).toBe('airflow.not-found');
    const asked = server.asked.length;
    expect(await problemOf(api.trigger('', {conf: {}}))).toMatchObject({
      code: 'airflow.not-found',
      detail: 'the id is empty',
    });
    expect(server.asked).toHaveLength(asked);
  });

  test('always name what they accept, and are recorded without credentials', async () => {
    const records: (RequestBegun & RequestEnded)[] = [];
    const server = await serve(airflow('3.3.2', () => list([])));
    const connection = connectAirflow(address(server.url, token), {
      onRequest: begun => ended => records.push({...begun, ...ended}),
    });
    await (await connection()).importErrors();
    expect(server.asked.every(({headers}) => headers.accept === 'application/json')).toBe(true);
    expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer secret-token-of-ops');
    expect(records.map(({method, status, login, bytes}) => [method, status, login, (bytes ?? 0) > 10])).toEqual([
      ['GET', 200, 'none', true],
      ['GET', 200, 'bearer', true],
    ]);
    expect(inspect([records, connection, await connection()], {depth: 10, showHidden: true})).not.toMatch(secrets);
    expect(connection.latencyMs()).toBeGreaterThanOrEqual(0);
  });
});

describe('the DAG list', () => {
  const dag = (id: string, extra = {}) => ({dag_id: id, is_paused: false, from_the_future: {x: 1}, ...extra});

  async function ids(api: AirflowApi): Promise<string[]> {
    const all: string[] = [];
    for await (const {dags} of api.dags()) all.push(...dags.map(({id}) => id));
    return all;
  }

  function paged(total: number, max: number, version: string) {
    return airflow(version, ({query}) => {
      const offset = Number(query.get('offset'));
      const count = Math.max(0, Math.min(max, Number(query.get('limit')), total - offset));
      const dags = Array.from({length: count}, (_, index) => dag(`dag_${offset + index}`));
      return {json: {dags, total_entries: total}};
    });
  }

  test.each(['2.11.0', '3.3.2'])('10,000 DAGs of %s come in 100 pages, each once', async version => {
    const server = await serve(paged(10_000, 100, version));
    const all = await ids(await connectAirflow(address(server.url))());
    expect(new Set(all).size).toBe(10_000);
    expect(all).toHaveLength(10_000);
    expect(server.asked.filter(({path}) => path.endsWith('/dags'))).toHaveLength(100);
  });

  test('a server that gives less than was asked for is asked more often', async () => {
    const server = await serve(paged(95, 20, '3.3.2'));
    expect(await ids(await connectAirflow(address(server.url))())).toHaveLength(95);
  });

  test('the first page is there before the others are asked for', async () => {
    const server = await serve(paged(1000, 100, '3.3.2'));
    for await (const {dags, total} of (await connectAirflow(address(server.url))()).dags()) {
      expect([dags.length, total]).toEqual([100, 1000]);
      break;
    }
    expect(server.asked).toHaveLength(2);
  });

  test('a failure in the middle is a failure', async () => {
    const api = await answering(({query}) =>
      query.get('offset') === '0' ? {json: {dags: [dag('a')], total_entries: 3}} : {status: 500, text: page},
    );
    await expect(ids(api)).rejects.toMatchObject({code: 'airflow.failed'});
  });

  test('only the fields that the version knows are asked for', async () => {
    const askedOf = async (version: string) => {
      const server = await serve(paged(1, 100, version));
      await ids(await connectAirflow(address(server.url))());
      return Object.fromEntries(server.asked.at(-1)?.query ?? []);
    };
    expect(await askedOf('2.1.4')).toEqual({limit: '100', offset: '0'});
    expect(await askedOf('2.8.4')).toEqual({limit: '100', offset: '0', only_active: 'true'});
    expect((await askedOf('2.9.3')).fields).toContain('schedule_interval');
    expect(await askedOf('3.0.0')).toEqual({limit: '100', offset: '0', order_by: 'dag_id'});
  });

  test('what 2.0 does not send yet is absent or plain', async () => {
    const api = await answering(
      () => ({json: {dags: [dag('old', {is_paused: null}), dag('gone', {is_active: false})]}}),
      5000,
      '2.0.2',
    );
    for await (const {dags} of api.dags()) {
      expect(dags).toEqual([
        {
          id: 'old',
          displayName: 'old',
          paused: false,
          owners: [],
          tags: [],
          schedule: {kind: 'none'},
          hasImportErrors: false,
        },
      ]);
    }
    await expect(api.countRuns({state: 'failed'})).rejects.toMatchObject({code: 'airflow.needs-version'});
    await expect(api.trigger('old', {conf: {}, note: 'x'})).rejects.toMatchObject({code: 'airflow.needs-version'});
  });
});
