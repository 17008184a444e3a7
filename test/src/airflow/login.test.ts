import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import {connectAirflow} from '../../../src/airflow/connect.ts';
import type {Login, Secret} from '../../../src/profile/profile.ts';
import {type Asked, address, airflow, ops, type Reply, recorded, replyOf, serve} from './server.ts';

const basic = `Basic ${Buffer.from('ops:hunter2-secret').toString('base64')}`;
const errors: Reply = {json: {import_errors: [], total_entries: 0}};
const unauthorized: Reply = {status: 401, json: {title: 'Unauthorized', detail: null}};
const form = `<form><input id="csrf_token" name="csrf_token" type="hidden" value="csrf-1">
  <input name="username"><input type='password' name='password'></form>`;

type Fake2 = {
  form: 'right' | 'wrong' | 'limited' | 'none';
  basic: boolean;
  session: boolean;
  version?: string;
  retryAfter?: string;
};

/** The logins of Airflow 2. Sessions can be ended from outside. */
async function airflow2(fake: Fake2) {
  const sessions = new Set<string>();
  let last = 0;
  const login = ({method, headers, body}: Asked): Reply => {
    if (fake.form === 'none') return {status: 302, headers: {location: 'https://sso.example.com/authorize?x=1'}};
    if (method === 'GET') return {text: form, headers: {'set-cookie': ['session=before; Path=/; HttpOnly', 'lb=one']}};
    if (fake.form === 'limited')
      return {status: 429, text: '<html>', headers: {'retry-after': fake.retryAfter ?? '40'}};
    const fields = new URLSearchParams(body);
    if (headers.cookie !== 'session=before; lb=one' || fields.get('csrf_token') !== 'csrf-1')
      return {status: 400, text: ''};
    const right = fake.form === 'right' && fields.get('password') === 'hunter2-secret';
    if (!right) return {status: 302, headers: {location: '/login/?next=%2Fhome', 'set-cookie': 'session=other'}};
    const id = `secret-cookie-${++last}`;
    sessions.add(`session=${id}; lb=one`);
    return {status: 302, headers: {location: '/home', 'set-cookie': `session=${id}; Path=/`}};
  };
  const server = await serve(
    airflow(fake.version ?? '2.11.0', asked => {
      if (asked.path === '/login/') return login(asked);
      const {cookie = '', authorization} = asked.headers;
      const admitted = (fake.session && sessions.has(cookie)) || (fake.basic && authorization === basic);
      if (!admitted) return unauthorized;
      return asked.path === '/api/v1/dags' ? {json: {dags: [], total_entries: 0}} : errors;
    }),
  );
  const of = (path: string) => server.asked.filter(asked => asked.path === path);
  return {...server, sessions, of, apiCalls: () => of('/api/v1/importErrors')};
}

