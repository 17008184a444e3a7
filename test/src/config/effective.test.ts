import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import {parseDocument} from '../../../src/config/document.ts';
import {type Setting, settings} from '../../../src/config/effective.ts';
import {fingerprint} from '../../../src/config/secret-options.ts';
import type {ConfigSources, Variable, VariableOrigin} from '../../../src/config/sources.ts';

const path = '/etc/default/airflow';

const sources = (cfg: string, ...units: readonly Record<string, string>[]): ConfigSources => ({
  document: parseDocument(Buffer.from(cfg)),
  homes: new Map([['', '/opt/airflow']]),
  environments: units.map((variables, at) => ({
    unit: `airflow-${at}.service`,
    variables: new Map(
      Object.entries(variables).map(([name, value]): [string, Variable] => {
        const from: VariableOrigin = {kind: 'file', path};
        return [name, {value, from}];
      }),
    ),
  })),
});
const setting = (from: ConfigSources, section: string, option: string): Setting => {
  const found = settings(from).filter(each => each.section === section && each.option === option);
  expect(found, `${section}.${option}`).toHaveLength(1);
  return found[0] as Setting;
};

describe('the source that decides a setting', () => {
  test('is the file', () => {
    expect(setting(sources('[core]\nparallelism = 32 # not a comment\n', {}), 'core', 'parallelism')).toMatchObject({
      value: '32 # not a comment',
      source: {kind: 'file', line: 2},
      secret: false,
    });
  });

  test('is the environment where it says something, though it be nothing; the file is then hidden', () => {
    const both = {AIRFLOW__WEBSERVER__WORKERS: '2', AIRFLOW__CORE__SECURITY: ''};
    const from = sources('[webserver]\nworkers = 4\n[core]\nsecurity = kerberos\n', both, both);
    expect(setting(from, 'webserver', 'workers')).toMatchObject({
      value: '2',
      source: {
        kind: 'environment',
        variable: 'AIRFLOW__WEBSERVER__WORKERS',
        from: {kind: 'file', path},
        units: ['airflow-0.service', 'airflow-1.service'],
      },
      overridden: {value: '4', line: 2},
    });
    expect(setting(from, 'webserver', 'workers').differs).toBeUndefined();
    expect(setting(from, 'core', 'security').value).toBe('');
  });

  test('is another one for each unit, where they differ', () => {
    const from = sources('[core]\nparallelism = 4\n', {}, {AIRFLOW__CORE__PARALLELISM: '8', AIRFLOW__CORE__EXTRA: 'x'});
    expect(setting(from, 'core', 'parallelism')).toMatchObject({
      value: '8',
      source: {units: ['airflow-1.service']},
      differs: [
        {unit: 'airflow-0.service', value: '4'},
        {unit: 'airflow-1.service', value: '8'},
      ],
    });
    expect(setting(from, 'core', 'extra').differs).toEqual([
      {unit: 'airflow-0.service', value: undefined},
      {unit: 'airflow-1.service', value: 'x'},
    ]);
  });

  test('is found for a section with a dot or a dash in its name', () => {
    const from = sources('[team-a.x]\nopt = 1\n', {AIRFLOW__TEAM_A_X__OPT: '2'});
    expect(setting(from, 'team-a.x', 'opt').value).toBe('2');
  });

  test('is the file alone where no unit is known', () => {
    expect(setting(sources('[core]\na = ~/x\n'), 'core', 'a').value).toBe('/opt/airflow/x');
  });
});

describe('a value is read as Airflow reads it', () => {
  test('percent signs count in the file alone', () => {
    const from = sources('[a]\nf = 50%%\nbroken = 50%\n', {AIRFLOW__A__E: '50%%'});
    expect(setting(from, 'a', 'f').value).toBe('50%');
    expect(setting(from, 'a', 'e').value).toBe('50%%');
    expect(setting(from, 'a', 'broken')).toMatchObject({
      value: undefined,
      unknown: 'Airflow cannot read it: a % in it is not doubled',
    });
  });

  test('variables and ~ are expanded again and again, in both', () => {
    const env = {BASE: '$ROOT/af', ROOT: '/srv', HOME: '/home/af', AIRFLOW__A__E: `\${BASE}/e`, LOOP: '$LOOP$LOOP'};
    const from = sources(`[a]\nf = $BASE/$NONE/\${ROOT}x\nt = ~/logs\nu = a~/b\nv = ~nobody-here/x\n`, env);
    expect(setting(from, 'a', 'f').value).toBe('/srv/af/$NONE//srvx');
    expect(setting(from, 'a', 'e').value).toBe('/srv/af/e');
    expect(setting(from, 'a', 't').value).toBe('/home/af/logs');
    expect(setting(from, 'a', 'u').value).toBe('a~/b');
    expect(setting(from, 'a', 'v').value).toBe('~nobody-here/x');
  });
});

