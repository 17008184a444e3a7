import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {type LabInfo, lab, labExec, labInfo, startHosts} from './hosts.ts';
import {S3Server} from './s3-server.ts';

const program = fileURLToPath(new URL('../../dist/windsock.js', import.meta.url));
const run = promisify(execFile);
const much = {maxBuffer: 64 * 1024 * 1024};

/** What takes long and is the same on both is tried on one of them. */
const hosts = [
  {name: 'ar2', airflow: '2.11.0', also: 'folders'},
  {name: 'ar3', airflow: '3.3.2', also: 's3'},
] as const;

/** FILES logs of 20 DAGs and ten days, forty days old; LARGE bytes that cannot be compressed in one of them. */
const writer = `
import os, random, sys, time
root, files, large = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rnd = random.Random(5)
now = time.time() - 40 * 86400
line = b'[2026-01-02T03:04:05.678+0000] {taskinstance.py:1332} INFO - row %d of the task written\\n'
for number in range(files):
    dag = 'large' if large else 'dag_%d' % (number % 20)
    folder = '%s/dag_id=%s/run_id=run %d/task_id=t' % (root, dag, number // 20)
    os.makedirs(folder, exist_ok=True)
    path = '%s/attempt=%d.log' % (folder, number % 7)
    with open(path, 'wb') as file:
        file.write(os.urandom(large) if large else b''.join(line % rnd.randrange(9999) for _ in range(number % 150)))
    when = now - (0 if large else number // 20 % 10) * 86400
    os.utime(path, (when, when))
os.system('chown -R airflow: %s; find %s -mindepth 1 -type d -exec touch -d "2 days ago" {} +' % (root, root))
`;

type Listed = readonly {readonly name: string; readonly files: readonly {readonly path: string}[]}[];

