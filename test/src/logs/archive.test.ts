import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {appendFileSync} from 'node:fs';
import {appendFile, mkdir, open, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {createGzip, gzipSync} from 'node:zlib';
import {describe, expect, onTestFinished, test} from 'vitest';
import {withAgent} from '../../../src/host/agent.ts';
import {openHost} from '../../../src/host/open.ts';
import {type ArchivePlace, archiveLogs} from '../../../src/logs/archive/archive.ts';
import {type ArchiveRow, type Archives, archivedText, openArchives} from '../../../src/logs/archive/browse.ts';
import {readIndex} from '../../../src/logs/archive/index-file.ts';
import {archiveName, readName} from '../../../src/logs/archive/name.ts';
import {archiveSteps} from '../../../src/logs/archive/steps.ts';
import {cleanUp, type Fate, planCleanUp} from '../../../src/logs/clean-up.ts';
import {execute} from '../../../src/operations/execute.ts';
import type {Report} from '../../../src/operations/operation.ts';
import {folderStore} from '../../../src/store/folder.ts';
import type {Store} from '../../../src/store/store.ts';
import {contents, type LogFolder, logFolder} from './log-folder.ts';

const month = {olderThanMs: 30 * 86_400_000};
const never = () => new AbortController().signal;

const pathOf = (dag: string, run: string, task = 't'): string =>
  `dag_id=${dag}/run_id=${run}/task_id=${task}/attempt=1.log`;

const places: readonly (readonly [string, (of: LogFolder) => ArchivePlace])[] = [
  ['a folder here', ({folder}) => ({address: {kind: 'folder', folder: join(folder, 'archive')}})],
  ['a folder of the host', ({folder}) => ({address: {kind: 'host', folder: join(folder, 'archive')}})],
];

async function archive(of: LogFolder, place: ArchivePlace, signal = never()): Promise<Report> {
  const operation = archiveLogs(of.context, month, place);
  return execute(operation.id, await operation.plan(signal), signal);
}

function opened(of: LogFolder, place: ArchivePlace): Archives {
  const archives = openArchives(of.context, place);
  onTestFinished(() => archives.close());
  return archives;
}

async function textOf(archives: Archives, name: string, path: string): Promise<string> {
  const index = await archives.look(name);
  const entry = index.entries.find(each => each.path === path);
  if (entry === undefined) throw new Error(`${path} is not in ${name}`);
  const parts: Uint8Array[] = [];
  for await (const part of archives.read(name, index, entry)) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}

const ownerOf = ({dagId, class: is}: ArchiveRow): string => dagId ?? is;

/** As anybody would, without windsock. */
function untarred(folder: string): void {
  execFileSync('sh', ['-c', 'mkdir all && find archive -name "*.tar.gz" -exec tar xzf {} -C all \\;'], {cwd: folder});
}

describe.each(places)('an archive in %s', (_, placeIn) => {
  test('has by DAG and day what is old, byte by byte, and the originals are gone; tar reads it', async () => {
    const of = await logFolder();
    const place = placeIn(of);
    await of.write(pathOf('a', '1'), 40);
    await of.write(pathOf('a', '2'), 40, randomBytes(3_000_000));
    await of.write(pathOf('a', '3'), 41, '');
    await of.write(pathOf('a', 'large'), 41, randomBytes(9_000_001));
    await of.write(`dag_id=b/run_id=${'long '.repeat(40)}/task_id=t/attempt=1.log`, 50, 'x'.repeat(100_000));
    await of.write('scheduler/2026-01-01/x.py.log', 40);
    const before = await contents(of.logs);
    await of.write(pathOf('a', 'young'), 10);
    await of.write('notes of somebody.txt', 400);
    const report = await archive(of, place);
    expect(report.results.map(({outcome}) => outcome)).toEqual(['done', 'done']);
    expect(report.results[0]?.said).toMatch(/^6 of 6 files were archived and deleted, .*; 4 archives have /);
    expect([...(await contents(of.logs)).keys()]).toEqual([pathOf('a', 'young'), 'notes of somebody.txt']);

    untarred(of.folder);
    expect(await contents(join(of.folder, 'all'))).toEqual(before);
    const archives = opened(of, place);
    const rows = await archives.list({});
    expect(rows.map(ownerOf)).toEqual(['dag-file', 'a', 'a', 'b']);
    expect(await archives.list({dagId: 'b'})).toEqual([rows[3]]);
    const read = new Map<string, string>();
    for (const {name} of rows) {
      const {entries} = await archives.look(name);
      for (const {path} of entries) read.set(path, await textOf(archives, name, path));
    }
    expect(new Map([...read].sort())).toEqual(new Map([...before].sort()));
  });

  test('leaves out what changed, is open or gone, and that stays and is told', async () => {
    const of = await logFolder();
    const place = placeIn(of);
    for (const run of ['appended', 'held', 'gone', 'same']) await of.write(pathOf('a', run), 40);
    const operation = archiveLogs(of.context, month, place);
    const plan = await operation.plan(never());
    await appendFile(join(of.logs, pathOf('a', 'appended')), 'more');
    await rm(join(of.logs, pathOf('a', 'gone')));
    const held = await open(join(of.logs, pathOf('a', 'held')), 'a');
    onTestFinished(() => held.close());
    const report = await execute(operation.id, plan, never());
    expect(report.results[0]?.said).toMatch(
      /^1 of 4 files were archived and deleted, .*; 1 were gone already, 1 had changed, 1 were open by a process$/,
    );
    expect([...(await contents(of.logs)).keys()]).toEqual([pathOf('a', 'appended'), pathOf('a', 'held')]);
    const [row] = await opened(of, place).list({});
    const {entries} = await opened(of, place).look(row?.name ?? '');
    expect(entries.map(({path}) => path)).toEqual([pathOf('a', 'same')]);
    const {path = ''} = {path: /: (\S+\.plan)\.jsonl\.gz$/.exec(report.summary ?? '')?.[1]};
    const result = await readFile(path.replace(/plan$/, 'result.jsonl'), 'utf8');
    expect(result).toContain(JSON.stringify([pathOf('a', 'appended'), 'c']));
  });

  test('names that are no text, control characters and shells survive', async () => {
    const of = await logFolder();
    const place = placeIn(of);
    const odd = ['new\nline', '$(touch pwn)', '-rf', 'ünïcode', 'b\u202eidi', '\u001b[31m'];
    for (const name of odd) await of.write(pathOf(name, '1'), 40, name);
    const noText = Buffer.from([0x66, 0xff, 0xfe]);
    const folder = Buffer.concat([Buffer.from(`${of.logs}/dag_id=a/run_id=`), noText, Buffer.from('/task_id=t')]);
    await mkdir(folder, {recursive: true});
    await writeFile(Buffer.concat([folder, Buffer.from('/attempt=1.log')]), 'no text');
    execFileSync('find', [`${of.logs}/dag_id=a`, '-type', 'f', '-exec', 'touch', '-d', '40 days ago', '{}', '+']);
    const report = await archive(of, place);
    expect(report.results[0]?.said).toMatch(/^7 of 7 files/);
    untarred(of.folder);
    const found = execFileSync('find', [join(of.folder, 'all'), '-type', 'f', '-print0']);
    expect(found.includes(noText)).toBe(true);
    const archives = opened(of, place);
    const rows = await archives.list({});
    expect(rows.map(ownerOf).sort()).toEqual([...odd, 'a'].sort());
    for (const row of rows) {
      const [name, owner] = [row.name, ownerOf(row)];
      if (owner !== 'a')
        expect(await textOf(archives, name, pathOf(owner, '1'))).toBe(Buffer.from(owner).toString('latin1'));
    }
  });

  test('nothing is there of an archive that was cancelled, and no original is gone', async () => {
    const of = await logFolder();
    const place = placeIn(of);
    for (let run = 0; run < 4; run++) await of.write(pathOf('a', `${run}`), 40, randomBytes(8_000_000));
    const before = await contents(of.logs);
    const stop = new AbortController();
    const operation = archiveLogs(of.context, month, place);
    const plan = await operation.plan(stop.signal);
    const report = await execute(operation.id, plan, stop.signal, ({running}) => {
      if (/[1-9] .?B packed/.test(running?.said ?? '')) stop.abort();
    });
    expect(report.outcome).toBe('cancelled');
    expect(report.results[0]?.problem?.detail).toMatch(/^0 of 4 files were archived and deleted/);
    expect(await contents(of.logs)).toEqual(before);
    expect(await contents(join(of.folder, 'archive'))).toEqual(new Map());
  });

  test('a place that may not be written is told before anything is confirmed or deleted', async () => {
    const of = await logFolder();
    await of.write(pathOf('a', '1'), 40);
    await writeFile(join(of.folder, 'archive'), 'a file');
    const place = placeIn(of);
    const done = archive(of, place).then(({outcome}) => outcome);
    await expect(done.catch(() => 'failed')).resolves.toBe('failed');
    expect((await contents(of.logs)).size).toBe(1);
  });

  test('what is damaged in the archive is told, and not shown as the log', async () => {
    const of = await logFolder();
    const place = placeIn(of);
    await of.write(pathOf('a', '1'), 40, randomBytes(100_000));
    await archive(of, place);
    const archives = opened(of, place);
    const [{name = ''} = {}] = await archives.list({});
    const path = join(of.folder, 'archive', `${name}.tar.gz`);
    const file = await open(path, 'r+');
    await file.write('damage', 50_000);
    await file.close();
    await expect(textOf(archives, name, pathOf('a', '1'))).rejects.toMatchObject({code: 'archive.damaged'});
    await expect(archives.fetch(name, join(of.folder, 'fetched'))).rejects.toMatchObject({code: 'archive.damaged'});
    expect(await contents(join(of.folder, 'fetched'))).toEqual(new Map());
  });

  test('one is fetched whole, or a log of it', async () => {
    const of = await logFolder();
    const place = placeIn(of);
    await of.write(pathOf('a', '1'), 40, 'first\nsecond\n');
    await archive(of, place);
    const archives = opened(of, place);
    const [{name = ''} = {}] = await archives.list({});
    const fetched = join(of.folder, 'fetched');
    expect(await archives.fetch(name, fetched)).toEqual([`${name}.tar.gz`, `${name}.index.jsonl.gz`]);
    await archives.extract(name, pathOf('a', '1'), fetched);
    expect(await readFile(join(fetched, pathOf('a', '1')), 'utf8')).toBe('first\nsecond\n');
    await expect(archives.look('af-1/../../etc/2026-01-01/x')).rejects.toMatchObject({code: 'archive.unknown'});
    await expect(archives.extract(name, 'no such log', fetched)).rejects.toMatchObject({code: 'archive.unknown'});
  });
});

test('archives are for their owner alone', async () => {
  const of = await logFolder();
  await of.write(pathOf('a', '1'), 40);
  for (const [, placeIn] of places) {
    await of.write(pathOf('a', '1'), 40);
    await archive(of, placeIn(of));
    for (const path of (await contents(join(of.folder, 'archive'))).keys()) {
      expect((await stat(join(of.folder, 'archive', path))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(join(of.folder, 'archive'))).mode & 0o777).toBe(0o700);
    await rm(join(of.folder, 'archive'), {recursive: true});
  }
});

test('nothing is archived while a clean-up has the folder, nor into the log folder', async () => {
  const of = await logFolder();
  await of.write(pathOf('a', '1'), 40);
  const inside: ArchivePlace = {address: {kind: 'host', folder: join(of.logs, 'archive')}};
  await expect(archiveLogs(of.context, month, inside).plan(never())).rejects.toMatchObject({code: 'archive.in-logs'});
  const {context} = of;
  const hereInside: ArchivePlace = {address: {kind: 'folder', folder: join(of.folder, 'link', 'archive')}};
  await symlink(of.logs, join(of.folder, 'link'));
  await expect(archiveLogs(context, month, hereInside).plan(never())).rejects.toMatchObject({code: 'archive.in-logs'});
  // The host has the name of the log folder: its archives would be there.
  const host = openHost({kind: 'local', name: 'logs'}, {become: 'none'});
  onTestFinished(() => host.close());
  for (const [, placeIn] of places) {
    const {address} = placeIn(of);
    const beside: ArchivePlace = {address: {...address, folder: of.folder} as ArchivePlace['address']};
    await expect(archiveLogs({...context, host}, month, beside).plan(never())).rejects.toMatchObject({
      code: 'archive.in-logs',
    });
  }
  const place: ArchivePlace = {address: {kind: 'folder', folder: join(of.folder, 'archive')}};
  const plan = await archiveLogs(of.context, month, place).plan(never());
  const cleaning = await cleanUp(of.context, month).plan(never());
  await withAgent(of.context.host, {as: 'login'}, async agent => {
    await agent.lock(of.logs);
    for (const each of [plan, cleaning]) {
      expect((await execute('a', each, never())).results[0]?.problem?.code).toBe('logs.busy');
    }
  });
  expect((await contents(of.logs)).size).toBe(1);
});

test('a place that keeps something else than it was sent gets nothing deleted, and nothing is left there', async () => {
  const of = await logFolder();
  await of.write(pathOf('a', '1'), 40);
  await of.write(pathOf('b', '1'), 40);
  const folder = folderStore(join(of.folder, 'archive'));
  const lying: Store = {
    ...folder,
    put: (name, content) =>
      folder.put(
        name,
        (async function* () {
          for await (const part of content) yield part.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
        })(),
      ),
  };
  const fate: Fate = {
    ...{verb: 'archive', title: () => 'Archive', facts: {}},
    look: async () => ({details: [], warningsOf: () => []}),
    walk: deletion => archiveSteps(deletion, {where: 'here', open: () => lying, folder: undefined}),
  };
  const plan = await planCleanUp(of.context, month, fate, undefined, never());
  const report = await execute('a', plan, never());
  expect(report.results[0]?.problem?.code).toBe('archive.differs');
  expect(report.results[0]?.problem?.detail).toMatch(/^0 of 2 files were archived and deleted.*its hash is another$/);
  expect((await contents(of.logs)).size).toBe(2);
  expect(await contents(join(of.folder, 'archive'))).toEqual(new Map());
});

test('a large log that changes while it is packed is left out, and the others are archived all the same', async () => {
  const of = await logFolder();
  const place: ArchivePlace = {address: {kind: 'folder', folder: join(of.folder, 'archive')}};
  const large = pathOf('a', 'large');
  await of.write(large, 40, randomBytes(60_000_000));
  await of.write(pathOf('a', 'small'), 40);
  const operation = archiveLogs(of.context, month, place);
  const plan = await operation.plan(never());
  let isChanged = false;
  const report = await execute(operation.id, plan, never(), ({running}) => {
    if (isChanged || !/[1-9] .?B packed/.test(running?.said ?? '')) return;
    isChanged = true;
    appendFileSync(join(of.logs, large), 'more');
  });
  expect(report.results[0]?.said).toMatch(/^1 of 2 files were archived and deleted, .*; 1 had changed$/);
  expect([...(await contents(of.logs)).keys()]).toEqual([large]);
  const archives = opened(of, place);
  const [row] = await archives.list({});
  expect((await archives.look(row?.name ?? '')).entries.map(({path}) => path)).toEqual([pathOf('a', 'small')]);
});

test('a clock that is far ahead is told before anything is deleted by age', async () => {
  const of = await logFolder();
  await of.write(pathOf('a', '1'), 40);
  const behind = {...of.context, now: () => Date.now() - 50 * 86_400_000 - 60_000};
  const said = "The clock of af-1 is 50 d ahead of this machine's: by it the logs are that much older.";
  expect((await cleanUp(behind, month).plan(never())).warnings).toContain(said);
  expect((await cleanUp(of.context, month).plan(never())).warnings.join()).not.toContain('clock');
});

test('a log with any time is archived, and told of', async () => {
  const of = await logFolder();
  const place: ArchivePlace = {address: {kind: 'folder', folder: join(of.folder, 'archive')}};
  const odd = [-123_456, -1, 0, 999];
  for (const ns of odd) {
    await of.write(pathOf('a', String(ns)), 40);
    const script = 'import os, sys; os.utime(sys.argv[1], ns=(int(sys.argv[2]), int(sys.argv[2])))';
    execFileSync('python3', ['-c', script, join(of.logs, pathOf('a', String(ns))), String(ns)]);
  }
  const report = await archive(of, place);
  expect(report.results[0]?.said).toMatch(/^4 of 4 files were archived and deleted/);
  const rows = await opened(of, place).list({});
  expect(rows.map(({day}) => day)).toEqual(['1970-01-01']);
});

test('a log that only begins as if it were compressed is told, and ends', async () => {
  const text = archivedText(
    (async function* () {
      yield Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 255, 254, 253]);
    })(),
  );
  const lines: string[] = [];
  for await (const line of text) lines.push(line);
  expect(lines.at(-1)).toBe('windsock: what follows is in the archive as it was, and cannot be unpacked.');
});

