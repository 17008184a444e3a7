import {expect, test} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';

test('a problem holds nothing that a terminal obeys', () => {
  const problem = new Problem('host.command-failed', 'a\u001B[2Jb\u0007', {lines: ['\u001B]0;title\u0007c', 'd']});
  expect(problem).toMatchObject({detail: 'ab', lines: ['c', 'd']});
  expect(problem.message).toMatch(/: ab$/);
});