describe('Airflow 2', () => {
  test('a session of the login form is preferred to Basic', async () => {
    const server = await airflow2({form: 'right', basic: true, session: true});
    const api = await connectAirflow(address(server.url, ops))();
    await Promise.all([api.importErrors(), api.importErrors(), api.importErrors()]);
    expect(server.of('/login/').map(({method}) => method)).toEqual(['GET', 'POST']);
    expect(server.apiCalls().map(({headers}) => headers.cookie)).toEqual(
      Array(3).fill('session=secret-cookie-1; lb=one'),
    );
    expect(server.asked.some(({headers}) => headers.authorization !== undefined)).toBe(false);
  });

  test('Basic where there is no form, where it is limited, where the API takes no session, and before 2.3', async () => {
    const fakes: Fake2[] = [
      {form: 'none', basic: true, session: true},
      {form: 'limited', basic: true, session: true},
      {form: 'wrong', basic: true, session: true},
      {form: 'right', basic: true, session: false},
      {form: 'right', basic: true, session: false, version: '2.2.5'},
    ];
    for (const fake of fakes) {
      const server = await airflow2(fake);
      await (await connectAirflow(address(server.url, ops))()).importErrors();
      expect(server.apiCalls().map(({headers}) => headers.authorization)).toEqual([basic]);
      expect(server.of('/login/').length > 0).toBe(fake.version === undefined);
    }
  });

  test('a session that ended is renewed once, for all who notice', async () => {
    const server = await airflow2({form: 'right', basic: false, session: true});
    const api = await connectAirflow(address(server.url, ops))();
    await api.importErrors();
    server.sessions.clear();
    await Promise.all([api.importErrors(), api.importErrors(), api.importErrors()]);
    expect(server.of('/login/').map(({method}) => method)).toEqual(['GET', 'POST', 'GET', 'POST']);
  });

  test('a refused password is sent twice at most, then not again for a minute', async () => {
    const server = await airflow2({form: 'wrong', basic: false, session: true});
    let nowMs = 1_000_000;
    const connection = connectAirflow(address(server.url, ops), {now: () => nowMs});
    const api = await connection();
    const refused = {code: 'airflow.unauthorised', detail: expect.stringContaining('both refuse the password')};
    await expect(api.importErrors()).rejects.toMatchObject(refused);
    const once = server.asked.length;
    expect(server.asked.filter(({headers, body}) => headers.authorization || body !== '')).toHaveLength(2);
    nowMs += 59_000;
    await expect(Promise.all([api.importErrors(), api.importErrors()])).rejects.toMatchObject(refused);
    expect(server.asked).toHaveLength(once);
    nowMs += 2_000;
    await expect(api.importErrors()).rejects.toMatchObject(refused);
    expect(server.asked).toHaveLength(once + 3);
    connection.loginAgain();
    const error = await api.importErrors().catch((error: unknown) => error);
    expect(server.asked).toHaveLength(once + 6);
    expect(inspect(error, {depth: 10, showHidden: true})).not.toMatch(/hunter2|aHVudGVy|secret-cookie/);
  });

  test('after a form that was limited Basic serves for a minute, then the form is tried again', async () => {
    const fake: Fake2 = {form: 'limited', basic: true, session: true};
    const server = await airflow2(fake);
    let nowMs = 1_000_000;
    const api = await connectAirflow(address(server.url, ops), {now: () => nowMs})();
    await api.importErrors();
    const once = server.of('/login/').length;
    nowMs += 59_000;
    await api.importErrors();
    expect(server.of('/login/')).toHaveLength(once);
    nowMs += 2_000;
    await api.importErrors();
    expect(server.of('/login/').length).toBeGreaterThan(once);
  });

  test('a form that is sent too often is no wrong password', async () => {
    const server = await airflow2({form: 'limited', basic: false, session: true});
    const api = await connectAirflow(address(server.url, ops))();
    await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.busy', retryAfterS: 40});
  });

  test('a form that asks for years is not waited for that long', async () => {
    const server = await airflow2({form: 'limited', basic: false, session: true, retryAfter: '9'.repeat(30)});
    const api = await connectAirflow(address(server.url, ops))();
    await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.busy', retryAfterS: 3600});
  });

  test('says why the form could not be used', async () => {
    const server = await airflow2({form: 'none', basic: false, session: true});
    const api = await connectAirflow(address(server.url, ops))();
    await expect(api.importErrors()).rejects.toMatchObject({
      code: 'airflow.unauthorised',
      detail: expect.stringContaining('the login page redirects to https://sso.example.com/authorize'),
    });
  });
});

/** The token of Airflow 3, good for some time. */
async function airflow3(lifetimeS: number | undefined) {
  const good = new Set<string>();
  let last = 0;
  let dead: Reply = unauthorized;
  const server = await serve(
    airflow('3.3.2', ({path, headers, body}) => {
      if (path !== '/auth/token') return good.has(headers.authorization ?? '') ? errors : dead;
      if (JSON.parse(body).password !== 'hunter2-secret') return {status: 401, json: {detail: 'Invalid credentials'}};
      const iat = 5_000; // The clock of this server is far behind.
      const claims = lifetimeS === undefined ? {} : {iat, exp: iat + lifetimeS};
      const jwt = `e30.${Buffer.from(JSON.stringify({...claims, n: ++last})).toString('base64url')}.x`;
      good.add(`Bearer ${jwt}`);
      return {status: 201, json: {access_token: jwt}};
    }),
  );
  const logins = () => server.asked.filter(({path}) => path === '/auth/token').length;
  return {
    ...server,
    good,
    logins,
    die: (reply: Reply) => {
      dead = reply;
      good.clear();
    },
  };
}

