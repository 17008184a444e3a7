import {expect, test} from 'vitest';
import type {Begun} from '../../../src/activity/entry.ts';
import {ActivityRecord} from '../../../src/activity/record.ts';

const look = (what: string, changes = false): Begun => ({
  atMs: 0,
  where: 'API',
  what,
  changes,
  subject: {kind: 'request', method: 'GET', url: 'http://here/', login: 'none'},
});

test('what began is there at once, and how it ended is added', () => {
  const record = new ActivityRecord();
  const end = record.begin(look('GET /slow'));
  const version = record.version;
  expect(record.entries()).toMatchObject([{what: 'GET /slow'}]);
  end({tookMs: 7, outcome: 'ok', result: '200'});
  expect(record.entries()).toMatchObject([{what: 'GET /slow', end: {result: '200'}}]);
  expect(record.version).not.toBe(version);
});

test('ten thousand looks do not push out a change', () => {
  const record = new ActivityRecord();
  record.begin(look('PATCH /dags/a', true));
  const first = record.begin(look('GET /first'));
  for (let index = 0; index < 12_000; index++) record.begin(look(`GET /${index}`));
  const entries = record.entries();
  expect(entries).toHaveLength(10_001);
  expect(entries[0]?.what).toBe('PATCH /dags/a');
  // One that was dropped may still end.
  first({tookMs: 1, outcome: 'ok', result: '200'});
  expect(record.entries()).toHaveLength(10_001);
});

test('long texts are kept for a shorter time', () => {
  const record = new ActivityRecord();
  for (let index = 0; index < 100; index++) record.begin(look('x'.repeat(1024 * 1024)));
  expect(record.entries().length).toBeLessThan(10);
});
