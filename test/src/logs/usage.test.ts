import {link, mkdir, symlink, utimes, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import {openLocalHost} from '../../../src/host/local.ts';
import {layoutOf} from '../../../src/logs/layout.ts';
import {folderUsage, paced, type Usage, usage} from '../../../src/logs/usage.ts';
import {newFolder} from '../host/folder.ts';

async function last<T>(stream: AsyncIterable<T>): Promise<T> {
  let seen: T | undefined;
  for await (const each of stream) seen = each;
  if (seen === undefined) throw new Error('nothing came');
  return seen;
}

function localHost() {
  const host = openLocalHost({become: 'none'});
  onTestFinished(() => host.close());
  return host;
}

const du = async (root: string) =>
  Number.parseInt((await localHost().exec(['du', '-sx', '--block-size=1', root])).stdout, 10);

describe('what comes while the agent walks', () => {
  test('is shown at once, and then at most five times a second', async () => {
    let nowMs = 0;
    const heard: number[] = [];
    async function* events() {
      for (let at = 0; at < 100; at++) {
        nowMs += 20;
        yield at;
      }
    }
    const shown: number[] = [];
    for await (const _ of paced(
      events(),
      at => heard.push(at),
      () => nowMs,
    )) {
      shown.push(heard.length);
    }
    expect(heard).toHaveLength(100);
    expect(shown).toEqual([1, 11, 21, 31, 41, 51, 61, 71, 81, 91]);
  });

  test('does not wait for what takes long', async () => {
    const over = new AbortController();
    const heard: string[] = [];
    async function* events() {
      yield 'a';
      yield 'b';
      await sleep(60_000, undefined, {signal: over.signal});
    }
    for await (const _ of paced(events(), event => heard.push(event))) {
      if (heard.length < 2) continue;
      over.abort();
      return;
    }
    expect.fail('the second one was never shown');
  });

  test('may be left while it takes long', async () => {
    async function* events() {
      yield 'a';
      await new Promise(() => {});
    }
    for await (const _ of paced(events(), () => {})) break;
  });

  test('a failure while something is shown is thrown when the next is asked for', async () => {
    async function* events() {
      yield 'a';
      throw new Error('lost');
    }
    const seen = paced(events(), () => {});
    expect((await seen.next()).done).toBe(false);
    await sleep(5);
    await expect(seen.next()).rejects.toThrow('lost');
  });
});

const dayMs = 86_400_000;

/** Files of one kilobyte, so many days old. */
async function writeTree(files: Readonly<Record<string, number>>): Promise<string> {
  const root = await newFolder();
  for (const [path, days] of Object.entries(files)) {
    const file = join(root, path);
    await mkdir(dirname(file), {recursive: true});
    await writeFile(file, 'x'.repeat(1000));
    const time = new Date(Date.now() - days * dayMs - 60_000);
    await utimes(file, time, time);
  }
  return root;
}

const amountsBy = (found: Usage) =>
  Object.fromEntries(found.entries.map(each => [`${each.class} ${each.dagId ?? ''}`.trim(), each]));

describe('what fills a log folder', () => {
  test('is told by class and DAG, in every layout, and sums up as du does', async () => {
    const root = await writeTree({
      'dag_id=etl/run_id=r1/task_id=load/attempt=1.log': 400,
      'dag_id=etl/run_id=r2/task_id=load/map_index=3/attempt=2.log': 2,
      'dag_id=etl/run_id=r2/task_id=load/core.123': 2,
      'etl/load/2021-03-01T00:00:00+00:00/1.log': 500,
      'dag_id=ml/run_id=r1/task_id=train/attempt=1.log': 0,
      'scheduler/2026-09-01/etl.py.log': 40,
      'dag_processor_manager/dag_processor_manager.log': 0,
      'dag_processor_manager/dag_processor_manager.log.1': 10,
      'triggerer.log': 1,
      'notes.txt': 1,
    });
    await mkdir(join(root, 'dag_id=gone', 'run_id=r'), {recursive: true});
    await symlink('2026-09-01', join(root, 'scheduler', 'latest'));

    const found = await last(usage(localHost(), [layoutOf(root)], {}));

    expect(found).toMatchObject({state: 'done', files: 10, apparentBytes: 10_000, errors: 0, emptyFolders: 1});
    expect(found.bytes).toBe(await du(root));
    const by = amountsBy(found);
    expect(Object.fromEntries(Object.entries(by).map(([name, {files}]) => [name, files]))).toEqual({
      'task etl': 3,
      'task ml': 1,
      'task gone': 0,
      'dag-file': 1,
      manager: 2,
      triggerer: 1,
      unknown: 2,
    });
    expect(by['task etl']?.places.toSorted()).toEqual(['dag_id=etl', 'etl']);
    // Beside what is shown of the folder itself.
    const own = found.bytes - found.entries.reduce((total, each) => total + each.bytes, 0);
    expect(own).toBeLessThanOrEqual(4096);
    expect(by['task etl']?.ages.map(({files}) => files)).toEqual([2, 0, 0, 0, 0, 1, 0]);
    expect(found.ages.reduce((total, {files}) => total + files, 0)).toBe(10);
    expect(found.newest[0]?.path.startsWith(root)).toBe(true);
    expect(found.largest).toHaveLength(10);
    expect(found.empty).toEqual([join(root, 'dag_id=gone', 'run_id=r')]);
  });

  test("a template of one's own is read to the DAG", async () => {
    const root = await writeTree({
      '2026-09-01/etl/load/1.txt': 3,
      '2026-09-02/etl/load/1.txt': 2,
      '2026-09-02/ml/train/1.txt': 2,
      '2026-09-02/ml/notes.md': 2,
    });
    const logTemplate = '{{ ds }}/{{ ti.dag_id }}/{{ ti.task_id }}/{{ try_number }}.txt';
    const found = await last(usage(localHost(), [layoutOf(root, {logTemplate})], {}));
    const by = amountsBy(found);
    expect(by['task etl']).toMatchObject({files: 2});
    expect(by['task etl']?.places.toSorted()).toEqual(['2026-09-01/etl', '2026-09-02/etl']);
    expect(by['task ml']).toMatchObject({files: 1});
    expect(by.unknown).toMatchObject({files: 1});
    expect(found.bytes).toBe(await du(root));
  });

  test('is told a level deeper for what somebody enters', async () => {
    const root = await writeTree({
      'dag_id=etl/run_id=r1/task_id=load/attempt=1.log': 400,
      'dag_id=etl/run_id=r1/task_id=load/attempt=2.log': 400,
      'dag_id=etl/run_id=r2/task_id=load/attempt=1.log': 2,
      'dag_id=etl/notes': 2,
      'etl/load/2021-03-01T00:00:00+00:00/1.log': 500,
      'dag_id=ml/run_id=r1/task_id=train/attempt=1.log': 0,
    });
    await link(join(root, 'dag_id=etl/notes'), join(root, 'dag_id=etl/again'));
    const enter = async (folders: string[], only?: 'unknown') =>
      Object.fromEntries(
        (
          await last(folderUsage(localHost(), {layout: layoutOf(root), folders, ...(only !== undefined && {only})}, {}))
        ).entries.map(({path, files}) => [path, files]),
      );
    const runs = await enter(['dag_id=etl', 'etl']);
    // A file with two names counts once, under either.
    const {'dag_id=etl/notes': notes = 0, 'dag_id=etl/again': again = 0, ...rest} = runs;
    expect(notes + again).toBe(1);
    expect(rest).toEqual({'dag_id=etl/run_id=r1': 2, 'dag_id=etl/run_id=r2': 1, 'etl/load': 1});
    expect(await enter(['dag_id=etl/run_id=r1/task_id=load'])).toEqual({
      'dag_id=etl/run_id=r1/task_id=load/attempt=1.log': 1,
      'dag_id=etl/run_id=r1/task_id=load/attempt=2.log': 1,
    });
    expect(Object.values(await enter([''], 'unknown'))).toEqual([1]);
  });

  test('a log folder that is not there is a problem; one beside it that Airflow would use by default is none', async () => {
    const root = await writeTree({'dag_id=a/run_id=r/task_id=t/attempt=1.log': 1});
    const missing = layoutOf('/no/such/folder');
    await expect(last(usage(localHost(), [missing], {}))).rejects.toMatchObject({code: 'host.file-missing'});
    expect(await last(usage(localHost(), [layoutOf(root), missing], {}))).toMatchObject({state: 'done', files: 1});
  });

  test('what was found is kept when somebody stops it; a cancelled walk ends with an error', async () => {
    const stop = new AbortController();
    let found: Usage | undefined;
    for await (const each of usage(localHost(), [layoutOf('/usr')], {stop: stop.signal})) {
      found = each;
      if (each.files > 0) stop.abort();
    }
    expect(found).toMatchObject({state: 'stopped'});
    expect(found?.files).toBeGreaterThan(0);
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(last(usage(localHost(), [layoutOf('/')], {signal}))).rejects.toBe(reason);
  });
});
