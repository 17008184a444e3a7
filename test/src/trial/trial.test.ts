import {writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {copyOf} from '../../../src/activity/copy.ts';
import {ActivityRecord} from '../../../src/activity/record.ts';
import {Secrets} from '../../../src/activity/secrets.ts';
import {addKnownHost} from '../../../src/host/known-hosts.ts';
import type {SshAddress} from '../../../src/host/ssh-target.ts';
import {Problem} from '../../../src/problems/problem.ts';
import type {ApiAddress, HostAddress, Profile} from '../../../src/profile/profile.ts';
import type {StepAnswer} from '../../../src/trial/step.ts';
import {isPassed, planTrial, type TrialOptions} from '../../../src/trial/trial.ts';
import {address, airflow, ops, serve} from '../airflow/server.ts';
import {newFolder} from '../host/folder.ts';
import {addressOf, asking, newServer} from '../host/ssh-hosts.ts';
import {newKey, publicKeyOf, type SshServer} from '../host/ssh-server.ts';

const profileOf = (parts: {api?: ApiAddress; hosts?: readonly HostAddress[]; readOnly?: boolean}): Profile => ({
  name: 'p',
  ...(parts.api && {api: parts.api}),
  hosts: parts.hosts ?? [],
  become: 'none',
  protect: false,
  readOnly: parts.readOnly ?? false,
});

const tryIt = (profile: Profile, options: TrialOptions = {}) => planTrial(profile, options).run();

/** "step: what came" of each answer. */
const told = (answers: readonly StepAnswer[]) =>
  answers.map(answer => {
    const what =
      answer.outcome === 'passed'
        ? 'passed'
        : answer.outcome === 'failed'
          ? `failed ${answer.problem.code}`
          : `not asked, ${answer.why}`;
    return `${answer.step}: ${what}`;
  });

/** Whose key is known. */
async function known(server: SshServer, more: Partial<SshAddress> = {}): Promise<SshAddress> {
  const file = join(await newFolder(), 'known_hosts');
  await addKnownHost(file, server.host, server.port, publicKeyOf(server.hostKeys[0]), false);
  return addressOf(server, {knownHostsFiles: [file], ...more});
}

const failure = (answers: readonly StepAnswer[], step: string) => {
  const answer = answers.find(one => one.step === step);
  if (answer?.outcome !== 'failed') throw new Error(`${step} did not fail`);
  return answer.problem;
};

describe('a host', () => {
  test('whose port nobody listens at', async () => {
    const server = await newServer();
    const there = await known(server);
    await server.close();
    const answers = await tryIt(profileOf({hosts: [there]}));
    expect(told(answers).slice(0, 4)).toEqual([
      'name: passed',
      'port: failed host.unreachable',
      'host key: not asked, port failed',
      'login: not asked, port failed',
    ]);
    expect(
      told(answers)
        .slice(4)
        .every(text => text.endsWith('port failed') || /nothing says which/.test(text)),
    ).toBe(true);
    expect(failure(answers, 'port').detail).toContain('nothing listens there');
  });

  test('whose name is not known', async () => {
    const there = addressOf({host: 'no-such-host.invalid', port: 22});
    const answers = await tryIt(profileOf({hosts: [there]}));
    expect(told(answers).slice(0, 2)).toEqual(['name: failed host.unreachable', 'port: not asked, name failed']);
  });

  test('at whose port a web server listens', async () => {
    const {url} = await serve(() => ({text: 'hello'}));
    const there = addressOf({host: '127.0.0.1', port: Number(new URL(url).port)});
    const problem = failure(await tryIt(profileOf({hosts: [there]})), 'port');
    expect([problem.code, problem.detail]).toEqual(['host.not-ssh', expect.stringContaining('HTTP/1.1 400')]);
    expect(problem.hint).toContain('Check the port');
  });

  test('whose key is not known, with nobody to ask', async () => {
    const server = await newServer();
    const there = addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')]});
    expect(told(await tryIt(profileOf({hosts: [there]}))).slice(1, 4)).toEqual([
      'port: passed',
      'host key: failed host.key-unknown',
      'login: not asked, host key failed',
    ]);
  });

  test('whose key somebody accepts', async () => {
    const server = await newServer();
    const there = addressOf(server, {knownHostsFiles: [join(await newFolder(), 'known_hosts')]});
    const asked: string[] = [];
    const ask = asking(async ({fingerprint}) => {
      asked.push(fingerprint);
      return true;
    });
    const answers = await tryIt(profileOf({hosts: [there]}), {ask});
    expect(told(answers).slice(2, 5)).toEqual(['host key: passed', 'login: passed', 'clock: passed']);
    const key = answers[2];
    expect(key?.outcome === 'passed' && key.found).toBe(`ssh-ed25519 ${asked[0]}`);
    expect(asked).toHaveLength(1);
  });

  test('whose key has changed', async () => {
    const server = await newServer();
    const file = join(await newFolder(), 'known_hosts');
    await addKnownHost(file, server.host, server.port, publicKeyOf(newKey()), false);
    const answers = await tryIt(profileOf({hosts: [addressOf(server, {knownHostsFiles: [file]})]}));
    expect(failure(answers, 'host key').code).toBe('host.key-changed');
  });

  test('that refuses the password: the key is good, the login fails, and nothing else is asked', async () => {
    const server = await newServer({allow: context => context.method === 'password' && context.password === 'right'});
    const there = await known(server, {password: async () => 'wrong'});
    const answers = await tryIt(profileOf({hosts: [there]}));
    expect(told(answers).slice(2, 6)).toEqual([
      'host key: passed',
      'login: failed host.login',
      'clock: not asked, login failed',
      'systemd: not asked, login failed',
    ]);
    expect(isPassed(answers)).toBe(false);
  });

  test('that is asked with a secret which cannot be fetched', async () => {
    const server = await newServer({allow: context => context.method === 'password'});
    const there = await known(server, {
      password: async () => {
        throw new Problem('profile.secret', 'ssh_password_env: the environment variable X is not set');
      },
    });
    expect(failure(await tryIt(profileOf({hosts: [there]})), 'login').code).toBe('profile.secret');
  });

  test('behind a jump host: name and port are not for this machine to ask', async () => {
    const server = await newServer();
    const config = join(await newFolder(), 'config');
    await writeFile(
      config,
      `Host gate\n  HostName ${server.host}\n  Port ${server.port}\nHost af-9\n  ProxyJump gate\n`,
    );
    const {port: _, ...there} = addressOf({host: 'af-9', port: 22}, {configFile: config});
    const answers = await tryIt(profileOf({hosts: [there]}));
    expect(told(answers).slice(0, 2)).toEqual([
      'name: not asked, af-9 is reached through the jump host gate',
      'port: not asked, af-9 is reached through the jump host gate',
    ]);
    expect(failure(answers, 'host key').detail).toContain('a jump host before');
  });

  test('that is this machine, as the user who runs windsock', async () => {
    const answers = await tryIt(profileOf({hosts: [{kind: 'local', name: 'local'}]}));
    expect(answers[0]).toMatchObject({step: 'login', outcome: 'passed', found: `as ${userInfo().username}`});
    expect(told(answers)).toContain('clock: passed');
  });
});

describe('an API', () => {
  const roles = (...names: string[]) => ({json: {roles: names.map(name => ({name}))}});
  const health = (status: string) => ({
    json: {
      metadatabase: {status: 'healthy'},
      scheduler: {status, latest_scheduler_heartbeat: new Date().toISOString()},
    },
  });
  const page = {json: {import_errors: [], total_entries: 0}};

  /** Airflow 2.11 with a user of these rights. */
  const like = (role: 'Admin' | 'Viewer' | 'nobody' | 'odd', scheduler = 'healthy') =>
    serve(
      airflow('2.11.0', ({path, method}) => {
        if (path === '/health' || path.endsWith('/health')) return health(scheduler);
        if (path.startsWith('/login')) return {status: 404, text: 'no form'};
        if (role === 'nobody') return {status: 401, json: {title: 'Unauthorized', detail: null}};
        if (path.includes('/users/')) {
          return role === 'odd' ? {status: 403, json: {title: 'Forbidden'}} : roles(role);
        }
        if (role === 'odd' && method === 'PATCH') return {status: 403, json: {title: 'Forbidden'}};
        if (path.endsWith('/importErrors')) return role === 'odd' ? {status: 403, json: {title: 'Forbidden'}} : page;
        return {json: {dags: [], variables: [], connections: [], total_entries: 0}};
      }),
    );

  test('with everything right', async () => {
    const {url} = await like('Admin');
    const answers = await tryIt(profileOf({api: address(url, ops)}));
    expect(told(answers)).toEqual([
      'reachable: passed',
      'version: passed',
      'login: passed',
      'role: passed',
      'heartbeat: passed',
    ]);
    expect(answers.map(answer => (answer.outcome === 'passed' ? answer.found : ''))).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ answers, \d+ ms$/),
      'Airflow 2.11.0',
      'ops is accepted',
      'ops has the role Admin',
      expect.stringMatching(/^the scheduler reported \d s ago$/),
    ]);
    expect(isPassed(answers)).toBe(true);
  });

  test('is noted under the name of the profile, and its secrets are known from then on', async () => {
    const {url} = await like('Admin');
    const record = new ActivityRecord();
    const secrets = new Secrets();
    const login = {...ops, password: async () => 'planted-password'};
    await tryIt(profileOf({api: address(url, login)}), {record, secrets});
    const entries = record.entries();
    expect(entries.length).toBeGreaterThan(2);
    expect(new Set(entries.map(({where}) => where))).toEqual(new Set(['API (p)']));
    expect(secrets.hide('before planted-password after')).toBe('before •••• after');
    expect(entries.map(entry => Object.keys(copyOf(entry, profileOf({api: address(url, login)}), {}))[0])).toEqual(
      entries.map(() => 'none'),
    );
  });

  test('that is down', async () => {
    const server = await like('Admin');
    await server.close();
    expect(told(await tryIt(profileOf({api: address(server.url, ops)})))).toEqual([
      'reachable: failed airflow.unreachable',
      'version: not asked, reachable failed',
      'login: not asked, reachable failed',
      'role: not asked, reachable failed',
      'heartbeat: not asked, reachable failed',
    ]);
  });

  test('that is something else', async () => {
    const {url} = await serve(() => ({status: 404, text: '<!DOCTYPE html>nothing'}));
    expect(told(await tryIt(profileOf({api: address(url, ops)}))).slice(0, 3)).toEqual([
      'reachable: passed',
      'version: failed airflow.not-airflow',
      'login: not asked, version failed',
    ]);
  });

  test('that refuses the login: the heartbeat, which needs none, is told all the same', async () => {
    const {url} = await like('nobody');
    expect(told(await tryIt(profileOf({api: address(url, ops)}))).slice(2)).toEqual([
      'login: failed airflow.unauthorised',
      'role: not asked, login failed',
      'heartbeat: passed',
    ]);
  });

  test('whose user may only look: that is wrong, unless the profile is only to look', async () => {
    const {url} = await like('Viewer');
    const api = address(url, ops);
    expect(failure(await tryIt(profileOf({api})), 'role')).toMatchObject({
      code: 'airflow.looks-only',
      detail: 'ops has the role Viewer',
    });
    expect(isPassed(await tryIt(profileOf({api, readOnly: true})))).toBe(true);
  });

  test('whose user may not even ask for its role: it is told by what it may do', async () => {
    const {url} = await like('odd');
    const answers = await tryIt(profileOf({api: address(url, ops)}));
    expect(told(answers).slice(2, 4)).toEqual(['login: passed', 'role: failed airflow.looks-only']);
    expect(failure(answers, 'role').detail).toContain('see DAGs');
  });

  test('whose scheduler is dead', async () => {
    const {url} = await like('Admin', 'unhealthy');
    expect(failure(await tryIt(profileOf({api: address(url, ops)})), 'heartbeat').code).toBe('airflow.no-heartbeat');
  });
});

