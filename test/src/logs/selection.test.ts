import {expect, test} from 'vitest';
import type {HasFailed} from '../../../src/logs/failed-runs.ts';
import type {LogFile} from '../../../src/logs/layout.ts';
import type {Rule} from '../../../src/logs/rule.ts';
import {type Candidate, Selection, type Surroundings, taskKey, type Verdict} from '../../../src/logs/selection.ts';

const day = 86_400_000;
const nowMs = 1_800_000_000_000;

const logOf = (dagId: string, runId: string, ageDays: number, more: Partial<Candidate> = {}): Candidate => ({
  what: {class: 'task', dagId, runId, taskId: 't', tryNumber: 1},
  bytes: 1_000,
  mtimeMs: nowMs - ageDays * day,
  isOpen: false,
  mayRemove: true,
  ...more,
});

function decide(rule: Rule, files: readonly Candidate[], around: Partial<Surroundings> = {}): readonly Verdict[] {
  const selection = new Selection(rule, {nowMs, running: new Set(), ...around});
  for (const file of files) selection.observe(file);
  if (selection.weighs) for (const file of files) selection.weigh(file);
  return files.map(file => selection.decide(file));
}

test('by age goes what is older, and nothing else', () => {
  const files = [logOf('a', '1', 31), logOf('a', '2', 30), logOf('a', '3', 29), logOf('a', '4', 0)];
  expect(decide({olderThanMs: 30 * day}, files)).toEqual(['delete', undefined, undefined, undefined]);
});

test('the last runs of each DAG stay, however old they are and in whatever order they come', () => {
  const files = [
    logOf('a', '1', 100),
    logOf('a', '2', 90),
    logOf('a', '3', 80),
    // Its first file is the oldest of all, its last one the newest.
    logOf('a', '0', 120),
    logOf('a', '0', 70),
    logOf('b', '1', 200),
    logOf('b', '2', 300),
  ];
  expect(decide({olderThanMs: 30 * day, keepRunsPerDag: 2}, files)).toEqual([
    'delete',
    'delete',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('down to a level goes the oldest, as much as is wanted of bytes and of inodes', () => {
  const files = [5, 4, 3, 2, 1].map(age => logOf('a', String(age), age));
  const rule = {downTo: {fraction: 0.7}};
  const gone = (bytes: number, inodes: number) => decide(rule, files, {wanted: {bytes, inodes}}).filter(Boolean).length;
  expect(gone(2_500, 0)).toBe(3);
  expect(gone(1_000, 4)).toBe(4);
  expect(gone(-1, -1)).toBe(0);
  expect(gone(1e9, 0)).toBe(5);
  const [first, , , , last] = decide(rule, files, {wanted: {bytes: 500, inodes: 0}});
  expect([first, last]).toEqual(['delete', undefined]);
});

test('of files of the same minute go as many as are wanted', () => {
  const files = Array.from({length: 100}, (_, index) => logOf('a', String(index), 10));
  const gone = decide({downTo: {fraction: 0.5}}, files, {wanted: {bytes: 9_500, inodes: 0}}).filter(Boolean);
  expect(gone).toHaveLength(10);
});

test('what must not go is told with its reason', () => {
  const running = new Set([taskKey('a', 'running', 't')]);
  const unknown: LogFile = {class: 'unknown'};
  const files = [
    logOf('a', '1', 40, {isOpen: true}),
    logOf('a', 'running', 40),
    logOf('a', '2', 40, {mayRemove: false}),
    logOf('a', '3', 40, {what: unknown}),
    logOf('a', '3', 20, {what: unknown}),
  ];
  expect(decide({olderThanMs: 30 * day}, files, {running})).toEqual([
    {stays: 'open'},
    {stays: 'running'},
    {stays: 'no-right'},
    {stays: 'not-understood'},
    undefined,
  ]);
  expect(decide({under: ['/logs/a']}, [logOf('a', '1', 0.01)])).toEqual([{stays: 'young'}]);
});

test('only the classes and DAGs that are named', () => {
  const parse = logOf('', '', 40, {what: {class: 'dag-file', date: '2026-01-01'}});
  const files = [logOf('a', '1', 40), logOf('b', '1', 40), parse];
  expect(decide({olderThanMs: 30 * day, dagIds: ['b']}, files)).toEqual([undefined, 'delete', undefined]);
  expect(decide({olderThanMs: 30 * day, classes: ['dag-file']}, files)).toEqual([undefined, undefined, 'delete']);
});

test('the log that the manager writes is emptied where its class is named, and otherwise stays', () => {
  const growing = logOf('', '', 0, {what: {class: 'manager'}, isOpen: true});
  const rotated = logOf('', '', 40, {what: {class: 'manager'}});
  expect(decide({olderThanMs: 30 * day}, [growing, rotated])).toEqual([{stays: 'open'}, 'delete']);
  expect(decide({olderThanMs: 30 * day, classes: ['manager']}, [growing, rotated])).toEqual(['empty', 'delete']);
});

test('what the manager rotated a moment ago is not emptied, and what it writes is copied before where that is wanted', () => {
  const growing = logOf('', '', 0, {what: {class: 'manager'}, isOpen: true});
  const rotated = logOf('', '', 0.01, {what: {class: 'manager', isRotated: true}});
  const rule: Rule = {olderThanMs: 0, classes: ['manager'], growing: 'rotate'};
  expect(decide(rule, [growing, rotated])).toEqual(['rotate', {stays: 'young'}]);
  expect(decide(rule, [growing], {roomBytes: 500})).toEqual([{stays: 'no-room'}]);
});

test('failed runs stay longer, and those of which nobody knows as long', () => {
  const rule = {olderThanMs: 30 * day, failedOlderThanMs: 90 * day};
  const files = [
    logOf('a', 'failed', 40),
    logOf('a', 'fine', 40),
    logOf('a', 'unknown', 40),
    logOf('a', 'failed', 91),
    logOf('a', 'failed', 20),
    logOf('a', '', 40, {what: {class: 'dag-file', date: '2026-01-01'}}),
  ];
  const hasFailed: HasFailed = ({runId}) => (runId === 'unknown' ? undefined : runId === 'failed');
  expect(decide(rule, files, {hasFailed})).toEqual([
    {stays: 'failed'},
    'delete',
    {stays: 'perhaps-failed'},
    'delete',
    undefined,
    'delete',
  ]);
  // Nobody could be asked, or the path does not tell the DAG.
  const hidden = logOf('a', '', 40, {what: {class: 'task'}});
  expect(decide(rule, [logOf('a', 'fine', 40), hidden])).toEqual([
    {stays: 'perhaps-failed'},
    {stays: 'perhaps-failed'},
  ]);
});
