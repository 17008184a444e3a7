import {expect, test} from 'vitest';
import {rowsOf} from '../../../screens/activity/rows.ts';
import type {Entry} from '../../../src/activity/entry.ts';

const folded = {repeats: false, changesOnly: false};
const nowMs = 1_000_000;
let lastId = 0;

const entry = (what: string, more: Partial<Entry> = {}): Entry => ({
  id: ++lastId,
  atMs: lastId * 10,
  where: 'API',
  what,
  changes: false,
  subject: {kind: 'request', method: 'GET', url: 'http://here/', login: 'none'},
  end: {tookMs: 10, outcome: 'ok', result: '200'},
  ...more,
});

const shown = (rows: ReturnType<typeof rowsOf>) =>
  rows.map(({entry: {what, end}, times}) => [what, end?.result, times]);

const failed = {tookMs: 1, outcome: 'failed', result: '500', problem: {message: 'x', hint: 'y'}} as const;

test('the same look is one row at the time of the newest; another outcome is another row', () => {
  const entries = [entry('GET /a'), entry('GET /b'), entry('GET /a', {end: failed}), entry('GET /a')];
  expect(shown(rowsOf(entries, folded, nowMs))).toEqual([
    ['GET /a', '200', 2],
    ['GET /a', '500', 1],
    ['GET /b', '200', 1],
  ]);
});

test('each change is a row of its own, and so is each look where that is wanted', () => {
  const entries = [
    entry('PATCH /a', {changes: true}),
    entry('PATCH /a', {changes: true}),
    entry('GET /a'),
    entry('GET /a'),
  ];
  expect(shown(rowsOf(entries, folded, nowMs))).toEqual([
    ['GET /a', '200', 2],
    ['PATCH /a', '200', 1],
    ['PATCH /a', '200', 1],
  ]);
  expect(rowsOf(entries, {...folded, repeats: true}, nowMs)).toHaveLength(4);
  expect(rowsOf(entries, {...folded, changesOnly: true}, nowMs)).toHaveLength(2);
});

test('what somebody looked at on purpose is among the changes', () => {
  const rows = rowsOf(
    [entry('Revealed the variable x', {subject: {kind: 'note'}})],
    {...folded, changesOnly: true},
    nowMs,
  );
  expect(rows).toHaveLength(1);
});

test('what runs is a row of its own with its time so far, once it has run for a second', () => {
  const {end: _, ...running} = entry('GET /slow');
  expect(rowsOf([{...running, atMs: nowMs - 500}], folded, nowMs)).toEqual([]);
  expect(rowsOf([{...running, atMs: nowMs - 5000}], folded, nowMs)).toMatchObject([{tookMs: 5000}]);
});

test('no entry is no row', () => {
  expect(rowsOf([], folded, nowMs)).toEqual([]);
});
