import {chmod, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as v from 'valibot';
import {expect, test} from 'vitest';
import {keepIn, stateFolder} from '../../../src/profile/keeping.ts';
import {newFolder} from '../host/folder.ts';

const shape = v.object({n: v.number()});

test('what is kept is there at the next start, for this user alone', async () => {
  const folder = join(await newFolder(), 'state');
  await keepIn(folder, 'prod').write(['volumes', 'af-1', '/var/log'], {n: 1});
  expect(await keepIn(folder, 'prod').read(['volumes', 'af-1', '/var/log'], shape)).toEqual({n: 1});
  const [file] = await readdir(join(folder, 'volumes'));
  expect((await stat(join(folder, 'volumes', file ?? ''))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('profiles, hosts and places are kept apart, whatever their names hold', async () => {
  const folder = await newFolder();
  const keeping = keepIn(folder, 'a/../b\n');
  await keeping.write(['scans', 'x'.repeat(500)], {n: 1});
  await keeping.write(['scans', 'x'.repeat(501)], {n: 2});
  expect(await keeping.read(['scans', 'x'.repeat(500)], shape)).toEqual({n: 1});
  expect(await keepIn(folder, 'b').read(['scans', 'x'.repeat(500)], shape)).toBeUndefined();
});

test('what was never kept, or is not what it was, is nothing', async () => {
  const folder = await newFolder();
  const keeping = keepIn(folder, 'prod');
  expect(await keeping.read(['scans', 'a'], shape)).toBeUndefined();
  await keeping.write(['scans', 'a'], {n: 1});
  const [file = ''] = await readdir(join(folder, 'scans'));
  for (const text of ['', '{"n": "x"}', '{"n": 1']) {
    await writeFile(join(folder, 'scans', file), text);
    expect(await keeping.read(['scans', 'a'], shape)).toBeUndefined();
  }
});

test('of two that write at once one stays, whole, and nothing is left beside it', async () => {
  const folder = await newFolder();
  const both = [1, 2].map(n => keepIn(folder, 'prod').write(['scans', 'a'], {n, filling: 'x'.repeat(1_000_000)}));
  await Promise.all(both);
  const files = await readdir(join(folder, 'scans'));
  expect(files).toHaveLength(1);
  expect(JSON.parse(await readFile(join(folder, 'scans', files[0] ?? ''), 'utf8'))).toMatchObject({
    n: expect.any(Number),
  });
});

test('a state folder that cannot be written keeps nobody from looking', async () => {
  const file = join(await newFolder(), 'file');
  await writeFile(file, '');
  await chmod(file, 0o400);
  await keepIn(join(file, 'below'), 'prod').write(['scans', 'a'], {n: 1});
  expect(await keepIn(join(file, 'below'), 'prod').read(['scans', 'a'], shape)).toBeUndefined();
});

test('the state folder is where freedesktop.org says', () => {
  expect(stateFolder({XDG_STATE_HOME: '/s'})).toBe('/s/windsock');
  expect(stateFolder({XDG_STATE_HOME: 'relative', HOME: '/home/me'})).toBe('/home/me/.local/state/windsock');
});
