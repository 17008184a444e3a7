import {expect, test} from 'vitest';
import {choosesNothing, readLogAge, readTarget, ruleWords} from '../../../src/logs/rule.ts';

test.each([
  ['30d', 30 * 86_400_000],
  ['30', 30 * 86_400_000],
  ['12 h', 43_200_000],
  ['2w', 14 * 86_400_000],
  ['0d', undefined],
  ['-1d', undefined],
  ['1.5d', undefined],
  ['30 days', undefined],
  ['', undefined],
])('the age %j is %j ms', (text, ms) => {
  expect(readLogAge(text)).toBe(ms);
});

test.each([
  ['70%', {fraction: 0.7}],
  ['20GB', {bytes: 20e9}],
  ['1.5 tb', {bytes: 1.5e12}],
  ['100%', undefined],
  ['0%', undefined],
  ['00 GB', undefined],
  ['70', undefined],
  ['20', undefined],
])('the level %j is %j', (text, level) => {
  expect(readTarget(text)).toEqual(level);
});

test('a rule without an age, a level or marks chooses nothing', () => {
  expect(choosesNothing({})).toBe(true);
  expect(choosesNothing({keepRunsPerDag: 5, dagIds: ['a'], under: []})).toBe(true);
  expect(choosesNothing({downTo: {fraction: 0.7}})).toBe(false);
});

test('a rule is told in words', () => {
  expect(ruleWords({olderThanMs: 30 * 86_400_000, keepRunsPerDag: 5, downTo: {fraction: 0.7}, dagIds: ['a']})).toBe(
    'logs older than 30 d, of a, oldest first until the volume has 70 % used, without the last 5 runs of each DAG',
  );
  expect(ruleWords({under: ['/logs/a', '/logs/b'], classes: ['task', 'manager']})).toBe(
    '2 marked: task logs and manager logs',
  );
});
