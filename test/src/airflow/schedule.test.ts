import {expect, test} from 'vitest';
import type {Schedule} from '../../../src/airflow/api.ts';
import {scheduleOf, scheduleOfDelta} from '../../../src/airflow/schedule.ts';

test.each<[string | null, string | null, Schedule]>([
  [null, 'Never, external triggers only', {kind: 'none'}],
  [null, null, {kind: 'none'}],
  ['None', 'Never, external triggers only', {kind: 'none'}],
  ['@daily', 'At 00:00', {kind: 'cron', expression: '@daily'}],
  ['0 6 * * MON-FRI', null, {kind: 'cron', expression: '0 6 * * MON-FRI'}],
  ['*/5 0-6,22 L * 5#3', null, {kind: 'cron', expression: '*/5 0-6,22 L * 5#3'}],
  ['0:30:00', '', {kind: 'every', everyMs: 1_800_000}],
  ['1 day, 0:00:00', '', {kind: 'every', everyMs: 86_400_000}],
  ['2 days, 3:04:05.500000', '', {kind: 'every', everyMs: 2 * 86_400_000 + 11_045_500}],
  ['Asset', 'Triggered by assets', {kind: 'assets'}],
  ['Dataset', 'Triggered by datasets', {kind: 'assets'}],
  ['@once', 'Once, as soon as possible', {kind: 'once'}],
  ['@continuous', 'As frequently as possible', {kind: 'continuous'}],
  ['AfterWorkdayTimetable', 'After each\nworkday', {kind: 'other', description: 'After each workday'}],
  ['AfterWorkdayTimetable', '', {kind: 'other', description: 'AfterWorkdayTimetable'}],
  [
    'Asset or 0 0 * * *',
    'Triggered by assets or At 00:00',
    {kind: 'other', description: 'Triggered by assets or At 00:00'},
  ],
])('%j (%j)', (summary, description, schedule) => {
  expect(scheduleOf(summary, description)).toEqual(schedule);
});

test('deltas of v1: a length, or a time of the calendar', () => {
  const timeDelta = {__type: 'TimeDelta', days: 1, seconds: 30, microseconds: 500_000};
  expect(scheduleOfDelta(timeDelta, '')).toEqual({kind: 'every', everyMs: 86_430_500});
  const relative = {__type: 'RelativeDelta', years: 0, months: 1, days: 0, hours: 0, day: null};
  expect(scheduleOfDelta(relative, '')).toEqual({kind: 'other', description: 'months 1'});
  expect(scheduleOfDelta({...relative, months: 0, hours: 2}, null)).toEqual({kind: 'every', everyMs: 7_200_000});
  expect(scheduleOfDelta({...relative, months: 0, days: 1, hour: 0}, null).kind).toBe('other');
});
