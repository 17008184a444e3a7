import {afterEach, beforeEach, expect, test} from 'vitest';
import {Live} from '../../../src/live/live.ts';
import {nextInMs} from '../../../src/live/pace.ts';
import type {Query} from '../../../src/live/query.ts';
import {Problem} from '../../../src/problems/problem.ts';

let live: Live;
const bugs: unknown[] = [];

beforeEach(() => {
  bugs.length = 0;
  live = new Live(error => bugs.push(error));
});

afterEach(() => {
  live.focus(true);
  live.close();
});

/** Answers with what `next` gives, and counts how often it was asked. */
function counted(next: (asked: number) => string | Problem, everyMs = 20): Query<string> & {asked: () => number} {
  let asked = 0;
  return {
    name: 'counted',
    args: [],
    everyMs,
    asked: () => asked,
    read: async () => {
      asked += 1;
      const answer = next(asked);
      if (answer instanceof Problem) throw answer;
      return answer;
    },
  };
}

test('a query is asked again and again while somebody watches, and not after', async () => {
  const query = counted(n => `answer ${n}`);
  const watch = live.watch(query, () => {});
  await expect.poll(query.asked).toBeGreaterThan(3);
  watch.stop();
  const asked = query.asked();
  const other = counted(() => 'x');
  const second = live.watch({...other, name: 'other'}, () => {});
  await expect.poll(other.asked).toBeGreaterThan(3);
  second.stop();
  expect(query.asked()).toBeLessThanOrEqual(asked + 1);
});

test('the old value stays with its age when asking fails, beside the problem, and it recovers by itself', async () => {
  const query = counted(n => (n === 2 ? new Problem('airflow.unreachable', 'x') : `answer ${n}`));
  const seen: (string | undefined)[] = [];
  const watch = live.watch(query, () => {
    const {value, problem} = watch.seen();
    seen.push(`${value} ${problem?.code ?? ''}`);
  });
  await expect.poll(() => seen).toContain('answer 1 airflow.unreachable');
  await expect.poll(() => watch.seen().problem).toBeUndefined();
  expect(watch.seen().value).toMatch(/answer \d/);
  watch.stop();
});

test('two who watch share one request', async () => {
  const query = counted(n => `answer ${n}`, 60_000);
  const first = live.watch(query, () => {});
  const second = live.watch(query, () => {});
  await expect.poll(() => second.seen().value).toBe('answer 1');
  expect(query.asked()).toBe(1);
  first.stop();
  second.stop();
});

test('without the focus only what may goes on', async () => {
  const quiet = counted(n => `answer ${n}`);
  const verdict = {...counted(n => `answer ${n}`), name: 'verdict'};
  const quietWatch = live.watch(quiet, () => {});
  const verdictWatch = live.watch(verdict, () => {}, {unfocused: true});
  await expect.poll(quiet.asked).toBeGreaterThan(1);
  live.focus(false);
  const before = quiet.asked();
  const verdictBefore = verdict.asked();
  await expect.poll(verdict.asked).toBeGreaterThan(verdictBefore + 5);
  expect(quiet.asked()).toBeLessThanOrEqual(before + 1);
  live.focus(true);
  await expect.poll(quiet.asked).toBeGreaterThan(before + 1);
  quietWatch.stop();
  verdictWatch.stop();
});

test('what comes bit by bit is shown bit by bit, the first time only', async () => {
  let round = 0;
  const query: Query<string> = {
    name: 'pages',
    args: [],
    everyMs: 60_000,
    read: async (_, show) => {
      round += 1;
      await new Promise(resolve => setImmediate(resolve));
      show(`round ${round}, page 1`);
      await new Promise(resolve => setImmediate(resolve));
      show(`round ${round}, page 2`);
      await new Promise(resolve => setImmediate(resolve));
      return `round ${round}, all`;
    },
  };
  const seen: (string | undefined)[] = [];
  const watch = live.watch(query, () => seen.push(watch.seen().value));
  await expect.poll(() => seen.at(-1)).toBe('round 1, all');
  expect(seen).toContain('round 1, page 1');
  await live.touch(['pages']);
  await expect.poll(() => seen.at(-1)).toBe('round 2, all');
  expect(seen).not.toContain('round 2, page 1');
  watch.stop();
});

test('a failure that is no problem is told to the crash handler', async () => {
  const query: Query<string> = {
    name: 'bug',
    args: [],
    everyMs: 60_000,
    read: async () => {
      throw new TypeError('a bug');
    },
  };
  const watch = live.watch(query, () => {});
  await expect.poll(() => bugs.length).toBe(1);
  watch.stop();
});

test('a failing server is asked ever less often, at most once a minute, and never given up', () => {
  const waits = [0, 1, 2, 3, 4, 5, 50].map(failures => nextInMs(5_000, failures, undefined, () => 0.5));
  expect(waits).toEqual([5_000, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  expect(nextInMs(5_000, 3, undefined, () => 0)).toBeLessThan(nextInMs(5_000, 3, undefined, () => 1));
});

test('the wait that a server asks for is kept', () => {
  expect(nextInMs(5_000, 1, 120, () => 0.5)).toBe(120_000);
});

test.each([2_147_484, 31_536_000, 1e30, Number.POSITIVE_INFINITY])('a wait of %d s is cut to an hour', retryAfterS => {
  expect(nextInMs(5_000, 1, retryAfterS)).toBe(3_600_000);
});

test('a wait that is no number is none', () => {
  expect(nextInMs(5_000, 1, Number.NaN, () => 0.5)).toBe(5_000);
});

test('a query that is slow by nature is not asked more often because it fails', () => {
  expect(nextInMs(600_000, 1, undefined, () => 0.5)).toBe(600_000);
});
