import {describe, expect, test} from 'vitest';
import type {Schedule} from '../../../src/airflow/api.ts';
import {catchUp} from '../../../src/dags/catch-up.ts';
import {cron, details, every} from './dag.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const at = (iso: string) => Date.parse(iso);

/** Runs that start at once, when the next one was due at `from`. */
async function runs(schedule: Schedule, from: string, now: string, timezone = 'UTC'): Promise<number | undefined> {
  const found = await catchUp(details('etl', {schedule, nextRunAtMs: at(from), timezone}), at(now));
  return found?.runs;
}

describe('with catch-up, one run for each interval that is over', () => {
  test('of a day', async () => {
    const daily = cron('0 2 * * *');
    expect(await runs(daily, '2026-03-01T02:00:00Z', '2026-03-01T02:00:00Z')).toBe(1);
    expect(await runs(daily, '2026-03-01T02:00:00Z', '2026-03-11T01:59:59Z')).toBe(10);
    expect(await runs(daily, '2026-03-01T02:00:00Z', '2026-03-11T02:00:00Z')).toBe(11);
  });

  test('in the time zone of the DAG', async () => {
    const daily = cron('0 2 * * *');
    expect(await runs(daily, '2026-01-01T01:00:00Z', '2026-01-05T01:30:00Z', 'Europe/Berlin')).toBe(5);
    expect(await runs(daily, '2026-01-01T17:00:00Z', '2026-01-05T16:59:00Z', 'Asia/Seoul')).toBe(4);
  });

  test('a day of 23 and a day of 25 hours are one run of a daily DAG, and 23 and 25 of an hourly one', async () => {
    const daily = cron('30 2 * * *');
    const hourly = cron('0 * * * *');
    expect(await runs(daily, '2026-03-28T01:30:00Z', '2026-03-31T12:00:00Z', 'Europe/Berlin')).toBe(4);
    expect(await runs(daily, '2026-10-24T00:30:00Z', '2026-10-27T12:00:00Z', 'Europe/Berlin')).toBe(4);
    expect(await runs(hourly, '2026-03-28T23:00:00Z', '2026-03-29T21:59:00Z', 'Europe/Berlin')).toBe(23);
    expect(await runs(hourly, '2026-10-24T22:00:00Z', '2026-10-25T22:59:00Z', 'Europe/Berlin')).toBe(25);
  });

  test('of a timedelta', async () => {
    expect(await runs(every(6 * hourMs), '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z')).toBe(5);
    expect(await runs(every(dayMs), '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')).toBe(1);
  });

  test('of the presets, and of what Airflow alone writes so', async () => {
    const from = '2026-01-01T00:00:00Z';
    expect(await runs(cron('@daily'), from, '2026-01-10T12:00:00Z')).toBe(10);
    expect(await runs(cron('@midnight'), from, '2026-01-10T12:00:00Z')).toBe(10);
    expect(await runs(cron('@quarterly'), from, '2026-12-31T00:00:00Z')).toBe(4);
    // The sixth field is the seconds.
    expect(await runs(cron('0 0 * * * 30'), '2026-01-01T00:00:30Z', '2026-01-03T00:00:29Z')).toBe(2);
    expect(await runs(cron('0 0 1 * 1'), from, '2026-01-31T00:00:00Z')).toBe(5);
  });

  test('the next run begins where its interval ends', async () => {
    const found = await catchUp(
      details('etl', {
        schedule: cron('0 0 * * *'),
        nextRunAtMs: at('2026-03-02T00:00:00Z'),
        nextInterval: {startMs: at('2026-03-01T00:00:00Z'), endMs: at('2026-03-02T00:00:00Z')},
      }),
      at('2026-03-04T12:00:00Z'),
    );
    expect(found).toEqual({runs: 3, more: false});
  });

  test('once is once', async () => {
    expect(await runs({kind: 'once'}, '2026-03-01T00:00:00Z', '2026-03-04T00:00:00Z')).toBe(1);
  });
});

test('without catch-up one run, however long ago', async () => {
  const long = details('etl', {schedule: cron('* * * * *'), catchup: false, nextRunAtMs: at('2020-01-01T00:00:00Z')});
  expect(await catchUp(long, at('2026-03-01T00:00:00Z'))).toEqual({runs: 1, more: false});
});

test('none while the next run is in the future, and none without a schedule', async () => {
  expect(await runs(cron('0 2 * * *'), '2026-03-01T02:00:00Z', '2026-03-01T01:59:59Z')).toBe(0);
  expect(await catchUp(details('etl', {schedule: {kind: 'none'}, nextRunAtMs: 0}), dayMs)).toEqual({
    runs: 0,
    more: false,
  });
  expect(await catchUp(details('etl', {schedule: {kind: 'assets'}}), dayMs)).toEqual({runs: 0, more: false});
});

test.each([
  ['cron', cron('* * * * *')],
  ['timedelta', every(60_000)],
] as const)('counting stops at 10,000, and lets others work meanwhile: %s', async (_, schedule) => {
  let others = 0;
  const timer = setInterval(() => {
    others += 1;
  }, 1);
  const long = details('etl', {schedule, timezone: 'Europe/Berlin', nextRunAtMs: at('2000-01-01T00:00:00Z')});
  const found = await catchUp(long, at('2026-03-01T00:00:00Z'));
  clearInterval(timer);
  expect(found).toEqual({runs: 10_000, more: true});
  if (schedule.kind === 'cron') expect(others).toBeGreaterThan(3);
});

test('exactly 10,000 is no lower bound', async () => {
  const due = details('etl', {schedule: every(1000), nextRunAtMs: 1_000_000});
  expect(await catchUp(due, 1_000_000 + 9_999_000)).toEqual({runs: 10_000, more: false});
});

test('what cannot be counted is not guessed', async () => {
  const from = '2026-03-01T00:00:00Z';
  const now = '2026-03-04T00:00:00Z';
  for (const expression of ['H H * * *', '99 * * * *', 'every other day', '0 0 * * L5']) {
    expect(await runs(cron(expression), from, now), expression).toBeUndefined();
  }
  expect(await runs(cron('0 0 * * *'), from, now, 'Mars/Olympus')).toBeUndefined();
  expect(await runs({kind: 'other', description: 'On working days'}, from, now)).toBeUndefined();
});
