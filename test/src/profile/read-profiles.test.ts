import {execFileSync} from 'node:child_process';
import {chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {afterEach, beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';
import {chooseProfile} from '../../../src/profile/choose-profile.ts';
import {keys} from '../../../src/profile/keys.ts';
import type {Profile} from '../../../src/profile/profile.ts';
import {readProfiles} from '../../../src/profile/read-profiles.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windsock-profiles-'));
});
afterEach(() => rm(folder, {recursive: true}));

const env: NodeJS.ProcessEnv = {USER: 'ada', HOME: '/home/ada', SSH_AUTH_SOCK: '/run/agent'};
const read = async (text: string | Uint8Array, mode = 0o600): Promise<readonly Profile[]> => {
  const file = join(folder, 'profiles.ini');
  await writeFile(file, text);
  await chmod(file, mode);
  return (await readProfiles(file, env)).profiles;
};
const one = async (text: string): Promise<Profile> => chooseProfile(await read(`[p]\n${text}`));
const refusal = async (promise: Promise<unknown>): Promise<Problem> => {
  const outcome = await promise.catch((error: unknown) => error);
  if (!(outcome instanceof Problem)) throw new Error('no problem came');
  return outcome;
};

test('what is no file is refused at once, and not waited for', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(await refusal(readProfiles(pipe, env))).toMatchObject({
    code: 'profile.unreadable',
    detail: `${pipe} is no regular file`,
  });
  expect(await refusal(readProfiles(folder, env))).toMatchObject({code: 'profile.unreadable'});
});

describe('a profile', () => {
  test('with every key', async () => {
    const profile = await one(`
      api      = https://airflow.example.com/team/   ; a path prefix is kept
      user     = ops
      password_command = printf 's3cret\\nmore'
      timeout_s = 2.5
      ca_file  = ca.pem
      insecure = yes
      hosts    = ssh://ops@af-1, ssh://ops@af-2:2222, local
      identity_file = ~/.ssh/airflow, /etc/keys/ops
      known_hosts = ~/hosts
      run_as   = airflow
      become   = none
      data     = /data/airflow/
      airflow_home = /opt/airflow
      protect  = yes
      read_only = true
    `);
    const {api, ...rest} = profile;
    expect(api).toMatchObject({
      url: 'https://airflow.example.com/team',
      timeoutMs: 2500,
      caFile: join(folder, 'ca.pem'),
      insecure: true,
      login: {kind: 'password', user: 'ops'},
    });
    expect(api?.login.kind === 'password' && (await api.login.password())).toBe('s3cret');
    const ssh = {
      kind: 'ssh',
      user: 'ops',
      identityFiles: ['/home/ada/.ssh/airflow', '/etc/keys/ops'],
      knownHostsFiles: ['/home/ada/hosts'],
      agent: '/run/agent',
    };
    expect(rest).toEqual({
      name: 'p',
      hosts: [
        {...ssh, name: 'af-1', host: 'af-1'},
        {...ssh, name: 'af-2', host: 'af-2', port: 2222},
        {kind: 'local', name: 'local'},
      ],
      runAs: 'airflow',
      become: 'none',
      data: '/data/airflow',
      airflowHome: '/opt/airflow',
      protect: true,
      readOnly: true,
    });
  });

  test('without what ssh itself knows better', async () => {
    const profile = await one('hosts = ssh://af-1, ssh://[::1]:2201, ssh://10.0.0.1:1, ssh://10.0.0.1:2');
    expect(profile.hosts[0]).toEqual({
      kind: 'ssh',
      name: 'af-1',
      host: 'af-1',
      identityFiles: [],
      knownHostsFiles: [],
      agent: '/run/agent',
    });
    expect(profile.hosts.map(host => host.name)).toEqual(['af-1', '::1', '10.0.0.1:1', '10.0.0.1:2']);
    expect(profile).toMatchObject({become: 'sudo', protect: false, readOnly: false});
    expect(profile.api).toBeUndefined();
  });

  test('with the secrets of its hosts, wherever they are kept', async () => {
    const {hosts, becomePassword, become} = await one(
      'hosts = ssh://ops@af-1, local\nssh_password_command = echo pw\nbecome_password = spw\nbecome = su\nssh_config = ~/c',
    );
    const [host] = hosts;
    expect(host).toMatchObject({kind: 'ssh', configFile: '/home/ada/c'});
    expect(host?.kind === 'ssh' && (await host.password?.())).toBe('pw');
    expect(await becomePassword?.()).toBe('spw');
    expect(become).toBe('su');
  });

  test('without a login, or with a token', async () => {
    expect((await one('api = http://127.0.0.1:8080/api/v2')).api).toEqual({
      url: 'http://127.0.0.1:8080',
      login: {kind: 'none'},
      timeoutMs: 15_000,
      insecure: false,
    });
    const {api} = await one('api = http://h\ntoken = null');
    expect(api?.login.kind === 'token' && (await api.login.token())).toBe('null');
  });

  test('shows no secret when it is printed', async () => {
    const profile = await one('api = http://h\nuser = ops\npassword = hunter2\nhosts = local');
    expect(inspect(profile, {depth: 9, showHidden: true}) + JSON.stringify(profile)).not.toContain('hunter2');
  });
});

