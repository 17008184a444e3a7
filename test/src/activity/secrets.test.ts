import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import {Secrets} from '../../../src/activity/secrets.ts';
import type {Profile} from '../../../src/profile/profile.ts';

const planted = 'pl"anted/Passw0rd';

const profile: Profile = {
  name: 'prod',
  api: {
    url: 'http://here',
    login: {kind: 'password', user: 'ops', password: async () => planted},
    timeoutMs: 1,
    insecure: false,
    proxy: {url: 'http://proxy', login: async () => 'someone:proxy-pass-1'},
  },
  hosts: [
    {
      kind: 'ssh',
      name: 'af-1',
      host: 'af-1',
      identityFiles: [],
      knownHostsFiles: [],
      password: async () => 'ssh-pass-1',
    },
  ],
  become: 'sudo',
  becomePassword: async () => 'sudo-pass-1',
  protect: false,
  readOnly: false,
};

test('a secret of the profile is known once it was fetched, in every form that it may have in a text', async () => {
  const secrets = new Secrets();
  const watched = secrets.watchProfile(profile);
  const {login, proxy} = watched.api ?? {};
  const [host] = watched.hosts;
  if (login?.kind !== 'password' || host?.kind !== 'ssh') throw new Error('the profile has both');
  await Promise.all([login.password(), proxy?.login?.(), host.password?.(), watched.becomePassword?.()]);
  for (const text of [planted, encodeURIComponent(planted), JSON.stringify({x: planted})]) {
    expect(secrets.hide(`before ${text} after`)).not.toContain('Passw0rd');
  }
  expect(secrets.hide('proxy-pass-1 ssh-pass-1 sudo-pass-1')).toBe('•••• •••• ••••');
  expect(inspect(secrets, {depth: Number.POSITIVE_INFINITY, showHidden: true})).not.toContain('pass');
});

test('what a person answered is known', async () => {
  const secrets = new Secrets();
  const ask = secrets.watchAsk({hostKey: async () => true, secret: async () => 'a-passphrase'});
  await ask.secret({host: 'af-1', what: 'passphrase', prompt: '~/.ssh/id', shown: false});
  expect(secrets.hide('said a-passphrase')).toBe('said ••••');
});

describe('a secret that nobody told is hidden', () => {
  const texts = [
    'https://u:hunter2-x@host/',
    'postgresql+psycopg2://airflow:hunter2-x@db/airflow',
    'GET /api?a=1&token=hunter2-x&b=2',
    '{"password": "hunter2-x and \\"more\\" hunter2-x"}',
    "password='hunter2-x hunter2-x'",
    'fernet_key = hunter2-x',
    'Authorization: Basic hunter2-x',
    'authorization: Bearer hunter2-x',
    'Cookie: session=hunter2-x; other=hunter2-x',
    'https://hunter2-x@host/',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2-x\n-----END OPENSSH PRIVATE KEY-----',
    '{"conf": "{\\"api_key\\": \\"hunter2-x\\"}"}',
  ];
  test.each(texts)('%s', text => {
    expect(new Secrets().hide(text)).not.toContain('hunter2');
  });

  test('in an argument, and behind a flag', () => {
    const argv = [
      'airflow',
      'users',
      'create',
      '--password',
      'hunter2-x',
      '--conn-token',
      'hunter2-x',
      'secret=hunter2-x',
    ];
    expect(new Secrets().hideArgv(argv)).toEqual([
      ...['airflow', 'users', 'create', '--password', '••••', '--conn-token', '••••', 'secret=••••'],
    ]);
  });
});

test('what is no secret stays as it is', () => {
  const secrets = new Secrets();
  secrets.add('short');
  for (const text of [
    'GET http://127.0.0.1:8080/api/v1/dags?limit=100&order_by=dag_id&tags=token',
    'systemctl restart airflow-scheduler.service',
    'a short word',
    'python3 -Ic import sys;exec(sys.stdin.buffer.read(int(sys.argv[1]))) 12345',
  ]) {
    expect(secrets.hide(text)).toBe(text);
  }
});