test('an index that unpacks to more than any archive has is no index', async () => {
  const blank = Buffer.alloc(8 * 1024 * 1024, ' ');
  const endless = Readable.from(
    (async function* () {
      for (;;) yield blank;
    })(),
  );
  onTestFinished(() => void endless.destroy());
  const bomb = endless.pipe(createGzip({level: 1}));
  await expect(readIndex('bomb', bomb)).rejects.toMatchObject({code: 'archive.unreadable'});
  const entry = {path: 'a', size: 1, mtimeNs: 'never', begins: 512, sha256: ''};
  const head = {
    ...{windsock: 'archive of logs', version: 1, host: 'h', root: '/', class: 'task', day: '1970-01-01'},
    ...{madeAt: '', files: 1, bytes: 1, sha256: '', plainBytes: 1, members: [[0, 0]]},
  };
  const odd = gzipSync([head, entry].map(line => `${JSON.stringify(line)}\n`).join(''));
  await expect(readIndex('odd', Readable.from([odd]))).rejects.toMatchObject({code: 'archive.unreadable'});
});

test('a name of an archive stays below its folder, and two texts never get the same', () => {
  const names = ['..', '.', '', 'a/b', 'a%2Fb', '\n', '\ud800', '\ud801', 'x'.repeat(500), 'x'.repeat(501), 'ü', 'a b'];
  const made = names.map(dagId => archiveName('af-1', {dagId, class: 'task', day: '2026-01-01'}, 'id', 1));
  expect(new Set(made).size).toBe(names.length);
  for (const name of made) expect(readName(name)).toBeDefined();
  expect(readName('af-1/../2026-01-01/x')).toBeUndefined();
});
