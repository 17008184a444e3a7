import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {
  access,
  appendFile,
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, onTestFinished, test, vi} from 'vitest';
import {type Agent, startAgent} from '../../../src/host/agent.ts';
import type {ListRow, LockedFolder, PlannedGroup} from '../../../src/host/agent-deletion.ts';
import type {Host} from '../../../src/host/host.ts';
import {asNobody} from './agent-contract.ts';
import type {OpenHost} from './contract.ts';
import {newFolder} from './folder.ts';
import {ended} from './processes.ts';

const longAgo = 1_600_000_000;
const often = {quietMs: 3_600_000, budgetMs: 10_000};

/** A path as bytes, so that a name may hold any. */
const bytesOf = (root: string, ...names: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat([Buffer.from(root), ...names.flatMap(name => [Buffer.from('/'), Buffer.from(name)])]);

async function oldFile(path: string | Buffer, content = 'x'.repeat(5_000)): Promise<void> {
  await writeFile(path, content);
  await utimes(path, longAgo, longAgo);
}

async function many(root: string, count: number): Promise<void> {
  const script = 'cd "$0" && seq 0 $1 | xargs touch -d @1600000000';
  await promisify(execFile)('sh', ['-c', script, root, String(count - 1)]);
}

/** In memory, where there is such a folder: many files are made in no time. */
async function fastFolder(): Promise<string> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'windsock-host-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  return folder;
}

const manyFiles = (argv: readonly string[]): readonly string[] => ['prlimit', '--nofile=4096', ...argv];

