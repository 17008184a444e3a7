import {execFileSync} from 'node:child_process';
import {appendFile, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {describe, expect, onTestFinished, test} from 'vitest';
import {auditPath} from '../../src/activity/audit-file.ts';
import {collectEvidence} from '../../src/commands/collect.ts';
import {type Console, openConsole} from '../../src/console.ts';
import {openDemo} from '../../src/demo/demo.ts';
import {judge} from '../../src/health/judge.ts';
import type {HostAsk} from '../../src/host/host.ts';
import {expectProblem} from '../../src/problems/problem.ts';
import type {Login, Profile} from '../../src/profile/profile.ts';
import {type Asked, address, airflow, type Reply, serve} from './airflow/server.ts';
import {fakeSudo} from './host/fake-sudo.ts';
import {newFolder} from './host/folder.ts';
import {addressOf, newServer} from './host/ssh-hosts.ts';
import {newKey, publicKeyOf} from './host/ssh-server.ts';
import {askingSudo} from './host/sudo-contract.ts';

/*
 * Secrets are planted everywhere, everything is asked for, and all that can break is broken: none of them is in an error,
 * in the activity or in the audit file.
 */

/** Each holds this word, and what makes an encoder change it. */
const planted = (what: string) => `canary-${what}/pass+"w\\rd`;

/** Also where it was encoded, and in Base64. */
const leaks = /canary|Y2FuYXJ5|NhbmFye|jYW5hcn/;

/** All of a thing that somebody could see who prints it: a crash dump, a debugger, a log. */
const dump = (thing: unknown) =>
  inspect(thing, {depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null, maxStringLength: null});

const bare: Profile = {name: 'prod', hosts: [], become: 'sudo', protect: false, readOnly: false};

async function opened(profile: Profile, ask?: HostAsk): Promise<{console: Console; auditFile: string}> {
  const stateFolder = join(await newFolder(), 'windsock');
  const onBug = (error: unknown) => {
    throw error;
  };
  const console = openConsole(profile, {readOnly: false, onBug, stateFolder, ...(ask ? {ask} : {})});
  onTestFinished(() => console.close());
  return {console, auditFile: auditPath(stateFolder)};
}

/** What does not answer is a problem, with its stack. */
async function problems(asked: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const ask of asked) {
    await ask().catch(error => all.push(expectProblem(error), error.stack));
  }
  return all;
}

/** Does something, so that the audit file has it. */
async function pause({execute, operations}: Console): Promise<unknown[]> {
  const dag = {
    id: 'a dag',
    displayName: 'a dag',
    paused: false,
    owners: [],
    tags: [],
    schedule: {kind: 'none'},
    hasImportErrors: false,
  } as const;
  const operation = operations.setPaused([dag], true);
  return problems([
    async () => {
      const plan = await operation.plan(new AbortController().signal);
      const report = await execute({
        operation,
        plan,
        confirmed: 'y',
        signal: new AbortController().signal,
        onProgress: () => {},
      });
      for (const {problem} of report.results) if (problem !== undefined) throw problem;
    },
  ]);
}