describe.each(hosts)('logs of a real host, archived: Airflow $airflow', host => {
  let info: LabInfo;
  let folder: string;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stop = await startHosts([host]);
    info = await labInfo(host.name);
    folder = mkdtempSync(join(tmpdir(), 'windsock-lab-test-'));
    const {ssh, api} = info;
    writeFileSync(join(folder, 'known_hosts'), `[${ssh.host}]:${ssh.port} ${ssh.hostKey}\n`);
    const lines = [
      '[lab]',
      `api = ${api.url}`,
      `user = ${api.username}`,
      `password = ${api.password}`,
      `hosts = ssh://ops@${ssh.host}:${ssh.port}`,
      `identity_file = ${ssh.users.ops?.key}`,
      `known_hosts = ${join(folder, 'known_hosts')}`,
      '',
    ];
    writeFileSync(join(folder, 'profiles.ini'), lines.join('\n'), {mode: 0o600});
  });

  afterAll(async () => {
    rmSync(folder, {recursive: true});
    await stop();
  });

  function start(argv: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const env = {...process.env, XDG_STATE_HOME: join(folder, 'state'), ...more};
    const child = spawn(process.execPath, [program, ...argv, '--profiles', join(folder, 'profiles.ini')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = {text: ''};
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said.text += chunk));
    return {
      child,
      said,
      ended: once(child, 'close').then(([code]) => ({code: code as number | null, text: said.text})),
    };
  }

  const headless = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) => start(argv, env).ended;
  const archive = ['logs', 'archive', '--older-than', '30d', '--yes'];

  /** In place of all task logs. Returns what they are, by their paths. */
  async function fill(files: number, large = 0): Promise<ReadonlyMap<string, string>> {
    await labExec(host.name, 'sh', '-c', `rm -rf ${info.logs}/dag_id=*`);
    await labExec(host.name, 'python3', '-c', writer, info.logs, String(files), String(large));
    const found = await hashes(info.onThisMachine.logs);
    expect(found.size).toBe(files);
    return found;
  }

  /** Of the old task logs below a folder of this machine. */
  async function hashes(root: string): Promise<ReadonlyMap<string, string>> {
    const find = `cd '${root}' && find dag_id=dag_* dag_id=large -type f -print0 2>/dev/null | xargs -0r sha256sum`;
    const {stdout} = await run('sh', ['-c', find], much);
    const lines = stdout.split('\n').filter(line => line !== '');
    return new Map(lines.map(line => [line.slice(66), line.slice(0, 64)]));
  }

  /** What all archives in a folder of this machine hold, by the program tar. */
  async function unpacked(archives: string): Promise<ReadonlyMap<string, string>> {
    const all = mkdtempSync(join(folder, 'all-'));
    onTestFinished(() => rmSync(all, {recursive: true}));
    await run('sh', ['-c', `find '${archives}' -name '*.tar.gz' -exec tar xzf {} -C '${all}' \\;`], much);
    return hashes(all);
  }

  async function withServer(): Promise<S3Server> {
    const server = await S3Server.start();
    onTestFinished(() => server.close());
    const profile = `archive = s3://${server.bucket}/logs\ns3_endpoint = ${server.endpoint}\n`;
    await run('sh', ['-c', `sed -i '/^archive\\|^s3_/d' '${join(folder, 'profiles.ini')}'`]);
    writeFileSync(join(folder, 'profiles.ini'), profile, {flag: 'a'});
    return server;
  }

  test('10,000 files are on the S3 server byte by byte, and the originals are gone', async () => {
    const before = await fill(10_000);
    const server = await withServer();
    const {code, text} = await headless(archive, server.env);
    expect(text).toMatch(/10,000 of 10,000 files were archived and deleted.* 200 archives have /);
    expect(code).toBe(0);
    expect(await hashes(info.onThisMachine.logs)).toEqual(new Map());
    const got = mkdtempSync(join(folder, 's3-'));
    onTestFinished(() => rmSync(got, {recursive: true}));
    for (const [number, name] of (await server.names()).entries())
      writeFileSync(join(got, `${number}.${name.endsWith('.tar.gz') ? 'tar.gz' : 'index'}`), await server.get(name));
    expect(await unpacked(got)).toEqual(before);

    const list = ['logs', 'archive', 'list', '--dag', 'dag_3', '--files', '--json'];
    const listed: Listed = JSON.parse((await headless(list, server.env)).text);
    expect(listed).toHaveLength(10);
    const path = 'dag_id=dag_3/run_id=run 5/task_id=t/attempt=5.log';
    const name = listed.find(({files}) => files.some(file => file.path === path))?.name ?? '';
    const log = await headless(['logs', 'archive', 'fetch', name, path], server.env);
    expect(log.text.trimEnd().split('\n')).toHaveLength(5 * 20 + 3);
    expect(log.text).toMatch(/^\[2026-01-02T03:04:05/);
  });

  if (host.also === 'folders') {
    test('and so they are in a folder here', async () => {
      const before = await fill(10_000);
      const place = join(folder, 'here');
      const {code, text} = await headless([...archive, '--into', place]);
      expect(text).toMatch(/10,000 of 10,000 files were archived and deleted/);
      expect(code).toBe(0);
      expect(await hashes(info.onThisMachine.logs)).toEqual(new Map());
      expect(await unpacked(place)).toEqual(before);
    });

    test('and in a folder on another volume of the host, which the Airflow user writes', async () => {
      const before = await fill(10_000);
      const place = '/opt/airflow/archive of logs';
      onTestFinished(async () => void (await labExec(host.name, 'rm', '-rf', place)));
      const {code, text} = await headless([...archive, '--into', `host:${place}`]);
      expect(text).toMatch(/10,000 of 10,000 files were archived and deleted/);
      expect(code).toBe(0);
      expect(await hashes(info.onThisMachine.logs)).toEqual(new Map());
      const got = mkdtempSync(join(folder, 'host-'));
      onTestFinished(() => rmSync(got, {recursive: true}));
      await labExec(host.name, 'sh', '-c', `cd '${place}' && find . -name '*.tar.gz' | tar czf /tmp/all.tgz -T -`);
      await run('sh', ['-c', `'${lab}' exec ${host.name} cat /tmp/all.tgz | tar xz -C '${got}'`]);
      expect(await unpacked(got)).toEqual(before);
      const list = ['logs', 'archive', 'list', '--into', `host:${place}`, '--json'];
      const [first]: Listed = JSON.parse((await headless(list)).text);
      const fetched = join(got, 'fetched');
      const copied = await headless([
        'logs',
        'archive',
        'fetch',
        first?.name ?? '',
        '--into',
        `host:${place}`,
        '--out',
        fetched,
      ]);
      expect(copied.code).toBe(0);
      expect((await unpacked(fetched)).size).toBe(50);
    });

    test('the connection cut in the middle: of every log there is the original or its copy', async () => {
      const before = await fill(10_000);
      const place = join(folder, 'cut');
      const {ended} = start([...archive, '--into', place]);
      await vi.waitFor(
        () => {
          const there = existsSync(place) ? readdirSync(place, {recursive: true, encoding: 'utf8'}) : [];
          expect(there.filter(name => name.endsWith('.tar.gz')).length).toBeGreaterThan(10);
        },
        {timeout: 60_000, interval: 5},
      );
      await labExec(host.name, 'pkill', '-f', 'sshd: ops');
      const {code, text} = await ended;
      expect(text).toMatch(/[\d,]+ of 10,000 files were archived and deleted/);
      expect(code).toBe(1);
      const left = await hashes(info.onThisMachine.logs);
      expect(left.size).toBeGreaterThan(0);
      expect(left.size).toBeLessThan(10_000);
      expect(new Map([...(await unpacked(place)), ...left])).toEqual(before);
      const again = await headless([...archive, '--into', place]);
      expect(again.code).toBe(0);
      expect(await hashes(info.onThisMachine.logs)).toEqual(new Map());
      expect(await unpacked(place)).toEqual(before);
    });
  }

  if (host.also === 's3') {
    test('the S3 server killed in the middle of an upload: nothing is deleted', async () => {
      const before = await fill(4, 12_000_000);
      const server = await withServer();
      const killed = server.killAfter(20_000_000);
      const {code, text} = await headless(archive, server.env);
      await killed;
      expect(text).toMatch(/The S3 server does not answer: 0 of 4 files were archived and deleted/);
      expect(code).toBe(1);
      expect(await hashes(info.onThisMachine.logs)).toEqual(before);
    });

    test('cancelled in the middle of an upload: nothing is deleted, and nothing stays on the server', async () => {
      const before = await fill(4, 12_000_000);
      const server = await withServer();
      const {child, said, ended} = start(archive, server.env);
      await vi.waitFor(() => expect(said.text).toMatch(/[1-9]\d*(\.\d)? MB packed/), {timeout: 60_000, interval: 5});
      child.kill('SIGINT');
      const {code, text} = await ended;
      expect(text).toMatch(/0 of 4 files were archived and deleted/);
      expect(code).toBe(1);
      expect(await hashes(info.onThisMachine.logs)).toEqual(before);
      expect(await server.names()).toEqual([]);
      expect(await server.uploads()).toBe(0);
    });
  }
});
