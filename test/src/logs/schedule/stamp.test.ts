import {expect, test} from 'vitest';
import {ageRule, readTime} from '../../../../src/logs/schedule/schedule.ts';
import {readStamp, stamped} from '../../../../src/logs/schedule/stamp.ts';

test('a made file tells in its first line who made it, and whether somebody changed the rest', () => {
  for (const text of ['#!/bin/sh\nset -u\n', 'import os\n']) {
    const made = stamped(text, 'nightly', 'logs older\nthan 30 d');
    expect(readStamp(made)).toEqual({name: 'nightly', words: 'logs older than 30 d', isUntouched: true});
    expect(readStamp(`${made}# mine\n`)).toMatchObject({isUntouched: false});
    expect(readStamp(text)).toBeUndefined();
  }
  expect(stamped('#!/bin/sh\n:\n', 'a', 'b')).toMatch(/^#!\/bin\/sh\n# Made by windsock/);
});

test('a rule that a script cannot follow is refused with the reason', () => {
  const month = {olderThanMs: 30 * 86_400_000};
  expect(ageRule(month)).toEqual(month);
  const refused = [
    {...month, keepRunsPerDag: 5},
    {...month, downTo: {fraction: 0.7}},
    {...month, failedOlderThanMs: 1},
    {...month, under: ['/x']},
    {...month, classes: ['manager' as const]},
    {downTo: {fraction: 0.7}},
  ];
  for (const rule of refused) expect(() => ageRule(rule)).toThrow(/cannot run by itself/);
  expect(() => ageRule({})).toThrow(/--older-than/);
});

test('a time of a day is read, and nothing else', () => {
  expect(readTime('03:15')).toEqual({hour: 3, minute: 15});
  expect(readTime('24:00')).toBeUndefined();
  expect(readTime('3')).toBeUndefined();
});
