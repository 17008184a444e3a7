import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, afterEach, beforeAll, expect, test, vi} from 'vitest';
import {type Demo, openDemo} from '../../src/demo/demo.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
let demo: Demo;
let folder: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  demo = await openDemo();
  folder = mkdtempSync(join(tmpdir(), 'windsock-journal-'));
  const [host] = demo.profile.hosts;
  if (host?.kind !== 'ssh') throw new Error('the demo has a host behind SSH');
  const profile = [
    '[demo]',
    `hosts = ssh://${host.user}@${host.host}:${host.port}`,
    `identity_file = ${host.identityFiles[0]}`,
    `known_hosts = ${host.knownHostsFiles[0]}`,
    'ssh_config = /dev/null',
  ];
  writeFileSync(join(folder, 'profiles.ini'), profile.join('\n'), {mode: 0o600});
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

afterAll(async () => {
  await demo.close();
  rmSync(folder, {recursive: true});
});

/** The program follows a journal; what it wrote so far can be looked at. */
function following(...options: readonly string[]) {
  const argv = ['units', 'journal', 'scheduler', '--follow', '--profiles', join(folder, 'profiles.ini'), ...options];
  const made = spawn(process.execPath, [program, ...argv], {stdio: ['ignore', 'pipe', 'pipe']});
  child = made;
  const wrote = {stdout: '', stderr: ''};
  made.stdout.on('data', (chunk: Buffer) => {
    wrote.stdout += chunk;
  });
  made.stderr.on('data', (chunk: Buffer) => {
    wrote.stderr += chunk;
  });
  const ended = once(made, 'exit').then(([code]) => code as number | null);
  return {made, wrote, ended};
}

function says(message: string): void {
  const {name: unit, invocation} = demo.world.unit('scheduler');
  demo.world.journal.add({atMs: demo.world.clock.now(), unit, by: 'unit', invocation, pid: 7, message});
}

const soon = {timeout: 20_000, interval: 50};

test('a followed journal goes on until ^C, ends with 130 and leaves nothing on the host', async () => {
  const {made, wrote, ended} = following('--lines', '1');
  await vi.waitFor(() => expect(wrote).toMatchObject({stdout: expect.stringMatching(/\n$/), stderr: ''}), soon);
  says('something new');
  await vi.waitFor(() => expect(wrote.stdout).toMatch(/ 127\.0\.0\.1 .*something new\n$/), soon);
  expect(demo.pids().length).toBeGreaterThan(0);
  made.kill('SIGINT');
  expect(await ended).toBe(130);
  await vi.waitFor(() => expect(demo.pids()).toEqual([]), soon);
  expect(wrote.stderr).toBe('');
});

test('a followed journal ends with 0 when nobody reads it any more', async () => {
  const {made, wrote, ended} = following('--lines', '1');
  await vi.waitFor(() => expect(wrote.stdout).not.toBe(''), soon);
  made.stdout.destroy();
  says('to nobody');
  expect(await ended).toBe(0);
});

test('a connection that is lost is said on stderr, and the journal goes on where it was', async () => {
  const {wrote} = following('--lines', '1', '--json');
  await vi.waitFor(() => expect(wrote.stdout).not.toBe(''), soon);
  says('before');
  await vi.waitFor(() => expect(wrote.stdout).toContain('before'), soon);
  demo.world.refuse('host', true);
  await vi.waitFor(() => expect(wrote.stderr).toMatch(/^\{"host":"127\.0\.0\.1","problem":\{"code":"host\./), soon);
  says('meanwhile');
  demo.world.refuse('host', false);
  await vi.waitFor(() => expect(wrote.stdout).toContain('meanwhile'), soon);
  says('\u202eafter\u009b31m');
  await vi.waitFor(() => expect(wrote.stdout).toContain('after'), soon);
  const lines = wrote.stdout.trimEnd().split('\n').slice(1);
  expect(lines.map(line => JSON.parse(line).text)).toEqual(['before', 'meanwhile', 'after']);
  expect(wrote.stdout).not.toMatch(/[\u0080-\u009f\u202e]/);
});
