import {expect, test} from 'vitest';
import type {Change} from '../../../src/changes/change.ts';
import {fold} from '../../../src/changes/fold.ts';
import {moment} from '../../../src/changes/moment.ts';
import {sentence} from '../../../src/changes/sentence.ts';
import {spanWords} from '../../../src/changes/windows.ts';
import {hostile} from '../../components/hostile.ts';

const nowMs = Date.UTC(2026, 10, 24, 14, 4, 31);

const change = (changes: Partial<Change> = {}): Change => ({
  atMs: nowMs,
  host: 'af-1',
  kind: 'dag-file',
  subject: 'etl.py',
  says: {one: 'was changed', many: 'were changed'},
  group: 'changed',
  ...changes,
});

const files = (amount: number, apartMs = 0): readonly Change[] =>
  Array.from({length: amount}, (_, index) => change({subject: `${index + 1}.py`, atMs: nowMs + index * apartMs}));

test.each([
  [1, '1.py was changed'],
  [2, '1.py and 2.py were changed'],
  [3, '1.py, 2.py and 3.py were changed'],
  [4, '1.py, 2.py and 2 other files were changed'],
  [10_000, '1.py, 2.py and 9,998 other files were changed'],
])('%i subjects in one sentence', (amount, text) => {
  expect(sentence(files(amount))).toBe(text);
});

test('what one subject did again and again is counted, with the time that it took', () => {
  const failed = (index: number) =>
    change({
      kind: 'failure',
      subject: 'airflow-scheduler',
      says: {one: 'failed', many: 'failed'},
      atMs: nowMs + index * 14_000,
    });
  expect(sentence([failed(0), failed(1)])).toBe('airflow-scheduler failed, twice in 14 s');
  expect(sentence(Array.from({length: 14}, (_, index) => failed(index)))).toBe(
    'airflow-scheduler failed, 14 times in 3 min 2 s',
  );
});

test('several subjects of which some came again', () => {
  expect(sentence([...files(2), ...files(1)])).toBe('1.py and 2.py were changed, 3 times in all');
});

test.each(hostile)('a name that is meant to disturb does not: %j', name => {
  const text = sentence([change({subject: name, says: {one: `ran ${name}`, many: ''}})]);
  expect(text).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
  expect(text.length).toBeLessThan(700);
});

test('changes of one group that follow closely are one entry, others are not', () => {
  const entries = fold([
    ...files(3, 60_000),
    change({atMs: nowMs + 3_600_000}),
    change({host: 'af-2'}),
    change({kind: 'plugin', says: {one: 'is new', many: 'are new'}}),
  ]);
  expect(entries.map(({host, kind, text}) => `${host} ${kind} ${text}`)).toEqual([
    'af-1 dag-file etl.py was changed',
    'af-1 plugin etl.py is new',
    'af-2 dag-file etl.py was changed',
    'af-1 dag-file 1.py, 2.py and 3.py were changed within 2 min',
  ]);
  const three = entries.at(-1);
  expect([three?.atMs, three?.untilMs, three?.changes.length]).toEqual([nowMs, nowMs + 120_000, 3]);
});

test('ten thousand changes are folded at once', () => {
  const [entry, ...others] = fold(files(10_000, 1_000));
  expect(others).toEqual([]);
  expect(entry?.changes).toHaveLength(10_000);
});

test('an entry stays the same when its time is told a little differently, and when more comes', () => {
  const later = files(3, 1_000).map(one => ({...one, atMs: one.atMs + 3}));
  expect(fold(later)[0]?.id).toBe(fold(files(2, 1_000))[0]?.id);
});

test('nothing is nothing', () => {
  expect(fold([])).toEqual([]);
});

test('a moment of today is told to the second, an older one with its day', () => {
  const at = new Date(2026, 10, 24, 14, 4, 31).getTime();
  expect(moment(at, at + 60_000)).toBe('14:04:31');
  expect(moment(at, at + 86_400_000)).toBe('24 Nov 14:04');
});

test('how far back is said as people do', () => {
  expect([90 * 60_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000, 90_000].map(spanWords)).toEqual([
    '90 min',
    '24 h',
    '7 d',
    '30 d',
    '1 min 30 s',
  ]);
});
