import {existsSync, statSync} from 'node:fs';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {type Demo, openDemo} from '../../../src/demo/demo.ts';
import type {Host} from '../../../src/host/host.ts';
import {openHost} from '../../../src/host/open.ts';
import {Problem} from '../../../src/problems/problem.ts';
import {lives, reach, refuses} from './probes.ts';

let demo: Demo;
let host: Host;

beforeEach(async () => {
  demo = await openDemo({speed: 10});
  host = reach(demo.profile).host;
});
afterEach(async () => {
  host.close();
  await demo.close();
});

const until = <T>(look: () => Promise<T>): Promise<T> => vi.waitFor(look, {timeout: 15_000, interval: 50});

test('the folder is for its owner only, and the key for nobody else', () => {
  expect(statSync(demo.folder).mode & 0o777).toBe(0o700);
  const {address} = reach(demo.profile);
  expect(address.identityFiles.map(file => statSync(file).mode & 0o777)).toEqual([0o600]);
});

test('another key, another user and a password are refused', async () => {
  const other = await openDemo();
  const {address: mine} = reach(demo.profile);
  const {address: theirs} = reach(other.profile);
  const attempts = [
    {...mine, identityFiles: theirs.identityFiles},
    {...mine, user: 'root'},
    {...mine, identityFiles: theirs.identityFiles, password: async () => 'demo'},
  ];
  for (const address of attempts) {
    const refused = openHost(address, {become: 'sudo'});
    const problem = await refused.exec(['true']).catch(error => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({code: expect.stringMatching(/^host\.(login|key-file)$/)});
    refused.close();
  }
  await other.close();
});

test('a command that hangs ends with its channel, and all that it started', async () => {
  const stream = await host.stream(['sh', '-c', 'sleep 1000 & echo $!; sleep 1000 & echo $!; wait']);
  let said = '';
  stream.stdout.on('data', chunk => {
    said += chunk;
  });
  await until(async () => expect(said.trim().split('\n')).toHaveLength(2));
  const pids = said.trim().split('\n').map(Number);
  expect(pids.every(lives)).toBe(true);
  stream.end();
  await until(async () => expect(pids.some(lives)).toBe(false));
});

test('close leaves no folder, port or process', async () => {
  const {apiPort, address} = reach(demo.profile);
  const stream = await host.stream(['sh', '-c', 'sleep 1000 & echo $!; cat; wait']);
  let said = '';
  stream.stdout.on('data', chunk => {
    said += chunk;
  });
  await until(async () => expect(said).toMatch(/\n$/));
  const pids = [...demo.pids(), Number(said)];
  expect(pids.every(lives)).toBe(true);
  await demo.close();
  expect(existsSync(demo.folder)).toBe(false);
  expect(await refuses(apiPort)).toBe(true);
  expect(await refuses(address.port ?? 0)).toBe(true);
  await until(async () => expect(pids.some(lives)).toBe(false));
});

test('closeNow does the same at once, also while the log folder is still being filled', async () => {
  const other = await openDemo();
  other.closeNow();
  expect(existsSync(other.folder)).toBe(false);
  await other.filled;
  expect(existsSync(other.folder)).toBe(false);
  other.closeNow();
});

test('a demo starts quickly', async () => {
  const startedAt = performance.now();
  const other = await openDemo();
  // A generous bound for a busy machine; about 20 ms were measured on an idle one.
  expect(performance.now() - startedAt).toBeLessThan(1000);
  await other.close();
});
