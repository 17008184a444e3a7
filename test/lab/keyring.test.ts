import {execFile, execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type LabInfo, labInfo} from './hosts.ts';

/*
 * A real Secret Service: Debian's gnome-keyring on a private D-Bus. It is installed where it is missing; where that
 * cannot be done these tests fail, since nothing was proved.
 */

const name = (process.env.LAB_PROFILES_HOSTS ?? 'a2').split(',')[0] ?? '';
const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
const source = new URL('../../src/profile/', import.meta.url).href;

let info: LabInfo;
let home: string;
let file: string;

beforeAll(async () => {
  const tools = ['gnome-keyring-daemon', 'dbus-run-session', 'secret-tool'];
  const isThere = tools.every(tool => ['/usr/bin', '/bin'].some(folder => exists(join(folder, tool))));
  if (!isThere) {
    execFileSync('apt-get', ['update', '-q'], {stdio: 'pipe'});
    const packages = ['gnome-keyring', 'dbus', 'libsecret-tools'];
    execFileSync('apt-get', ['install', '-qy', '--no-install-recommends', ...packages], {stdio: 'pipe'});
  }
  info = await labInfo(name);
  home = await mkdtemp(join(tmpdir(), 'windsock-keyring-'));
  await mkdir(join(home, 'run'), {mode: 0o700});
  file = join(home, 'profiles.ini');
});
afterAll(() => rm(home, {recursive: true}));

function exists(path: string): boolean {
  try {
    execFileSync('test', ['-x', path]);
    return true;
  } catch {
    return false;
  }
}

/** A session with a keyring that is unlocked, one that is locked, or none. */
const sessions = {
  unlocked: 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; ',
  locked: 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; ',
  none: '',
} as const;

type Ended = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** Runs a command in such a session. */
function inSession(session: keyof typeof sessions, argv: readonly string[]): Promise<Ended> {
  const {DBUS_SESSION_BUS_ADDRESS: _, DISPLAY: __, ...rest} = process.env;
  const env = {...rest, HOME: home, XDG_RUNTIME_DIR: join(home, 'run'), XDG_DATA_HOME: join(home, 'data')};
  const [file, ...args] =
    session === 'none' ? argv : ['dbus-run-session', '--', 'sh', '-c', `${sessions[session]}exec "$@"`, 'sh', ...argv];
  return new Promise(resolve => {
    execFile(file ?? '', args, {env, timeout: 90_000}, (error, stdout, stderr) =>
      resolve({code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr}),
    );
  });
}

/** Adds a profile whose password goes to the keyring; prints the code of the problem. */
const add = (profile: string, password: string) => [
  process.execPath,
  '--input-type=module',
  '-e',
  `const {writeProfile} = await import('${source}new-profile.ts');
   const made = {name: ${JSON.stringify(profile)}, entries: [['api', ${JSON.stringify(info.api.url)}], ['user', 'admin']],
     secrets: [{name: 'password', kept: 'keyring', secret: ${JSON.stringify(password)}}]};
   try { await writeProfile(${JSON.stringify(file)}, made, {}); console.log('written'); }
   catch (error) { console.log(error.code, error.detail); }
   process.exit();`,
];

const tried = (profile: string) => [
  process.execPath,
  program,
  'profiles',
  'test',
  profile,
  '--profiles',
  file,
  '--json',
];
const lookup = (profile: string) => ['secret-tool', 'lookup', 'service', 'windsock', 'username', `${profile}/password`];

test('a password goes to the keyring and not to the file, and logs in from there in a later session', async () => {
  expect((await inSession('unlocked', add('lab', info.api.password))).stdout).toBe('written\n');
  expect(await readFile(file, 'utf8')).toMatch(/\npassword_keyring = windsock\/lab\/password\n$/);
  expect((await inSession('unlocked', lookup('lab'))).stdout).toBe(info.api.password);
  const {stdout, code} = await inSession('unlocked', tried('lab'));
  const steps = JSON.parse(stdout).steps as readonly {step: string; outcome: string; found?: string}[];
  expect(steps.find(({step}) => step === 'login')).toMatchObject({outcome: 'passed', found: 'admin is accepted'});
  expect(code).toBe(0);
});

test('letters of every kind survive', async () => {
  const odd = 'p%@/;#"\\é 생';
  expect((await inSession('unlocked', add('odd', odd))).stdout).toBe('written\n');
  expect((await inSession('unlocked', lookup('odd'))).stdout).toBe(odd);
});

test('a name that is taken leaves the secret of that profile as it is', async () => {
  expect((await inSession('unlocked', add('lab', 'another'))).stdout).toContain('profile.exists');
  expect((await inSession('unlocked', lookup('lab'))).stdout).toBe(info.api.password);
});

test('what is not in the keyring is said to be missing', async () => {
  await inSession('unlocked', add('gone', 'x'));
  await inSession('unlocked', ['secret-tool', 'clear', 'service', 'windsock', 'username', 'gone/password']);
  const {stdout, code} = await inSession('unlocked', tried('gone'));
  expect(code).toBe(1);
  expect(stdout).toContain('password_keyring: it has nothing for windsock/gone/password');
});

test('a locked keyring is said to be locked, and adds no profile', async () => {
  const before = await readFile(file, 'utf8');
  expect((await inSession('locked', add('locked', 'x'))).stdout).toMatch(
    /^profile\.keyring .*(unlock|dismissed|locked)/i,
  );
  expect(await readFile(file, 'utf8')).toBe(before);
  expect((await inSession('locked', tried('lab'))).stdout).toContain('profile.keyring');
});

test('without a Secret Service nothing falls back to the keyring of the kernel, and no profile is added', async () => {
  const before = await readFile(file, 'utf8');
  expect((await inSession('none', add('none', 'x'))).stdout).toMatch(/^profile\.keyring /);
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(await readFile('/proc/keys', 'utf8')).not.toContain('windsock');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
