import {expect, test} from 'vitest';
import {age} from '../../src/words.ts';

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [12_000, '12 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [252_000, '4 min 12 s'],
  [600_000, '10 min'],
  [3_599_000, '59 min'],
  [3_600_000, '1 h'],
  [7_440_000, '2 h 4 min'],
  [86_399_000, '23 h 59 min'],
  [3 * 86_400_000 + 5, '3 d'],
  [412 * 86_400_000, '412 d'],
])('%d ms reads %s', (ms, text) => {
  expect(age(ms)).toBe(text);
});
