import {expect, test} from 'vitest';
import {inheritLevels, readLine} from '../../../src/reader/line.ts';

const at = (text: string) => {
  const {atMs, level, message} = readLine('0', text);
  return [atMs === undefined ? undefined : new Date(atMs).toISOString(), level, message];
};

test.each([
  [
    'Airflow 2.3–2.11',
    '[2026-11-22T14:04:31.123+0200] {job.py:12} ERROR - it failed',
    '2026-11-22T12:04:31.123Z',
    'error',
    'it failed',
  ],
  [
    'gunicorn',
    '[2026-11-22 14:04:31 +0000] [123] [WARNING] Worker exiting',
    '2026-11-22T14:04:31.000Z',
    'warning',
    'Worker exiting',
  ],
  [
    'Airflow 3',
    '2026-11-22T14:04:31.123456Z [error    ] it failed [task]',
    '2026-11-22T14:04:31.123Z',
    'error',
    'it failed [task]',
  ],
  [
    'JSON',
    '{"timestamp":"2026-11-22T14:04:31.123456Z","event":"it failed","level":"error"}',
    '2026-11-22T14:04:31.123Z',
    'error',
    'it failed',
  ],
])('a line of %s is understood', (_, text, time, level, message) => {
  expect(at(text)).toEqual([time, level, message]);
});

test('without an offset from UTC the time is that of here: Airflow before 2.3, Celery', () => {
  const here = new Date(2026, 10, 22, 14, 4, 31, 123).toISOString();
  expect(at('[2026-11-22 14:04:31,123] {job.py:12} INFO - ok')).toEqual([here, 'info', 'ok']);
  expect(at('[2026-11-22 14:04:31,123: ERROR/MainProcess] no broker')).toMatchObject([here, 'error', {}]);
});

test('a word of the message is no level', () => {
  expect(at('[2026-11-22T14:04:31.123+0000] {job.py:12} INFO - it said ERROR - no')).toMatchObject({1: 'info'});
  const json = {timestamp: '2026-11-22T14:04:31Z', event: 'it said "level": "error"', level: 'info'};
  expect(at(JSON.stringify(json))).toMatchObject({1: 'info', 2: json.event});
});

test('what failed stands below the event of Airflow 3, as Python prints it', () => {
  const detail = {exc_type: 'ValueError', exc_value: 'no', frames: [{filename: '/dags/x.py', lineno: 3, name: 'load'}]};
  const text = JSON.stringify({
    timestamp: '2026-11-22T14:04:31Z',
    event: 'Task failed',
    level: 'error',
    error_detail: [detail],
  });
  expect(readLine('0', text).message).toBe(
    'Task failed\nTraceback (most recent call last):\n  File "/dags/x.py", line 3, in load\nValueError: no',
  );
});

test('a traceback is of the level of the entry that it explains; what comes before any entry has none', () => {
  const texts = [
    '*** Found local files',
    '[2026-11-22T14:04:31.123+0000] {x.py:1} ERROR - no',
    'Traceback',
    '  File',
    '',
  ];
  const lines = inheritLevels(texts.map((text, index) => readLine(String(index), text)));
  expect(lines.map(({level}) => level)).toEqual([undefined, 'error', 'error', 'error', 'error']);
});

test('broken JSON is a line like any other', () => {
  const cut = '{"timestamp":"2026-11-22T14:04:31Z","event":"cut';
  expect(at(cut)).toEqual(['2026-11-22T14:04:31.000Z', undefined, cut]);
  expect(readLine('0', '{}')).toMatchObject({message: '{}'});
});