describe('the API', () => {
  const password = planted('password');
  const byPassword: Login = {kind: 'password', user: 'ops', password: async () => password};
  const byToken: Login = {kind: 'token', token: async () => 'canary-token-of-the-profile'};

  /** As a server in its debug mode: it says all that it was told, and what it knows. */
  const chatty = ({headers, body}: Asked) =>
    `${JSON.stringify(headers)} ${body} ${decodeURIComponent(body.replaceAll('+', ' '))} postgresql://airflow:canary-db@db/airflow fernet_key=canary-fernet`;
  const faults: readonly [string, (asked: Asked) => Reply][] = [
    ['500', asked => ({status: 500, json: {detail: chatty(asked)}})],
    ['500 as text', asked => ({status: 500, headers: {'content-type': 'text/plain'}, text: chatty(asked)})],
    ['401', asked => ({status: 401, json: {title: chatty(asked)}})],
    ['403', asked => ({status: 403, json: {detail: chatty(asked)}})],
    ['409', asked => ({status: 409, json: {detail: {reason: 'x', message: chatty(asked)}}})],
    ['422', asked => ({status: 422, json: {detail: [{loc: ['body'], msg: chatty(asked)}]}})],
    ['429', asked => ({status: 429, headers: {'retry-after': '1'}, json: {detail: chatty(asked)}})],
    ['HTML with 200', asked => ({text: `<html>${chatty(asked)}</html>`})],
    ['cut JSON', asked => ({headers: {'content-type': 'application/json'}, text: `{"x": ${chatty(asked)}`})],
    [
      'wrong types',
      asked => ({json: {dags: chatty(asked), import_errors: chatty(asked), total_entries: chatty(asked)}}),
    ],
    [
      'a redirect',
      asked => ({
        status: 302,
        headers: {location: `http://u:canary-url@there/?token=${encodeURIComponent(chatty(asked))}`},
      }),
    ],
    ['a reset', () => 'reset'],
    ['silence', () => 'silence'],
  ];

  const logins: readonly [string, string, Login, (asked: Asked) => Reply | undefined][] = [
    ['a token', '3.3.2', byToken, () => undefined],
    [
      'a password on 3.x',
      '3.3.2',
      byPassword,
      ({path}) => (path === '/auth/token' ? {status: 201, json: {access_token: 'canary-token-of-3'}} : undefined),
    ],
    [
      'a session on 2.x',
      '2.11.0',
      byPassword,
      ({path, method, headers}) => {
        if (path === '/api/v1/dags' && headers.cookie?.includes('canary-session') && !headers.referer)
          return {json: {dags: [], total_entries: 0}};
        if (path !== '/login/') return undefined;
        const form = '<form><input name="csrf_token" value="c"><input name="username"><input name="password"></form>';
        return method === 'GET'
          ? {text: form}
          : {status: 302, headers: {location: '/', 'set-cookie': 'session=canary-session-of-2'}};
      },
    ],
    ['a login that fails', '3.3.2', byPassword, () => undefined],
    ['Basic on 2.x', '2.2.0', byPassword, () => undefined],
  ];

  describe.each(logins)('%s', (_, version, login, letIn) => {
    test.each(faults)('%s', async (_fault, fault) => {
      const server = await serve(airflow(version, asked => letIn(asked) ?? fault(asked)));
      const {console, auditFile} = await opened({...bare, api: address(server.url, login, 300)});
      const asked = [
        async () => (await console.airflow()).importErrors(),
        async () => (await console.airflow()).pools(),
        async () => (await console.airflow()).variables(),
        async () => (await console.airflow()).trigger('a', {conf: {password: planted('conf'), x: 1}}),
        async () => {
          for await (const _page of (await console.airflow()).dags());
        },
      ];
      const found = [...(await problems(asked)), ...(await pause(console))];
      expect(found.length).toBeGreaterThan(5);
      expect(dump(found)).not.toMatch(leaks);
      expect(dump([console.activity, console.activity.record.entries()])).not.toMatch(leaks);
      expect(console.activity.record.entries().length).toBeGreaterThan(1);
      for (const entry of console.activity.record.entries())
        expect(dump(console.activity.copy(entry))).not.toMatch(leaks);
      expect(await readFile(auditFile, 'utf8').catch(() => '')).not.toMatch(leaks);
    });
  });

  test('a proxy with a login', async () => {
    const proxy = await serve(asked => ({status: 407, text: JSON.stringify(asked.headers)}));
    const api = {
      ...address('http://airflow.invalid', byToken),
      proxy: {url: proxy.url, login: async () => `me:${planted('proxy')}`},
    };
    const {console} = await opened({...bare, api});
    const found = await problems([async () => (await console.airflow()).importErrors()]);
    expect(found.length).toBeGreaterThan(0);
    expect(dump([found, console.activity, console.activity.record.entries()])).not.toMatch(leaks);
  });
});