describe('a mistake is refused with its line', () => {
  test.each([
    ['api = airflow:8080', 'api must be like https://airflow.example.com'],
    ['api = http://ops:hunter2@h', 'api a login does not belong in the address; use user and password_command'],
    ['api = http://h?x=1', 'api must not have ? or #'],
    ['api = http://h\nprotect = maybe', 'protect must be yes or no'],
    ['api = http://h\ntoken_keyring = windsock', 'token_keyring must be like windsock/prod'],
    ['api = http://h\nuser = ops', 'user needs password_command, password_keyring, password_env or password beside it'],
    ['api = http://h\npassword = x', 'password needs user beside it'],
    [
      'api = http://h\nuser = a\npassword = x\npassword_env = Y',
      'password_env there is password already; keep one of them',
    ],
    ['api = http://h\ntoken = x\nuser = a', 'user has no meaning beside token'],
    ['api = http://h\ntimeout_s = 15s', 'timeout_s must be a number of seconds, from 0.1 to 3600'],
    ['api = http://h\nrun_as = airflow', 'run_as has no meaning without hosts'],
    ['hosts = local\nuser = ops', 'user has no meaning without api'],
    ['hosts = local\nrun_as = -x', 'run_as the name of the user is not understood'],
    ['hosts = local\nbecome_password = hunter2\nbecome_password_env = X', 'there is become_password already'],
    ['hosts = ssh://a\nssh_password_env = X\nssh_password_command = y', 'there is ssh_password_env already'],
    ['hosts = local\nbecome = doas', 'become must be sudo, su or none'],
    ['hosts = local\ndata = data', 'data must be an absolute path on the hosts'],
    ['hosts = local\narchive = logs', 'archive must be s3://bucket/prefix, an absolute path here, or host:/path'],
    ['hosts = local\ns3_endpoint = https://me:secret@s3', 's3_endpoint must be like http://127.0.0.1:9000'],
    ['hosts = local\ns3_region = EU Central', 's3_region must be like eu-central-1'],
    ['hosts = local\nproxy = http://p', 'proxy has no meaning without api'],
    ['api = http://h\nproxy = socks5://p', 'proxy must be like http://proxy.example.com:3128, or none'],
    ['api = http://h\nproxy = http://p/x', 'proxy must be like http://proxy.example.com:3128, or none'],
    [
      'api = http://h\nproxy = http://a:hunter2@p',
      'proxy must not hold a login; the address in the variable HTTPS_PROXY may',
    ],
    ['api = http://h\nclient_key = k.pem', 'client_key needs client_cert beside it'],
    ['hosts = local\nread_only =', 'read_only has no value'],
    ['hosts = local, local', 'hosts local is named twice'],
    ['hosts = local,', 'hosts has an empty place between commas'],
    ['hosts = af-1', 'hosts must be like ssh://user@host, ssh://host:2222 or local'],
    ['hosts = ssh://-oProxyCommand=x', 'hosts the name of the host is not understood'],
    ['hosts = ssh://a:hunter2@h', 'hosts a password does not belong in the address; use a key or the ssh agent'],
    ['hosts = ssh://-x@h', 'hosts the name of the user is not understood'],
    ['hosts = ssh://h:70000', 'hosts 70000 is no port'],
    ['protect = yes', '[p] has neither api nor hosts'],
  ])('%s', async (text, said) => {
    const problem = await refusal(one(text));
    expect(problem.code).toBe('profile.invalid');
    expect(problem.detail).toContain(said);
    expect(problem.detail).toMatch(/profiles\.ini, line \d+: /);
    expect(inspect(problem)).not.toContain('hunter2');
  });

  test('an unknown key is named', async () => {
    const problem = await refusal(read('[a]\nhosts = local\n\n[b]\nhosts = local\npasword = hunter2\n'));
    expect(problem.detail).toBe(`${join(folder, 'profiles.ini')}, line 6: there is no key pasword`);
  });
});