describe('Airflow 3', () => {
  test('one token for all requests, renewed before it ends, whatever the clock of the server', async () => {
    const server = await airflow3(3600);
    let nowMs = 9_000_000_000;
    const api = await connectAirflow(address(server.url, ops), {now: () => nowMs})();
    await Promise.all([api.importErrors(), api.importErrors()]);
    nowMs += 3_500_000;
    await api.importErrors();
    expect(server.logins()).toBe(1);
    nowMs += 50_000;
    await api.importErrors();
    expect(server.logins()).toBe(2);
  });

  test.each<[string, Reply]>([
    ['401', {status: 401, json: {detail: 'Token Expired'}}],
    ['403 Invalid JWT token', {status: 403, json: {detail: 'Invalid JWT token'}}],
  ])('a token that is refused with %s is renewed once', async (_, reply) => {
    const server = await airflow3(undefined);
    const api = await connectAirflow(address(server.url, ops))();
    await api.importErrors();
    server.die(reply);
    await api.importErrors();
    expect(server.logins()).toBe(2);
  });

  test('a wrong password is refused, and not sent again for a minute', async () => {
    const server = await airflow3(3600);
    const wrong: Login = {kind: 'password', user: 'ops', password: async () => 'hunter3'};
    const connection = connectAirflow(address(server.url, wrong));
    const api = await connection();
    const refused = {code: 'airflow.unauthorised', detail: 'user ops: Invalid credentials'};
    await expect(api.importErrors()).rejects.toMatchObject(refused);
    await expect(api.importErrors()).rejects.toMatchObject(refused);
    expect(server.logins()).toBe(1);
    connection.loginAgain();
    await expect(api.importErrors()).rejects.toMatchObject(refused);
    expect(server.logins()).toBe(2);
  });

  test('words of the server that repeat the password are cut out', async () => {
    const server = await serve(
      airflow('3.3.2', ({body}) => ({status: 422, json: {detail: `1 validation error: input_value=${body}`}})),
    );
    const api = await connectAirflow(address(server.url, ops))();
    const error = await api.importErrors().catch((error: unknown) => error);
    expect(inspect(error, {depth: 10, showHidden: true})).toMatch(/input_value=.*••••/);
    expect(inspect(error, {depth: 10, showHidden: true})).not.toMatch(/hunter2/);
  });

  test('an auth manager without /auth/token wants a token in the profile', async () => {
    const server = await serve(airflow('3.3.2', () => ({text: '<!doctype html>'})));
    const api = await connectAirflow(address(server.url, ops))();
    await expect(api.importErrors()).rejects.toMatchObject({
      code: 'airflow.unauthorised',
      detail: expect.stringContaining('put a token into the profile'),
    });
  });

  test.each(['token\nof-ops', 'token-of-\u2019ops', 'token\u0000of-ops'])(
    'the token %j cannot be sent',
    async given => {
      const server = await airflow3(3600);
      const login: Login = {kind: 'token', token: async () => given};
      const error = await (await connectAirflow(address(server.url, login))()).importErrors().catch(caught => caught);
      expect(error).toMatchObject({
        code: 'profile.secret',
        detail: 'the token holds a character that no HTTP header may hold',
      });
      expect(inspect(error, {depth: 10, showHidden: true})).not.toMatch(/of-/);
    },
  );

  test('a given token that ended is fetched anew from its command', async () => {
    const server = await airflow3(3600);
    const {login, calls} = command(number => `token-number-${number}\n`);
    const api = await connectAirflow(address(server.url, login))();
    server.good.add('Bearer token-number-1');
    await api.importErrors();
    server.good.clear();
    server.good.add('Bearer token-number-2');
    await api.importErrors();
    expect(calls).toEqual([false, true]);
  });

  test('a given token with an end is fetched anew before it; one that seems to have ended is tried', async () => {
    const server = await airflow3(3600);
    let nowMs = 10_000_000;
    const jwt = (iatS: number, n: number) =>
      `e30.${Buffer.from(JSON.stringify({iat: iatS, exp: iatS + 3600, n})).toString('base64url')}.x`;
    // Made half an hour ago; the next one by a server whose clock is hours behind.
    const {login, calls} = command(number => (number === 1 ? jwt(10_000 - 1800, 1) : jwt(0, number)));
    server.good.add(`Bearer ${jwt(10_000 - 1800, 1)}`).add(`Bearer ${jwt(0, 2)}`);
    const api = await connectAirflow(address(server.url, login), {now: () => nowMs})();
    await api.importErrors();
    nowMs += 1_739_000;
    await api.importErrors();
    expect(calls).toEqual([false]);
    nowMs += 2_000;
    await api.importErrors();
    await api.importErrors();
    expect(calls).toEqual([false, true]);
  });

  test('a token that stays the same is sent once more at most, then not again for a minute', async () => {
    const server = await airflow3(3600);
    const {login, calls} = command(() => 'the-old-token');
    const api = await connectAirflow(address(server.url, login))();
    const refused = {code: 'airflow.unauthorised'};
    await expect(api.importErrors()).rejects.toMatchObject(refused);
    const asked = server.asked.length;
    await expect(api.importErrors()).rejects.toMatchObject(refused);
    expect(server.asked).toHaveLength(asked);
    expect(calls).toEqual([false, true]);
  });
});

/** A token as a command prints it, and whether each time a fresh one was wanted. */
function command(print: (number: number) => string): {readonly login: Login; readonly calls: boolean[]} {
  const calls: boolean[] = [];
  const token = async ({fresh} = {fresh: false}) => print(calls.push(fresh));
  return {login: {kind: 'token', token}, calls};
}

