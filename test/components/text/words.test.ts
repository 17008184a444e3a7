import {expect, test} from 'vitest';
import {bar, bytes, count, counted, sparkline} from '../../../components/text/words.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [4_200, '4 kB'],
  [999_600, '1 MB'],
  [1_500_000, '1.5 MB'],
  [412_300_000, '412 MB'],
  [999_700_000, '1 GB'],
  [1_230_000_000, '1.2 GB'],
  [18_100_000_000, '18.1 GB'],
  [38_000_000_000, '38 GB'],
  [412_000_000_000, '412 GB'],
  [2_340_000_000_000, '2.3 TB'],
  [Number.NaN, '–'],
])('%d bytes read %s', (amount, words) => {
  expect(bytes(amount)).toBe(words);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [184_211, '184,211'],
  [12_345_678, '12,345,678'],
])('%d reads %s', (amount, words) => {
  expect(count(amount)).toBe(words);
});

test('one thing is not plural', () => {
  expect([0, 1, 504].map(amount => counted(amount, {one: 'DAG', many: 'DAGs'}))).toEqual([
    '0 DAGs',
    '1 DAG',
    '504 DAGs',
  ]);
});

test('a bar fills by eighths', () => {
  expect(bar(0, 4)).toBe('    ');
  expect(bar(0.5, 4)).toBe('██  ');
  expect(bar(0.97, 16)).toBe('███████████████▌');
  expect(bar(0.27, 16)).toBe('████▍           ');
  expect(bar(1, 4)).toBe('████');
});

test('a bar shows that there is something, and never more than all', () => {
  expect(bar(0.0001, 8)).toBe('▏       ');
  expect(bar(3, 4)).toBe('████');
  expect(bar(Number.NaN, 4)).toBe('    ');
});

test('an ASCII bar is of hashes', () => {
  expect(bar(0.5, 4, true)).toBe('##  ');
  expect(bar(0.01, 4, true)).toBe('#   ');
});

test('a sparkline is as high as its values', () => {
  expect(sparkline([0, 1, 2, 4, 8])).toBe('▁▂▂▄█');
  expect(sparkline([0, 0])).toBe('▁▁');
  expect(sparkline([1, Number.NaN, 1])).toBe('█ █');
  expect(sparkline([0, 4, 8], true)).toBe('_=@');
  expect(sparkline([])).toBe('');
});