describe('the file', () => {
  test('is refused when others can read a secret in it', async () => {
    const text = '[p]\napi = http://h\nuser = ops\npassword = hunter2\n';
    const problem = await refusal(read(text, 0o640));
    expect([problem.code, problem.detail]).toEqual([
      'profile.unsafe',
      `${join(folder, 'profiles.ini')}, line 4: password of [p], and the file's mode is 0640`,
    ]);
    expect(await read(text, 0o600)).toHaveLength(1);
    expect(await read(text.replace('password', 'password_env'), 0o644)).toHaveLength(1);
  });

  test.each([0o620, 0o602, 0o666])('a file that others can write, whatever it holds (mode %o)', async mode => {
    const problem = await refusal(read('', mode));
    expect(problem.code).toBe('profile.unsafe');
    expect(problem.detail).toContain(`profiles.ini (mode ${mode.toString(8).padStart(4, '0')}): chmod go-w it`);
  });

  test('a file of another user', async () => {
    const file = join(folder, 'profiles.ini');
    await writeFile(file, '[p]\nhosts = local\n', {mode: 0o600});
    const {uid} = await stat(file);
    // Root can give the file away; everybody else is another one for a moment.
    if (uid === 0) await chown(file, 12_345, 12_345);
    else vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const problem = await refusal(readProfiles(file, env));
    expect(problem.code).toBe('profile.unsafe');
    expect(problem.detail).toContain(`belongs to the user ${uid === 0 ? 12_345 : uid}`);
  });

  test('is the one of --profiles, of WINDSOCK_PROFILES or of the configuration folder', async () => {
    await mkdir(join(folder, 'windsock'));
    const [named, fromEnv, fromXdg] = [
      join(folder, 'a.ini'),
      join(folder, 'b.ini'),
      join(folder, 'windsock', 'profiles.ini'),
    ];
    for (const file of [named, fromEnv, fromXdg]) await writeFile(file, '[p]\nhosts = local\n');
    const all = {...env, XDG_CONFIG_HOME: folder, WINDSOCK_PROFILES: fromEnv};
    expect((await readProfiles(named, all)).file).toBe(named);
    expect((await readProfiles(undefined, all)).file).toBe(fromEnv);
    expect((await readProfiles(undefined, {...all, WINDSOCK_PROFILES: ''})).file).toBe(fromXdg);
    expect((await readProfiles(undefined, {...env, HOME: folder})).file).toBe(
      join(folder, '.config/windsock/profiles.ini'),
    );
  });

  test('may be missing unless somebody named it', async () => {
    expect((await readProfiles(undefined, {...env, HOME: folder})).profiles).toEqual([]);
    const problem = await refusal(readProfiles(join(folder, 'none.ini'), env));
    expect([problem.code, problem.detail]).toEqual([
      'profile.unreadable',
      `${join(folder, 'none.ini')} does not exist`,
    ]);
  });

  test('that is no UTF-8, or a folder, cannot be read', async () => {
    expect((await refusal(read(Uint8Array.of(0x5b, 0xff)))).detail).toContain('is not UTF-8');
    expect((await refusal(readProfiles(folder, env))).detail).toBe(`${folder} is no regular file`);
  });
});

test('a profile is chosen by its name, or by being the only one', async () => {
  const profiles = await read('[prod.eu]\nhosts = local\n[lab]\nhosts = local\n');
  expect(chooseProfile(profiles, 'prod.eu').name).toBe('prod.eu');
  expect(chooseProfile(profiles.slice(1)).name).toBe('lab');
  expect(() => chooseProfile(profiles)).toThrow(new Problem('profile.which', 'prod.eu, lab'));
  expect(() => chooseProfile(profiles, 'prod')).toThrow(
    new Problem('profile.unknown', 'prod (there are: prod.eu, lab)'),
  );
  expect(() => chooseProfile([])).toThrow(new Problem('profile.unknown', 'no profile is defined yet'));
});

test('docs/profiles.md lists every key, and its example can be read', async () => {
  const text = await readFile(new URL('../../../docs/profiles.md', import.meta.url), 'utf8');
  const table = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(match => match[1]);
  expect(table.toSorted()).toEqual(keys.map(key => key.name).toSorted());
  const example = /```ini\n(.*?)```/s.exec(text)?.[1] ?? '';
  expect((await read(example)).map(profile => profile.name)).toEqual(['prod', 'staging.eu', 'machines only']);
});