test.each(['2.11.0', '3.3.2'])('%s: a password that was refused is asked for anew', async version => {
  const login = command(() => 'wrong');
  const refusal = {status: 401, json: {detail: 'Invalid credentials'}};
  const server = await serve(airflow(version, () => refusal));
  const connection = connectAirflow(
    address(server.url, {kind: 'password', user: 'ops', password: (login.login as {token: Secret}).token}),
  );
  const api = await connection();
  await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.unauthorised'});
  connection.loginAgain();
  await expect(api.importErrors()).rejects.toMatchObject({code: 'airflow.unauthorised'});
  expect(login.calls).toEqual([false, true]);
});

describe('managed Airflow, behind something that wants the token on every path', () => {
  const token: Login = {kind: 'token', token: async () => 'secret-token'};
  const gates: [string, Reply][] = [
    ['401', {status: 401, text: 'no'}],
    ['403', {status: 403, json: {message: 'no'}}],
    ['a redirect', {status: 302, headers: {location: 'https://sso.example.com/authorize'}}],
  ];
  const managed = (version: string, gate: Reply) =>
    serve(asked => {
      if (!asked.path.startsWith('/team/a/')) return {status: 404, text: ''};
      if (asked.headers.authorization !== 'Bearer secret-token') return gate;
      return airflow(version, ({path}) =>
        path.endsWith('health') ? {json: {metadatabase: {status: 'healthy'}, scheduler: {status: 'healthy'}}} : errors,
      )({...asked, path: asked.path.slice('/team/a'.length)});
    });

  test.each(gates.flatMap(([name, gate]) => [[name, '2.11.0', gate] as const, [name, '3.3.2', gate] as const]))(
    'which answers %s without it: Airflow %s is found',
    async (_, version, gate) => {
      const server = await managed(version, gate);
      const api = await connectAirflow(address(`${server.url}/team/a`, token))();
      expect(api.version).toBe(version);
      expect((await api.health()).scheduler.says).toBe('healthy');
      expect((await api.importErrors()).total).toBe(0);
      expect(await api.anonymousAccess().catch(error => error.code)).toMatch(/^refused$|^airflow.not-airflow$/);
    },
  );

  test('a profile with another login says that something stands before Airflow', async () => {
    const server = await managed('3.3.2', {status: 401, text: 'no'});
    for (const login of [ops, {kind: 'none'}] satisfies Login[]) {
      await expect(connectAirflow(address(`${server.url}/team/a`, login))()).rejects.toMatchObject({
        code: 'airflow.gate',
      });
    }
    const wrong: Login = {kind: 'token', token: async () => 'another-token'};
    await expect(connectAirflow(address(`${server.url}/team/a`, wrong))()).rejects.toMatchObject({
      code: 'airflow.unauthorised',
    });
  });

  test('without such a gate the token is not sent where none is needed', async () => {
    const server = await serve(airflow('3.3.2', () => errors));
    await connectAirflow(address(server.url, token))();
    expect(server.asked.map(({headers}) => headers.authorization)).toEqual([undefined]);
  });
});

describe('a profile without a login', () => {
  test('gets what is open, and asks for no token', async () => {
    const server = await serve(airflow('3.3.2', () => errors));
    expect((await (await connectAirflow(address(server.url))()).importErrors()).total).toBe(0);
    expect(server.asked.some(({path}) => path === '/auth/token')).toBe(false);
  });

  test('takes the token that the simple auth manager gives to all (all_admins), and a new one when it ends', async () => {
    let good = 0;
    const server = await serve(
      airflow('3.3.2', ({path, method, headers}) => {
        if (path === '/auth/token' && method === 'GET') return {status: 201, json: {access_token: `open-${++good}`}};
        return headers.authorization === `Bearer open-${good}` && good > 0
          ? errors
          : {status: 401, json: {detail: 'Not authenticated'}};
      }),
    );
    const api = await connectAirflow(address(server.url))();
    await api.importErrors();
    await api.importErrors();
    expect(good).toBe(1);
    good = 7;
    await api.importErrors();
    expect(good).toBe(8);
  });

  test.each(['2.11.0', '3.3.2'])('%s that wants one says so', async version => {
    const server = await serve(
      airflow(version, ({path}) =>
        path === '/auth/token'
          ? replyOf(recorded('3.3.2', 'simple-get-token'))
          : {status: 401, json: {detail: 'Not authenticated'}},
      ),
    );
    const api = await connectAirflow(address(server.url))();
    await expect(api.importErrors()).rejects.toMatchObject({
      code: 'airflow.unauthorised',
      detail: 'the profile has no login, and the API wants one',
    });
  });
});
