import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {
  chmod,
  link,
  mkdir,
  open as openFile,
  readlink,
  rm,
  stat,
  statfs,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {type Agent, startAgent, withAgent} from '../../../src/host/agent.ts';
import type {ScanEvent} from '../../../src/host/agent-answers.ts';
import type {Host} from '../../../src/host/host.ts';
import type {OpenHost} from './contract.ts';
import {fakeSudo} from './fake-sudo.ts';
import {newFolder} from './folder.ts';

/** What the agent does on every host. */
export function agentContract(open: OpenHost): void {
  describe('the agent', () => {
    let host: Host;
    let agent: Agent;
    beforeAll(async () => {
      host = await open('none');
      agent = await startAgent(host);
    });
    afterAll(() => {
      agent.close();
      host.close();
    });

    async function scan(root: string, by: Agent = agent): Promise<ScanEvent[]> {
      const events: ScanEvent[] = [];
      for await (const event of by.scan({root, by: 'name'})) events.push(event);
      return events;
    }

    test('writes a file whole where what is there is what was seen, and removes it so', async () => {
      const root = await newFolder();
      const path = join(root, 'a file.py');
      const sum = (text: string) => createHash('sha256').update(text).digest('hex');
      const file = (text: string) => ({path, content: Buffer.from(text), mode: 0o640});
      await agent.place(file('first'), undefined);
      expect(readFileSync(path, 'utf8')).toBe('first');
      expect((await stat(path)).mode & 0o777).toBe(0o640);
      await expect(agent.place(file('other'), undefined)).rejects.toMatchObject({code: 'operation.changed'});
      await expect(agent.place(file('other'), sum('else'))).rejects.toMatchObject({code: 'operation.changed'});
      await agent.place(file('second'), sum('first'));
      await expect(agent.remove(path, sum('first'))).rejects.toMatchObject({code: 'operation.changed'});
      expect(readFileSync(path, 'utf8')).toBe('second');
      await agent.remove(path, sum('second'));
      await agent.remove(path, sum('second'));
      expect(readdirSync(root)).toEqual([]);
      const nowhere = {path: join(root, 'none', 'x'), content: Buffer.from('x'), mode: 0o600};
      await expect(agent.place(nowhere, undefined)).rejects.toMatchObject({code: 'host.file-missing'});
    });

    test('does not write through a symbolic link', async () => {
      const root = await newFolder();
      await writeFile(join(root, 'victim'), 'untouched');
      await symlink('victim', join(root, 'link'));
      const file = {path: join(root, 'link'), content: Buffer.from('x'), mode: 0o600};
      await expect(agent.place(file, undefined)).rejects.toMatchObject({code: 'host.agent-failed'});
      expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('untouched');
    });

    test('adds up a tree as du does: odd names, hard links once, links not followed', async () => {
      const root = await newFolder();
      const victim = await newFolder();
      await writeFile(join(victim, 'big'), 'x'.repeat(500_000));
      await mkdir(join(root, 'dag_id=a', 'run_id=1', 'task_id=t'), {recursive: true});
      await mkdir(join(root, 'dag_id=a', 'run_id=2'));
      await mkdir(join(root, 'new\nline "quoted"'));
      const odd = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0xfe])]);
      await mkdir(odd);
      await mkdir(join(root, 'empty'));
      const old = join(root, 'dag_id=a', 'run_id=1', 'task_id=t', 'attempt=1.log');
      const young = join(root, 'dag_id=a', 'run_id=2', 'attempt=1.log');
      await writeFile(old, 'x'.repeat(10_000));
      await utimes(old, 1_500_000_000, 1_500_000_000.25);
      await writeFile(young, 'x'.repeat(70_000));
      await utimes(young, 1_600_000_000, 1_600_000_000);
      await link(young, join(root, 'dag_id=a', 'again.log'));
      await symlink(victim, join(root, 'dag_id=a', 'run_id=2', 'latest'));
      await symlink(join(victim, 'big'), join(root, 'latest'));
      await writeFile(join(root, 'new\nline "quoted"', '-rf'), 'y');
      await writeFile(Buffer.concat([odd, Buffer.from('/'), Buffer.from([0xc3])]), 'zz');
      await truncate(join(root, 'empty', '..', 'loose'), 0).catch(() => writeFile(join(root, 'loose'), ''));
      await truncate(join(root, 'loose'), 1_000_000);

      const events = await scan(root);
      const done = events.at(-1);
      expect(done).toMatchObject({
        kind: 'done',
        files: 5,
        errors: 0,
        apparentBytes: 10_000 + 70_000 + 1 + 2 + 1_000_000,
      });
      const du = execFileSync('du', ['-sx', '--block-size=1', root], {encoding: 'utf8'});
      expect(done).toMatchObject({bytes: Number(du.split('\t')[0])});
      const entries = lastOfEach(events);
      const names = ['dag_id=a', 'empty', 'f\udcff\udcfe', 'loose', 'new\nline "quoted"'];
      expect([...entries.keys()].sort()).toEqual(names.sort());
      expect(entries.get('dag_id=a')).toMatchObject({
        files: 2,
        apparentBytes: 80_000,
        oldestMs: 1_500_000_000_250,
        newestMs: 1_600_000_000_000,
        errors: 0,
      });
      expect(entries.get('f\udcff\udcfe')).toMatchObject({files: 1, apparentBytes: 2});
      expect(entries.get('loose')).toMatchObject({files: 1, apparentBytes: 1_000_000});
      expect(entries.get('empty')).toMatchObject({files: 0, emptyFolders: 1, oldestMs: undefined});
    });

    test('a name that is no text leads back to its file', async () => {
      const root = await newFolder();
      const bytes = Buffer.concat([Buffer.from(`${root}/a`), Buffer.from([0xff, 0x0a, 0xed, 0xa0, 0x80])]);
      await mkdir(bytes);
      await writeFile(Buffer.concat([bytes, Buffer.from('/x')]), 'found');
      const [name] = [...lastOfEach(await scan(root)).keys()].map(path => `${root}/${path}/x`);
      if (name === undefined) throw new Error('it found no folder');
      expect((await agent.read(name)).content.toString()).toBe('found');
    });

    test('counts a directory that may not be read as an error', async () => {
      const root = await newFolder();
      await mkdir(join(root, 'a', 'secret'), {recursive: true});
      await writeFile(join(root, 'a', 'open.log'), 'x');
      await chmod(join(root, 'a', 'secret'), 0);
      await chmod(root, 0o755);
      await asNobody(open, async nobody => {
        const events = await scan(root, nobody);
        expect(lastOfEach(events).get('a')).toMatchObject({files: 1, errors: 1});
        expect(events.findLast(event => event.kind === 'named')).toMatchObject({
          unreadable: [{path: 'a/secret', errno: 'EACCES'}],
        });
        const du = execFileSync('du', ['-sx', '--block-size=1', root], {encoding: 'utf8'});
        expect(events.at(-1)).toMatchObject({kind: 'done', errors: 1, bytes: Number.parseInt(du, 10)});
        await expect(nobody.read(join(root, 'a', 'secret', 'x'))).rejects.toMatchObject({
          code: 'host.file-denied',
          detail: join(root, 'a', 'secret', 'x'),
        });
      });
      await chmod(join(root, 'a', 'secret'), 0o700);
    });

    test('a root that is missing is a problem, not an empty tree', async () => {
      await expect(scan('/no/such/folder')).rejects.toMatchObject({
        code: 'host.file-missing',
        detail: '/no/such/folder',
      });
    });

    test('a scan that nobody wants any more stops; the agent goes on', async () => {
      const stop = new AbortController();
      const reason = new Error('enough');
      const scanning = (async () => {
        for await (const _ of agent.scan({root: '/proc', by: 'name'}, stop.signal)) stop.abort(reason);
      })();
      await expect(scanning).rejects.toBe(reason);
      for await (const _ of agent.scan({root: '/proc', by: 'name'})) break;
      await expect(agent.read('/proc/self/comm')).resolves.toMatchObject({content: expect.any(Buffer)});
    });

    test('scans, reads and measures what has no ASCII name', async () => {
      const root = join(await newFolder(), 'prüf 試');
      await mkdir(join(root, 'größe'), {recursive: true});
      await writeFile(join(root, 'größe', 'ä.log'), 'found');
      const entries = [...lastOfEach(await scan(root)).values()];
      expect(entries).toMatchObject([{path: 'größe', files: 1, apparentBytes: 5}]);
      expect(await agent.read(join(root, 'größe', 'ä.log'))).toMatchObject({
        content: Buffer.from('found'),
        realPath: join(root, 'größe', 'ä.log'),
      });
      expect(await agent.volumes([root])).toMatchObject([{path: root, measuredPath: root}]);
    });

    test('reads a file with all that is needed to replace it', async () => {
      const folder = await newFolder();
      const file = join(folder, 'airflow.cfg');
      const content = Buffer.from(Array.from({length: 100_000}, (_, index) => index % 251));
      await writeFile(file, content);
      await chmod(file, 0o640);
      await symlink(file, join(folder, 'link.cfg'));
      const status = await stat(file, {bigint: true});
      expect(await agent.read(join(folder, 'link.cfg'))).toEqual({
        content,
        size: 100_000,
        sha256: createHash('sha256').update(content).digest('hex'),
        mode: 0o640,
        uid: Number(status.uid),
        gid: Number(status.gid),
        owner: await host.loginUser(),
        mtimeNs: String(status.mtimeNs),
        realPath: file,
      });
      expect(await agent.read(file, {maxBytes: 10})).toMatchObject({content: content.subarray(0, 10), size: 100_000});
    });

    test('tells what cannot be read', async () => {
      const folder = await newFolder();
      await expect(agent.read(join(folder, 'none'))).rejects.toMatchObject({code: 'host.file-missing'});
      await expect(agent.read(folder)).rejects.toMatchObject({
        code: 'host.agent-failed',
        detail: expect.stringContaining(folder),
      });
      await expect(agent.read('relative')).rejects.toMatchObject({code: 'host.agent-failed'});
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      await expect(agent.read(join(folder, 'fifo'))).rejects.toMatchObject({code: 'host.agent-failed'});
    });

    test('measures the volumes of paths, also of those that do not exist', async () => {
      const folder = await newFolder();
      const [here, missing, root] = await agent.volumes([folder, join(folder, 'not', 'yet'), '/']);
      const space = await statfs(folder);
      expect(here).toMatchObject({
        path: folder,
        measuredPath: folder,
        totalBytes: space.blocks * space.bsize,
        totalInodes: space.files,
      });
      expect(missing).toMatchObject({path: join(folder, 'not', 'yet'), measuredPath: folder, device: here?.device});
      expect(root).toMatchObject({mountPoint: '/'});
    });

    test('answers while it scans, and several scans at once keep apart', async () => {
      const roots = await Promise.all([newFolder(), newFolder(), newFolder()]);
      for (const [index, root] of roots.entries()) {
        await mkdir(join(root, `d${index}`));
        await writeFile(join(root, `d${index}`, 'x'), 'x'.repeat(index));
      }
      const [scans, volumes] = await Promise.all([Promise.all(roots.map(root => scan(root))), agent.volumes(['/'])]);
      expect(scans.map(events => [...lastOfEach(events).values()])).toMatchObject([
        [{path: 'd0', apparentBytes: 0}],
        [{path: 'd1', apparentBytes: 1}],
        [{path: 'd2', apparentBytes: 2}],
      ]);
      expect(volumes).toHaveLength(1);
    });

    test('tells what it has so far while a folder takes long', async () => {
      let isFirst = true;
      for await (const event of agent.scan({root: '/usr', by: 'name'})) {
        if (isFirst) expect(event.kind).toBe('group');
        isFirst = false;
        if (event.kind === 'total') break;
      }
    });

    test('tells the files that processes have open, deleted ones too', async () => {
      const root = await newFolder();
      const file = await openFile(join(root, 'manager.log'), 'w');
      onTestFinished(() => file.close());
      await file.write('x'.repeat(9000));
      expect(await agent.held(root)).toMatchObject([
        {path: join(root, 'manager.log'), pid: process.pid, apparentBytes: 9000, isDeleted: false, isWritten: true},
      ]);
      await rm(join(root, 'manager.log'));
      expect(await agent.held(root)).toMatchObject([{path: join(root, 'manager.log'), isDeleted: true}]);
    });

    test.each(['closed', 'SIGTERM', 'SIGKILL'] as const)('ends with all its processes at once: %s', async how => {
      const other = await startAgent(host);
      const pid = Number((await other.read('/proc/self/stat')).content.toString().split(' ')[0]);
      const scanning = scan('/', other).catch(error => error);
      const workers = await vi.waitFor(() => {
        const found = childrenOf(pid);
        expect(found.length).toBeGreaterThan(0);
        return found;
      });
      if (how === 'closed') other.close();
      else process.kill(pid, how);
      await vi.waitFor(async () => {
        for (const each of [pid, ...workers]) await expect(readlink(`/proc/${each}/exe`)).rejects.toThrow();
      });
      await scanning;
      other.close();
      await expect(other.read('/etc/hostname')).rejects.toMatchObject({code: 'host.agent-failed'});
    });

    test('a scan whose process was ended fails, and is no smaller tree', async () => {
      const other = await startAgent(host);
      onTestFinished(() => other.close());
      const pid = Number((await other.read('/proc/self/stat')).content.toString().split(' ')[0]);
      const scanning = scan('/', other).catch(error => error);
      await vi.waitFor(() => expect(childrenOf(pid)).not.toEqual([]));
      process.kill(childrenOf(pid)[0] ?? 0, 'SIGKILL');
      expect(await scanning).toMatchObject({code: 'host.agent-failed'});
      await vi.waitFor(() => expect(childrenOf(pid)).toEqual([]));
    });

    test('without python3, the interpreter of Airflow is used; without any, that is told', async () => {
      const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {encoding: 'utf8'}).trim();
      const folder = await newFolder();
      for (const program of ['sh', 'env']) {
        await symlink(
          execFileSync('sh', ['-c', 'command -v "$0"', program], {encoding: 'utf8'}).trim(),
          join(folder, program),
        );
      }
      vi.stubEnv('PATH', folder);
      onTestFinished(() => {
        vi.unstubAllEnvs();
      });
      await expect(startAgent(host)).rejects.toMatchObject({code: 'host.no-python'});
      await expect(startAgent(host, {python: '/no/python'})).rejects.toMatchObject({code: 'host.no-python'});
      await withAgent(host, {python}, async with3 => {
        expect(await with3.volumes(['/'])).toHaveLength(1);
      });
    });

    test('a refusal of sudo is told as such', async () => {
      await fakeSudo('echo "sudo: a password is required" >&2; exit 1');
      const refused = await open('sudo');
      onTestFinished(() => refused.close());
      await expect(startAgent(refused, {as: {user: 'airflow-x'}})).rejects.toMatchObject({code: 'host.sudo-password'});
    });

    test('an interpreter that fails is told with its last words', async () => {
      await fakeSudo('echo "Fatal Python error: no modules" >&2; exit 3');
      const failing = await open('sudo');
      onTestFinished(() => failing.close());
      await expect(startAgent(failing, {as: {user: 'airflow-x'}})).rejects.toMatchObject({
        code: 'host.agent-failed',
        detail: 'Fatal Python error: no modules (exit code 3)',
      });
    });
  });
}

/** What is known of each group at the end. */
function lastOfEach(events: readonly ScanEvent[]): Map<string, Extract<ScanEvent, {kind: 'group'}>> {
  return new Map(events.flatMap(event => (event.kind === 'group' ? [[event.path ?? '', event] as const] : [])));
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** An agent without the rights of root, whoever runs the tests. */
export async function asNobody(open: OpenHost, use: (agent: Agent) => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  // As secure_path of sudoers: an interpreter in the home of root is of no use to others.
  const path = 'PATH=/usr/local/bin:/usr/bin:/bin';
  await fakeSudo(
    `shift 4; export ${path}; ${isRoot ? 'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"' : 'exec "$@"'}`,
  );
  const host = await open('sudo');
  try {
    await withAgent(host, {as: {user: 'airflow-x'}}, use);
  } finally {
    host.close();
  }
}