/** What the agent lists and deletes on every host. */
export function deletionContract(open: OpenHost): void {
  describe('the agent that deletes', () => {
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

    async function list(root: string, options = {}): Promise<ListRow[]> {
      const rows: ListRow[] = [];
      for await (const event of agent.list(root, options)) if (event.kind === 'rows') rows.push(...event.rows);
      return rows;
    }

    /** All that is listed, in its order, with the directories that are to go. */
    function planOf(rows: readonly ListRow[], directories = false): PlannedGroup[] {
      const groups: PlannedGroup[] = [];
      const path: string[] = [];
      for (const row of rows) {
        if (row[0] === 'd') path.push(row[1]);
        else if (row[0] === 'f') {
          const [, name, inode, size, , mtime, ctime, links] = row;
          groups.push([[...path], [[name, inode, size, mtime, links === 1 ? ctime : null]], null]);
        } else {
          if (directories) groups.push([[...path], [], row[1]]);
          path.pop();
        }
      }
      return groups;
    }

    async function locked(root: string, by: Agent = agent): Promise<LockedFolder> {
      const folder = await by.lock(root);
      onTestFinished(() => folder.release());
      return folder;
    }

    const outcomesOf = (groups: readonly PlannedGroup[], outcomes: string): Record<string, string | undefined> =>
      Object.fromEntries(groups.map(([names, files], index) => [[...names, files[0]?.[0]].join('/'), outcomes[index]]));

    test('deletes exactly the planned files that did not change, and tells of every other one why not', async () => {
      const root = await newFolder();
      const victim = await newFolder();
      await oldFile(join(victim, 'precious'));
      const odd = [
        'new\nline',
        `quote'"`,
        '-rf',
        ' edge ',
        '$(touch pwn)',
        '`id`',
        '*',
        '--',
        'ünïcode',
        'back\\slash',
      ];
      await mkdir(join(root, 'odd'));
      for (const name of odd) await oldFile(join(root, 'odd', name));
      const notText = Buffer.from([0x66, 0xff, 0xfe]);
      await oldFile(bytesOf(root, 'odd', notText));
      await oldFile(join(root, 'odd', 'linked'));
      await link(join(root, 'odd', 'linked'), join(root, 'odd', 'linked again'));
      await mkdir(join(root, 'changing', 'deep'), {recursive: true});
      for (const name of ['appended', 'touched', 'replaced', 'removed', 'held', 'back in time']) {
        await oldFile(join(root, 'changing', name));
      }
      await oldFile(join(root, 'changing', 'deep', 'precious'));
      await symlink(victim, join(root, 'changing', 'link'));
      const rows = await list(root);
      const groups = planOf(rows);
      expect(groups).toHaveLength(odd.length + 3 + 7);

      await appendFile(join(root, 'changing', 'appended'), 'more');
      await utimes(join(root, 'changing', 'touched'), longAgo, longAgo + 1);
      await rm(join(root, 'changing', 'replaced'));
      await oldFile(join(root, 'changing', 'replaced'));
      await rm(join(root, 'changing', 'removed'));
      await writeFile(join(root, 'changing', 'back in time'), 'y'.repeat(5_000));
      await utimes(join(root, 'changing', 'back in time'), longAgo, longAgo);
      await rename(join(root, 'changing', 'deep'), join(root, 'elsewhere'));
      await symlink(victim, join(root, 'changing', 'deep'));
      const held = await openFile(join(root, 'changing', 'held'));
      onTestFinished(() => held.close());

      const folder = await locked(root);
      const answer = await folder.delete(groups, {...often, device: folder.device});
      const outcomes = outcomesOf(groups, answer.outcomes);
      expect(outcomes).toEqual({
        ...Object.fromEntries(odd.map(name => [`odd/${name}`, 'd'])),
        'odd/f\udcff\udcfe': 'd',
        'odd/linked': 'd',
        'odd/linked again': 'd',
        'changing/appended': 'c',
        'changing/touched': 'c',
        'changing/replaced': 'c',
        'changing/removed': 'g',
        'changing/held': 'o',
        'changing/back in time': 'c',
        'changing/deep/precious': 'n',
      });
      expect(await readdir(join(root, 'odd'))).toEqual([]);
      expect((await readdir(join(root, 'changing'))).sort()).toEqual(
        ['appended', 'back in time', 'deep', 'held', 'link', 'replaced', 'touched'].sort(),
      );
      expect(await readdir(victim)).toEqual(['precious']);
      expect(await readdir(join(root, 'elsewhere'))).toEqual(['precious']);
      // The two names of one file free it once.
      expect(answer.freedBytes).toBe(8192 * (odd.length + 2));
    });

    test('names that lead out of the folder are refused', async () => {
      const root = await newFolder();
      await mkdir(join(root, 'logs'));
      await oldFile(join(root, 'precious'));
      const {ino, size, mtimeNs, ctimeNs} = await lstat(join(root, 'precious'), {bigint: true});
      const identity = [String(ino), Number(size), String(mtimeNs), String(ctimeNs)] as const;
      const folder = await locked(join(root, 'logs'));
      const tries: readonly PlannedGroup[] = [
        [['..'], [['precious', ...identity]], null],
        [[], [['../precious', ...identity]], null],
        [[''], [['precious', ...identity]], null],
        [['.', '..'], [['precious', ...identity]], null],
        [[root], [['precious', ...identity]], null],
        [['..', 'logs'], [], String(ino)],
      ];
      const {outcomes} = await folder.delete(tries, {...often, device: folder.device});
      expect(outcomes).toBe('ffffff');
      await access(join(root, 'precious'));
    });

    test('of a thousand files that are written meanwhile none is lost', async () => {
      const root = await newFolder();
      const names = Array.from({length: 1_000}, (_, index) => `${index}.log`);
      await mkdir(join(root, 'written'));
      await mkdir(join(root, 'old'));
      await Promise.all(
        names.flatMap(name => [oldFile(join(root, 'written', name)), oldFile(join(root, 'old', name))]),
      );
      const groups = planOf(await list(root));
      expect(groups).toHaveLength(2_000);
      const writing = (async () => {
        for (const name of names) await appendFile(join(root, 'written', name), 'a line\n');
      })();
      const folder = await locked(root);
      const {outcomes} = await folder.delete(groups, {...often, budgetMs: 60_000, device: folder.device});
      await writing;
      const said = outcomesOf(groups, outcomes);
      // What was deleted before its writer came was made anew by it.
      for (const name of names) {
        const content = await readFile(join(root, 'written', name), 'utf8');
        expect(content.endsWith('a line\n')).toBe(true);
        if (said[`written/${name}`] !== 'd') expect(content).toHaveLength(5_007);
      }
      expect(await readdir(join(root, 'old'))).toEqual([]);
    });

    test('a file that was written within the last hour is left, whatever was planned', async () => {
      const root = await newFolder();
      await writeFile(join(root, 'young.log'), 'x');
      const groups = planOf(await list(root));
      const folder = await locked(root);
      expect(await folder.delete(groups, {...often, device: folder.device})).toMatchObject({outcomes: 'r'});
      await access(join(root, 'young.log'));
    });

    test('directories go after all that was in them, and stay where something else is in them', async () => {
      const root = await newFolder();
      await mkdir(join(root, 'a', 'b', 'empty'), {recursive: true});
      await mkdir(join(root, 'c'));
      await oldFile(join(root, 'a', 'b', 'x'));
      await oldFile(join(root, 'c', 'x'));
      const rows = await list(root);
      const groups = planOf(rows, true);
      await writeFile(join(root, 'c', 'new'), '');
      const folder = await locked(root);
      const {outcomes} = await folder.delete(groups, {...often, device: folder.device});
      expect([...outcomes].sort().join('')).toBe('DDDNdd');
      expect(await readdir(root)).toEqual(['c']);
      expect(await readdir(join(root, 'c'))).toEqual(['new']);
    });

    test('a directory that is another one now stays', async () => {
      const root = await newFolder();
      await mkdir(join(root, 'a'));
      const groups = planOf(await list(root), true);
      await rename(join(root, 'a'), join(root, 'b'));
      await mkdir(join(root, 'a'));
      const folder = await locked(root);
      expect(await folder.delete(groups, {...often, device: folder.device})).toMatchObject({outcomes: 'c'});
    });

    test('a growing file is emptied where it is, unless somebody writes it at a fixed place', async () => {
      const root = await newFolder();
      const path = join(root, 'manager.log');
      await writeFile(path, 'x'.repeat(100_000));
      const [row] = await list(root);
      if (row?.[0] !== 'f') throw new Error('no file');
      const groups: readonly PlannedGroup[] = [[[], [[row[1], row[2], row[3], row[5], null, 'empty']], null]];
      const fixed = await openFile(path, 'r+');
      const folder = await locked(root);
      expect(await folder.delete(groups, {...often, device: folder.device})).toMatchObject({outcomes: 'w'});
      await fixed.close();
      const appending = await openFile(path, 'a');
      onTestFinished(() => appending.close());
      await appending.write('more');
      const answer = await folder.delete(groups, {...often, device: folder.device});
      expect(answer.outcomes).toBe('e');
      expect(answer.freedBytes).toBeGreaterThan(95_000);
      await appending.write('goes on');
      expect(await readFile(path, 'utf8')).toBe('goes on');
    });

    test('a growing file that is rotated goes on after its copy, and older copies move on', async () => {
      const root = await newFolder();
      const path = join(root, 'manager.log');
      await writeFile(path, 'x'.repeat(3_000_000));
      await writeFile(`${path}.1`, 'older');
      const row = (await list(root)).find(each => each[0] === 'f' && each[1] === 'manager.log');
      if (row?.[0] !== 'f') throw new Error('no file');
      const groups: readonly PlannedGroup[] = [[[], [[row[1], row[2], row[3], row[5], null, 'rotate']], null]];
      const appending = await openFile(path, 'a');
      onTestFinished(() => appending.close());
      await appending.write('more');
      const folder = await locked(root);
      const answer = await folder.delete(groups, {...often, device: folder.device});
      expect(answer).toMatchObject({outcomes: 'R', freedBytes: 0});
      await appending.write('goes on');
      const rest = await readFile(path, 'utf8');
      const copy = await readFile(`${path}.1`, 'utf8');
      // A file system that cuts leaves the last block.
      expect(rest.length).toBeLessThan(100_000);
      expect(copy + rest === `${'x'.repeat(3_000_000)}moregoes on`).toBe(true);
      expect(await readFile(`${path}.2`, 'utf8')).toBe('older');
    });

    test('lists a folder of very many files a part at a time', async () => {
      const root = await fastFolder();
      await many(root, 2_000);
      const parts: number[] = [];
      for await (const event of agent.list(root)) if (event.kind === 'rows') parts.push(event.rows.length);
      expect(parts.reduce((sum, one) => sum + one, 0)).toBe(2_000);
      expect(Math.max(...parts)).toBeLessThanOrEqual(400);
    });

    test('lists and deletes below a thousand and more folders in each other', async () => {
      const root = await fastFolder();
      const deep =
        'import os\nfor _ in range(1_100): os.mkdir("d"); os.chdir("d")\nopen("x.log", "w"); os.utime("x.log", (1, 1))';
      await promisify(execFile)('python3', ['-c', deep], {cwd: root});
      // As many open files as folders: not every account has more.
      const raised = await startAgent({...host, stream: (argv, options) => host.stream(manyFiles(argv), options)});
      onTestFinished(() => raised.close());
      const rows: ListRow[] = [];
      for await (const event of raised.list(root)) if (event.kind === 'rows') rows.push(...event.rows);
      expect(rows.filter(([kind]) => kind === 'd')).toHaveLength(1_100);
      const groups = planOf(rows);
      const folder = await locked(root, raised);
      expect((await folder.delete(groups, {device: folder.device, ...often})).outcomes).toBe('d');
    });

    test('lists what may go, what is open, and only what was asked for', async () => {
      const root = await newFolder();
      await mkdir(join(root, 'a', 'b'), {recursive: true});
      await mkdir(join(root, 'c'));
      await mkdir(join(root, 'empty'));
      await oldFile(join(root, 'a', 'b', 'old'));
      await writeFile(join(root, 'a', 'young'), '');
      await oldFile(join(root, 'c', 'held'));
      await truncate(join(root, 'c', 'held'), 1_000_000);
      await utimes(join(root, 'c', 'held'), longAgo, longAgo);
      await symlink('/etc', join(root, 'c', 'etc'));
      const held = await openFile(join(root, 'c', 'held'));
      onTestFinished(() => held.close());
      const short = (rows: readonly ListRow[]) =>
        rows.map(row => (row[0] === 'd' ? row[1] : row[0] === 'f' ? [row[1], row[8]] : `up ${row[3]}`));
      const before = {olderThanMs: 3_600_000};
      expect(short(await list(root, before))).toEqual([
        ...['a', 'b', ['old', 1], 'up 0', 'up 1'],
        ...['c', ['held', 3], 'up 1'],
        ...['empty', 'up 0'],
      ]);
      const held1 = (await list(root)).find(row => row[0] === 'f' && row[1] === 'held');
      expect(held1?.slice(3, 5)).toEqual([1_000_000, 8192]);
      expect(
        short(
          await list(root, {
            under: [
              ['a', 'b'],
              ['c', 'held'],
            ],
          }),
        ),
      ).toEqual([...['a', 'b', ['old', 1], 'up 0', 'up 1'], ...['c', ['held', 3], 'up 1']]);
      await expect(list(join(root, 'none'))).rejects.toMatchObject({code: 'host.file-missing'});
    });

    test('one clean-up at a time: the second is told who holds the folder, and works once the first has ended', async () => {
      const root = await newFolder();
      const first = await startAgent(host);
      onTestFinished(() => first.close());
      const pid = await pidOf(first);
      await first.lock(root);
      await expect(agent.lock(root)).rejects.toMatchObject({
        code: 'logs.busy',
        detail: expect.stringContaining(`process ${pid} holds it`),
      });
      await expect(first.lock(root)).rejects.toMatchObject({code: 'logs.busy'});
      first.close();
      await ended(pid);
      // A process whose other threads are still ending counts as ended.
      await vi.waitFor(() => locked(root));
    });

    test('a folder that was released is not deleted from', async () => {
      const root = await newFolder();
      await oldFile(join(root, 'x'));
      const groups = planOf(await list(root));
      const folder = await agent.lock(root);
      await folder.release();
      await expect(folder.delete(groups, {...often, device: folder.device})).rejects.toMatchObject({
        code: 'host.agent-failed',
      });
      await access(join(root, 'x'));
    });

    test('a batch ends at its next file when it is halted or its time is over, and tells how far it came', async () => {
      const root = await fastFolder();
      await many(root, 2_000);
      const groups = planOf(await list(root));
      const folder = await locked(root);
      const {outcomes: first} = await folder.delete(groups, {...often, budgetMs: 0, device: folder.device});
      expect(first).toBe(`d${'.'.repeat(1_999)}`);
      const rest = folder.delete(groups.slice(1), {...often, budgetMs: 60_000, device: folder.device});
      await folder.halt();
      const {outcomes} = await rest;
      const left = (await readdir(root)).length;
      expect(left).toBeGreaterThan(0);
      expect(outcomes.replaceAll('.', '')).toHaveLength(2_000 - 1 - left);
    });

    test.each(['the end of its stdin', 'SIGTERM'])('a deletion stops within a second of %s', async how => {
      const root = await fastFolder();
      await many(root, 20_000);
      const groups = planOf(await list(root));
      const other = await startAgent(host);
      const pid = await pidOf(other);
      const folder = await other.lock(root);
      const deleting = folder.delete(groups, {...often, budgetMs: 60_000, device: folder.device}).catch(error => error);
      await vi.waitFor(async () => expect((await readdir(root)).length).toBeLessThan(20_000), 10_000);
      if (how === 'SIGTERM') process.kill(pid, 'SIGTERM');
      else other.close();
      // Whoever deletes holds the lock.
      await vi.waitFor(() => locked(root), {timeout: 1_000, interval: 5});
      const {length} = await readdir(root);
      expect(length).toBeGreaterThan(0);
      expect(await deleting).toMatchObject({code: 'host.agent-failed'});
      expect((await readdir(root)).length).toBe(length);
      other.close();
    });

    test('what may not be read or removed is told as such', async () => {
      const root = await newFolder();
      await mkdir(join(root, 'secret'));
      await oldFile(join(root, 'secret', 'x'));
      await mkdir(join(root, 'fixed'));
      await oldFile(join(root, 'fixed', 'x'));
      await chmod(root, 0o755);
      await chmod(join(root, 'secret'), 0o700);
      await chmod(join(root, 'fixed'), 0o755);
      await asNobody(open, async nobody => {
        const events = [];
        for await (const event of nobody.list(root)) events.push(event);
        expect(events.at(-1)).toEqual({kind: 'end', unreadable: 1, unreadablePaths: ['secret']});
        const rows = events.flatMap(event => (event.kind === 'rows' ? event.rows : []));
        expect(rows.map(row => (row[0] === 'f' ? row[8] : row[0]))).toEqual(['d', 0, 'u']);
        const folder = await nobody.lock(root);
        expect(await folder.delete(planOf(rows), {...often, device: folder.device})).toMatchObject({outcomes: 'p'});
      });
    });
  });
}

const pidOf = async (agent: Agent): Promise<number> =>
  Number((await agent.read('/proc/self/stat')).content.toString().split(' ')[0]);
