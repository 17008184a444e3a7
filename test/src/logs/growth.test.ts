import {describe, expect, test} from 'vitest';
import {fullInMs, growthByAges, growthOf, type VolumeSample, withSample} from '../../../src/logs/growth.ts';
import {ageBounds} from '../../../src/logs/usage.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = 1_800_000_000_000;
const at = (ageMs: number, usedBytes: number, usedInodes = 100): VolumeSample => ({
  atMs: nowMs - ageMs,
  usedBytes,
  usedInodes,
});

describe('what was seen of a volume', () => {
  test('is noted every ten minutes for two days, and every six hours for ninety days', () => {
    let samples: readonly VolumeSample[] = [];
    for (let minute = 0; minute < 120 * 24 * 60; minute += 5) {
      samples = withSample(samples, {atMs: nowMs + minute * 60_000, usedBytes: minute, usedInodes: 1});
    }
    expect(samples.length).toBeLessThan(2 * 24 * 6 + 90 * 4 + 10);
    expect(samples.length).toBeGreaterThan(2 * 24 * 6 + 85 * 4);
    const ages = samples.map(each => (samples.at(-1)?.atMs ?? 0) - each.atMs);
    expect(Math.max(...ages)).toBeLessThanOrEqual(90 * dayMs);
    expect(ages).toEqual(ages.toSorted((a, b) => b - a));
  });

  test('is not written anew where it is too early for more', () => {
    const samples = [at(60_000, 5)];
    expect(withSample(samples, at(0, 6))).toBe(samples);
  });

  test('is in order when the clock went back', () => {
    const kept = withSample([at(0, 5)], at(2 * hourMs, 4));
    expect(kept).toEqual([at(2 * hourMs, 4)]);
  });
});

describe('how fast a volume grows', () => {
  test('is not known from less than an hour', () => {
    expect(growthOf([], 1000)).toBeUndefined();
    expect(growthOf([at(50 * 60_000, 0), at(0, 100)], 1000)).toBeUndefined();
  });

  test('is told by the last week', () => {
    const samples = [at(30 * dayMs, 0), at(4 * dayMs, 500), at(2 * dayMs, 600), at(0, 700)];
    expect(growthOf(samples, 1000)).toMatchObject({bytesPerDay: 50, inodesPerDay: 0, overMs: 4 * dayMs});
  });

  test('is told since something large was removed', () => {
    const samples = [at(4 * dayMs, 800), at(3 * dayMs, 900), at(2 * dayMs, 400), at(0, 600)];
    expect(growthOf(samples, 1000)).toMatchObject({bytesPerDay: 100, overMs: 2 * dayMs});
  });

  test('is told on a first visit by the ages of the logs', () => {
    const amounts: Record<number, number> = {7: 0, 1: 600, 0: 100, 30: 9999};
    const found = {
      bytes: 10_699,
      apparentBytes: 0,
      files: 7,
      folders: 0,
      emptyFolders: 0,
      errors: 0,
      oldestMs: nowMs - 40 * dayMs,
      newestMs: nowMs,
      ages: ageBounds.map(bound => ({files: 1, bytes: amounts[bound] ?? 0})),
    };
    expect(growthByAges(found, nowMs)).toMatchObject({from: 'ages', bytesPerDay: 100});
    expect(growthByAges({...found, oldestMs: nowMs - 2 * dayMs}, nowMs)).toMatchObject({bytesPerDay: 350});
    expect(growthByAges({...found, oldestMs: undefined}, nowMs)).toBeUndefined();
  });
});

test('a volume is full when its space or its inodes are used up, whichever is first', () => {
  const growth = {bytesPerDay: 10, inodesPerDay: 50, overMs: dayMs, from: 'samples'} as const;
  const room = {freeBytes: 100, totalInodes: 1000, freeInodes: 100};
  expect(fullInMs(room, growth)).toBe(2 * dayMs);
  expect(fullInMs({...room, totalInodes: 0, freeInodes: 0}, growth)).toBe(10 * dayMs);
  expect(fullInMs(room, {...growth, bytesPerDay: -1, inodesPerDay: 0})).toBeUndefined();
  expect(fullInMs({...room, freeBytes: 0}, growth)).toBe(0);
});