describe('what Airflow ignores stays in the list, with the reason', () => {
  test('names in the wrong case', () => {
    const env = {AIRFLOW__core__parallelism: '9'};
    const found = settings(sources('[core]\nLOAD_EXAMPLES = False\nload_examples = True\n[Core]\nx = 1\n', env, env));
    expect(found.map(({section, option, value, ignored}) => [section, option, value, ignored])).toEqual([
      ['core', 'LOAD_EXAMPLES', 'False', 'names are lower-case'],
      ['core', 'load_examples', 'True', undefined],
      ['Core', 'x', '1', 'names are lower-case'],
      ['core', 'parallelism', '9', 'names of variables are upper-case'],
    ]);
    expect(found[3]?.source).toMatchObject({units: ['airflow-0.service', 'airflow-1.service']});
  });

  test('a command beside a plain value', () => {
    const found = settings(sources('[core]\nfernet_key = k\nfernet_key_cmd = pass show fernet\n', {}));
    expect(found.map(({option, ignored}) => [option, ignored])).toEqual([
      ['fernet_key', undefined],
      ['fernet_key_cmd', 'fernet_key is set, too'],
    ]);
  });

  test('the settings of one team', () => {
    const [only] = settings(sources('', {AIRFLOW__BLUE___CORE__PARALLELISM: '9'}));
    expect(only).toMatchObject({section: 'blue', ignored: 'it is for one team alone'});
  });
});

describe('a command or a secrets backend', () => {
  test('of the environment wins against the file; of the file it is asked last', () => {
    const cfg =
      '[core]\nfernet_key = k\n[database]\nsql_alchemy_conn_cmd = cat /x\n[celery]\nbroker_url_secret = path/x\n';
    const from = sources(cfg, {AIRFLOW__CORE__FERNET_KEY_CMD: 'cat /k'});
    expect(setting(from, 'core', 'fernet_key')).toMatchObject({
      value: undefined,
      unknown: 'a command prints it',
      source: {kind: 'environment', variable: 'AIRFLOW__CORE__FERNET_KEY_CMD'},
      overridden: {value: '••••', line: 2},
    });
    expect(setting(from, 'database', 'sql_alchemy_conn')).toMatchObject({
      unknown: 'a command prints it',
      source: {kind: 'file', line: 4},
    });
    expect(setting(from, 'celery', 'broker_url').unknown).toBe('a secrets backend holds it');
  });

  test('means nothing for options that are not sensitive', () => {
    expect(setting(sources('[core]\nparallelism_cmd = echo 5\n', {}), 'core', 'parallelism_cmd').value).toBe('echo 5');
  });
});