describe('a trial', () => {
  test('tells what it will ask, then each answer as it comes, and gives them in the order of the questions', async () => {
    const server = await newServer();
    const {url} = await serve(airflow('2.11.0', () => ({status: 401, json: {}})));
    const seen: string[] = [];
    const trial = planTrial(profileOf({api: address(url, ops), hosts: [await known(server)]}), {
      onAnswer: ({subject, step}) => seen.push(`${subject} ${step}`),
    });
    const answers = await trial.run();
    const names = trial.questions.map(({subject, step}) => `${subject} ${step}`);
    expect(answers.map(({subject, step}) => `${subject} ${step}`)).toEqual(names);
    expect(seen.toSorted()).toEqual(names.toSorted());
    expect(new Set(names).size).toBe(names.length);
  });

  test('is ended in the middle: what runs then is not asked, and neither is the rest', async () => {
    const silent = createServer(() => {});
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const {port} = silent.address() as {port: number};
    const end = new AbortController();
    const answers = await tryIt(profileOf({hosts: [addressOf({host: '127.0.0.1', port})]}), {
      signal: end.signal,
      onAsking: ({step}) => {
        if (step === 'port') end.abort();
      },
    });
    expect(told(answers).slice(0, 3)).toEqual([
      'name: passed',
      'port: not asked, the trial was ended',
      'host key: not asked, the trial was ended',
    ]);
  });
});
