import {expect, test} from 'vitest';
import {progressRemarks} from '../../../src/commands/progress-remarks.ts';

test('each step is told at once, what it says first too, and then at most every ten seconds', () => {
  const told: string[] = [];
  let now = 0;
  const tell = progressRemarks(
    line => told.push(line),
    () => now,
  );
  const at = (ms: number, text: string, said?: string) => {
    now = ms;
    tell({running: {text, sinceMs: 0, ...(said === undefined ? {} : {said})}});
  };
  at(0, 'delete 3 files');
  for (let ms = 10; ms < 10_000; ms += 10) at(ms, 'delete 3 files', `${ms} ms`);
  at(10_010, 'delete 3 files', '2 of 3 files');
  at(30_000, 'delete 3 files', '2 of 3 files');
  tell({});
  at(30_001, 'measure the volume again');
  expect(told).toEqual([
    '… delete 3 files',
    '… delete 3 files: 10 ms',
    '… delete 3 files: 2 of 3 files',
    '… measure the volume again',
  ]);
});
