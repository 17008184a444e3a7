import {mkdir, symlink, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {ScanEvent} from '../../../src/host/agent-answers.ts';
import {openLocalHost} from '../../../src/host/local.ts';
import {classOf} from '../../../src/logs/log-class.ts';
import {snapshots, type Usage, usage} from '../../../src/logs/usage.ts';
import {newFolder} from '../host/folder.ts';

const amounts = {files: 1, bytes: 4096, apparentBytes: 10, errors: 0, oldestMs: 5, newestMs: 9};
const all = async (stream: AsyncIterable<Usage>): Promise<Usage[]> => {
  const seen: Usage[] = [];
  for await (const each of stream) seen.push(each);
  return seen;
};

describe('while the agent walks', () => {
  test('what it found so far is shown at most five times a second, and at the end all of it', async () => {
    let nowMs = 0;
    async function* events(): AsyncGenerator<ScanEvent> {
      for (let at = 0; at < 100; at++) {
        nowMs += 20;
        yield {kind: 'entry', name: `dag_id=d${at}`, ...amounts};
      }
      yield {kind: 'done', ...amounts, files: 100, tookMs: 1234};
    }
    const seen = await all(snapshots('/logs', events(), () => nowMs));
    expect(seen.length).toBeLessThanOrEqual(11 + 1);
    expect(seen.length).toBeGreaterThan(5);
    const [first, second] = seen;
    expect(first).toMatchObject({root: '/logs', files: 1, done: false});
    expect(second).toMatchObject({files: 11, bytes: 11 * 4096});
    expect(seen.at(-1)).toMatchObject({files: 100, done: true, tookMs: 1234});
    expect(seen.at(-1)?.entries).toHaveLength(100);
  });

  test('what came last does not wait for what takes long', async () => {
    const over = new AbortController();
    async function* events(): AsyncGenerator<ScanEvent> {
      yield {kind: 'entry', name: 'dag_id=a', ...amounts};
      yield {kind: 'entry', name: 'dag_id=b', ...amounts};
      await sleep(60_000, undefined, {signal: over.signal});
    }
    for await (const {entries} of snapshots('/logs', events())) {
      if (entries.length < 2) continue;
      over.abort();
      return;
    }
    expect.fail('the second entry was never shown');
  });

  test('leaving it does not wait for what takes long', async () => {
    async function* events(): AsyncGenerator<ScanEvent> {
      yield {kind: 'entry', name: 'dag_id=a', ...amounts};
      await new Promise(() => {});
    }
    for await (const {entries} of snapshots('/logs', events())) {
      expect(entries).toHaveLength(1);
      break;
    }
  });

  test('a failure while a snapshot is out is thrown when the next one is asked for', async () => {
    async function* events(): AsyncGenerator<ScanEvent> {
      yield {kind: 'entry', name: 'dag_id=a', ...amounts};
      throw new Error('lost');
    }
    const seen = snapshots('/logs', events());
    expect((await seen.next()).done).toBe(false);
    await sleep(5);
    await expect(seen.next()).rejects.toThrow('lost');
  });

  test('a total in between is replaced by the next one', async () => {
    async function* events(): AsyncGenerator<ScanEvent> {
      yield {kind: 'partial', name: 'dag_id=a', ...amounts};
      yield {kind: 'entry', name: 'dag_id=a', ...amounts, files: 7, oldestMs: undefined, newestMs: undefined};
      yield {kind: 'done', ...amounts, files: 7, tookMs: 1};
    }
    const seen = await all(snapshots('/logs', events()));
    expect(seen[0]?.entries).toMatchObject([{name: 'dag_id=a', files: 1, complete: false, class: 'task logs'}]);
    expect(seen.at(-1)?.entries).toMatchObject([{files: 7, complete: true, oldestMs: undefined}]);
  });
});

test('a real folder is counted as du counts it', async () => {
  const root = await newFolder();
  await mkdir(join(root, 'dag_id=a', 'run_id=r', 'task_id=t'), {recursive: true});
  await mkdir(join(root, 'scheduler', '2026-01-01'), {recursive: true});
  const log = join(root, 'dag_id=a', 'run_id=r', 'task_id=t', 'attempt=1.log');
  await writeFile(log, 'x'.repeat(5000));
  await utimes(log, 1_700_000_000, 1_700_000_000);
  await writeFile(join(root, 'scheduler', '2026-01-01', 'a.py.log'), 'y');
  await symlink('2026-01-01', join(root, 'scheduler', 'latest'));
  await writeFile(join(root, 'loose.log'), 'z');
  const host = openLocalHost({become: 'none'});
  onTestFinished(() => host.close());

  const last = (await all(usage(host, root, {}))).at(-1);

  const du = await host.exec(['du', '-s', '-B1', root]);
  expect(last).toMatchObject({done: true, files: 3, apparentBytes: 5002, errors: 0, oldestMs: 1_700_000_000_000});
  // The link's own block, where the file system gives it one, is the only difference.
  expect(Math.abs((last?.bytes ?? 0) - Number.parseInt(du.stdout, 10))).toBeLessThanOrEqual(4096);
  const byName = new Map(last?.entries.map(entry => [entry.name, entry]));
  expect([...byName.keys()].toSorted()).toEqual(['', 'dag_id=a', 'scheduler']);
  expect(byName.get('')).toMatchObject({files: 1, class: 'loose files', complete: true});
  expect(byName.get('dag_id=a')).toMatchObject({files: 1, apparentBytes: 5000, newestMs: 1_700_000_000_000});
});

test('a log folder that is not there is a problem', async () => {
  const host = openLocalHost({become: 'none'});
  onTestFinished(() => host.close());
  await expect(all(usage(host, '/no/such/folder', {}))).rejects.toMatchObject({code: 'host.file-missing'});
});

test('a cancelled walk ends', async () => {
  const host = openLocalHost({become: 'none'});
  onTestFinished(() => host.close());
  const reason = new Error('enough');
  await expect(all(usage(host, '/', {}, AbortSignal.abort(reason)))).rejects.toBe(reason);
});

test.each([
  ['', 'loose files'],
  ['dag_id=etl', 'task logs'],
  ['etl.daily-2', 'task logs, old layout'],
  ['täglich', 'task logs, old layout'],
  ['scheduler', 'scheduler'],
  ['dag_processor', 'dag_processor'],
  ['dag_processor_manager', 'dag_processor_manager'],
  ['triggerer', 'triggerer'],
  ['lost+found', 'other'],
  ['.cache', 'other'],
  ['with blank', 'other'],
])('%j holds %s', (name, expected) => expect(classOf(name)).toBe(expected));
