import {expect, test} from 'vitest';
import {readWhen} from '../../../src/reader/when.ts';

const around = new Date(2026, 10, 22, 3, 4, 5).getTime();
const now = new Date(2026, 10, 24, 12, 0, 0).getTime();

test.each([
  ['14:05', {ms: new Date(2026, 10, 22, 14, 5).getTime()}],
  ['9:05:30', {ms: new Date(2026, 10, 22, 9, 5, 30).getTime()}],
  ['2026-11-20 14:05', {ms: new Date(2026, 10, 20, 14, 5).getTime()}],
  ['2026-11-20', {ms: new Date(2026, 10, 20).getTime()}],
  ['-2h', {ms: now - 7_200_000}],
  [' -1.5 d ', {ms: now - 129_600_000}],
  ['1200', {line: 1200}],
])('"%s" is a place', (text, place) => {
  expect(readWhen(text, around, now)).toEqual(place);
});

test.each(['', 'noon', '25:00', '14:61', '2h', '-2y', '14:05 2026-11-20'])('"%s" is none', text => {
  expect(readWhen(text, around, now)).toBeUndefined();
});
