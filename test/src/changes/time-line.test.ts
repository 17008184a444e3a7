import {expect, test} from 'vitest';
import {gapSentence, timeLine} from '../../../src/changes/time-line.ts';
import {Problem} from '../../../src/problems/problem.ts';

const change = {
  atMs: 1_000,
  host: 'af-1',
  kind: 'boot',
  subject: 'af-1',
  says: {one: 'booted', many: ''},
  group: '',
} as const;

const answer = (
  title: string,
  of: {changes?: readonly (typeof change)[]; remarks?: readonly string[]; problem?: Problem},
) => ({
  whom: 'af-1',
  title,
  told: of.changes === undefined ? undefined : {changes: of.changes, remarks: of.remarks ?? []},
  problem: of.problem,
});

const denied = () => new Problem('host.journal-denied', 'af-1: viewer');

test('what fails leaves the others as they are, and is told once for each reason', () => {
  const {entries, gaps, remarks, waiting} = timeLine([
    answer('Boots', {changes: [change], remarks: ['The journal begins late.']}),
    answer('Starts and failures of units', {problem: denied()}),
    answer('Processes killed for lack of memory', {problem: denied()}),
    answer('Packages of the system', {changes: [], remarks: ['The journal begins late.']}),
  ]);
  expect(entries.map(({text}) => text)).toEqual(['af-1 booted']);
  expect(remarks).toEqual(['The journal begins late.']);
  expect(waiting).toEqual([]);
  expect(gaps.map(gapSentence)).toEqual([
    'Not known of af-1: starts and failures of units, processes killed for lack of memory. The login user may not read the journal: af-1: viewer. ' +
      denied().hint,
  ]);
});

test('who has not answered yet is waited for, and what came is there', () => {
  const {entries, waiting} = timeLine([
    answer('Boots', {changes: [change]}),
    answer('Packages', {}),
    answer('Python', {}),
  ]);
  expect(entries).toHaveLength(1);
  expect(waiting).toEqual(['af-1']);
});

test('what was answered before stays when asking again fails', () => {
  const {entries, gaps} = timeLine([answer('Boots', {changes: [change], problem: new Problem('host.lost', 'af-1')})]);
  expect(entries).toHaveLength(1);
  expect(gaps).toHaveLength(1);
});