describe('a secret', () => {
  const cfg = `[core]
fernet_key = hunter2
[database]
sql_alchemy_conn = postgresql+psycopg2://airflow:hunter2/@x@db:5432/airflow?sslmode=require&password=hunter2
[celery]
broker_url = redis://:hunter2@r:6379/0
[webserver]
secret_key = \${SECRET}
[api_auth]
jwt_secret =
[smtp]
smtp_password = hunter2
[sentry]
sentry_dsn = https://hunter2@sentry.example.com/1
[custom]
proxy = http://u:hunter2@proxy:3128
client_secret = hunter2
key_file = /etc/key.pem
[Core]
fernet_key = hunter2
`;
  const found = settings(sources(cfg, {SECRET: 'hunter2', AIRFLOW__SMTP__SMTP_PASSWORD: 'hunter22'}));
  const shown = (option: string) => found.filter(each => each.option === option).map(each => each.value);

  test('is shown as what is none of it, with a fingerprint', () => {
    expect(shown('fernet_key')).toEqual(['••••', '••••']);
    expect(shown('sql_alchemy_conn')).toEqual([
      'postgresql+psycopg2://airflow:••••@db:5432/airflow?sslmode=require&password=••••',
    ]);
    expect(shown('broker_url')).toEqual(['redis://:••••@r:6379/0']);
    expect(shown('sentry_dsn')).toEqual(['••••']);
    expect(shown('proxy')).toEqual(['••••']);
    expect(shown('client_secret')).toEqual(['••••']);
    expect(shown('key_file')).toEqual(['/etc/key.pem']);
    expect(shown('jwt_secret')).toEqual(['']);
    const key = found.find(each => each.option === 'fernet_key');
    expect(key?.fingerprint).toBe('f52f:bd32');
    expect(fingerprint('hunter2')).toBe('f52f:bd32');
    expect(key?.reveal()).toBe('hunter2');
    expect(found.find(each => each.option === 'secret_key')?.reveal()).toBe('hunter2');
    expect(found.find(each => each.option === 'jwt_secret')?.fingerprint).toBeUndefined();
  });

  test('of airflow.cfg is none of it shown where the environment hides it', () => {
    const hidden = setting(
      sources('[custom]\nproxy = http://u:hunter2@proxy:3128\n', {AIRFLOW__CUSTOM__PROXY: 'http://proxy'}),
      'custom',
      'proxy',
    );
    expect(hidden.overridden?.value).toBe('••••');
  });

  test.each([
    ['an address with an @ in the user', 'postgresql://airflow@server:hunter2@server.example.com/db'],
    ['an address with a token', 'https://hunter2@git.example.com/x'],
    ['JSON', '{"host": "x", "apiKey": "hunter2"}'],
    ['JSON in JSON', String.raw`{"extra": "{\"password\": \"hunter2\"}"}`],
    ['keyword arguments', "aws_secret_access_key='hunter2', region='eu'"],
    ['text', 'user=ops;api_key=hunter2'],
    ['a header', 'Bearer hunter2hunter2'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY----- hunter2'],
  ])('is found in %s', (_what, value) => {
    for (const option of ['extra', 'extra_url']) {
      const one = setting(sources(`[custom]\n${option} = ${value}\n`), 'custom', option);
      expect(one.secret).toBe(true);
      expect(one.value).not.toContain('hunter2');
    }
  });

  test.each(['True', '{"max_tokens": 5, "key_file": "/k"}', 'https://h/token'])('is not seen in %s', value => {
    expect(setting(sources(`[custom]\nx = ${value}\n`), 'custom', 'x').secret).toBe(false);
  });

  test('of one team is one, too', () => {
    const [variable] = settings(sources('', {AIRFLOW__BLUE___CELERY__FLOWER_BASIC_AUTH: 'ops:hunter2'}));
    expect(variable).toMatchObject({secret: true, value: '••••'});
    const [kwargs] = settings(sources('', {AIRFLOW__BLUE___SECRETS__BACKEND_KWARGS: 'hunter2'}));
    expect(kwargs).toMatchObject({secret: true, value: '••••'});
    expect(setting(sources('[blue=secrets]\nbackend_kwargs = hunter2\n'), 'blue=secrets', 'backend_kwargs').value).toBe(
      '••••',
    );
  });

  test('that another option refers to makes that one secret', () => {
    const cfg =
      '[smtp]\nsmtp_password = hunter2\nvia = %(smtp_password)s\nlogin = ops/%(via)s\nmy_url = http://h/%(via)s\nplain = %%(smtp_password)s\n';
    const from = sources(cfg);
    expect(setting(from, 'smtp', 'login')).toMatchObject({secret: true, value: '••••'});
    expect(setting(from, 'smtp', 'my_url').value).toBe('••••');
    expect(setting(from, 'smtp', 'plain').secret).toBe(false);
  });

  test('is in nothing that is printed', () => {
    expect(inspect(found, {depth: 9, showHidden: true}) + JSON.stringify(found)).not.toContain('hunter2');
  });
});