describe('a host', () => {
  test('passwords of the login and of sudo, wrong and right', async () => {
    const sudoPassword = 'canary-sudo pass"w\\rd';
    await fakeSudo(askingSudo(await newFolder(), sudoPassword));
    const password = planted('ssh');
    const server = await newServer({allow: context => context.method === 'password' && context.password === password});
    const folder = await newFolder();
    const hosts = [
      addressOf(server, {name: 'right', password: async () => password, knownHostsFiles: [join(folder, 'k')]}),
      addressOf(server, {name: 'wrong', password: async () => planted('wrong'), knownHostsFiles: [join(folder, 'k')]}),
    ];
    const ask: HostAsk = {
      hostKey: async () => true,
      secret: async ({what}) => (what === 'sudo-password' ? sudoPassword : planted('asked')),
    };
    const {console} = await opened({...bare, hosts}, ask);
    const host = console.host('right');
    const other = {as: {user: 'airflow-x'}} as const;
    expect((await host.exec(['echo', 'in'], other)).stdout).toBe('in\n');
    const found = await problems([
      () => console.host('wrong').exec(['id']),
      () =>
        host
          .exec(['/no/such', '--password', planted('flag'), `PGPASSWORD=${planted('env')}`], other)
          .then(() => Promise.reject(new Error('x')))
          .catch(() => {}),
      () => host.exec(['sleep', '9'], {...other, timeoutMs: 300}),
      () => host.exec(['cat'], {stdin: planted('stdin')}),
    ]);
    expect(found.length).toBeGreaterThan(2);
    expect(dump([found, console.activity, console.activity.record.entries()])).not.toMatch(leaks);
    expect(console.activity.record.entries().map(({what}) => what)).toContain(
      "sudo -k -S -p 'Password: ' -v -u airflow-x",
    );
  });

  test('a passphrase, wrong and right', async () => {
    const folder = await newFolder();
    const key = newKey();
    const identity = join(folder, 'key');
    const passphrase = planted('phrase');
    await writeFile(identity, key, {mode: 0o600});
    execFileSync('ssh-keygen', ['-q', '-p', '-a', '4', '-N', passphrase, '-f', identity]);
    const server = await newServer({
      allow: context => context.method === 'publickey' && context.key.data.equals(publicKeyOf(key)),
    });
    const hosts = [addressOf(server, {identityFiles: [identity], knownHostsFiles: [join(folder, 'k')]})];
    const answers = [planted('wrong'), passphrase];
    const {console} = await opened({...bare, hosts}, {hostKey: async () => true, secret: async () => answers.shift()});
    expect((await console.host('af-1').exec(['echo', 'in'])).stdout).toBe('in\n');
    server.drop();
    const found = await problems([() => console.host('af-1').exec(['sleep', '9'], {timeoutMs: 200})]);
    expect(dump([found, console.activity, console.activity.record.entries()])).not.toMatch(leaks);
  });
});

test('a whole installation with secrets in its configuration and its variables, asked for everything, and broken', async () => {
  const demo = await openDemo({speed: 10});
  onTestFinished(() => demo.close());
  const cfg = join(demo.folder, 'airflow', 'airflow.cfg');
  const secrets = `\n[database]\nsql_alchemy_conn = postgresql://airflow:canary-db@db/airflow\n[core]\nfernet_key = canary-fernet\n[smtp]\nsmtp_password = canary-smtp\nbroken line canary-broken\n`;
  await appendFile(cfg, secrets);
  await appendFile(
    join(demo.folder, 'etc', 'default', 'airflow'),
    '\nAIRFLOW__CELERY__BROKER_URL=redis://:canary-broker@r/0\n',
  );
  const {console, auditFile} = await opened(demo.profile);
  const evidence = await collectEvidence(console);
  expect(evidence.hosts[0]?.installation.value?.settings.length).toBeGreaterThan(3);
  const unit = evidence.hosts[0]?.units.value?.units.find(({component}) => component === 'scheduler');
  if (unit === undefined) throw new Error('the demo has a scheduler');
  const operation = console.operations.restart([unit]);
  const signal = new AbortController().signal;
  const plan = await operation.plan(signal);
  expect((await console.execute({operation, plan, confirmed: 'y', signal, onProgress: () => {}})).outcome).toBe('done');
  demo.world.refuse('api', true);
  demo.world.refuse('host', true);
  const [host] = console.hosts;
  if (host === undefined) throw new Error('the demo has a host');
  const found = await problems([
    () => console.live.ask(console.queries.health),
    () => console.live.ask(host.units),
    () => console.live.ask(host.installation),
  ]);
  if (demo.profile.api?.login.kind !== 'password') throw new Error('the demo has a password');
  const password = await demo.profile.api.login.password();
  const all = [found, judge(evidence), console.activity.record.entries(), await readFile(auditFile, 'utf8')]
    .map(dump)
    .join('\n');
  expect(all).not.toMatch(leaks);
  expect(all).not.toContain(password);
}, 60_000);
