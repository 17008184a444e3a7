import {expect, test} from 'vitest';
import {commandsOf, first, numberOf, parseShow, timespanMs} from '../../../src/units/show.ts';

test.each([
  ['1min 30s', 90_000],
  ['20s', 20_000],
  ['1h 2min 3s', 3_723_000],
  ['500ms', 500],
  ['1.5s', 1_500],
  ['2d', 172_800_000],
  ['0', 0],
  ['infinity', undefined],
  ['', undefined],
  ['90', undefined],
  ['5 apples', undefined],
])('the time %s is %s ms', (text, ms) => {
  expect(timespanMs(text)).toBe(ms);
});

test('blocks are read in whatever order systemd prints them', () => {
  const [one, two, ...none] = parseShow('MainPID=7\nId=a.service\n\n\nId=b.service\nMainPID=0\n');
  expect(none).toEqual([]);
  if (one === undefined || two === undefined) throw new Error('two blocks');
  expect([first(one, 'Id'), numberOf(one, 'MainPID')]).toEqual(['a.service', 7]);
  expect([first(two, 'Id'), numberOf(two, 'MainPID')]).toEqual(['b.service', 0]);
  expect(first(two, 'User')).toBe('');
});

test.each(['[not set]', '18446744073709551615', 'infinity', ''])('the number "%s" is none', text => {
  const [shown] = parseShow(`Id=a.service\nMemoryCurrent=${text}\n`);
  if (shown === undefined) throw new Error('one block');
  expect(numberOf(shown, 'MemoryCurrent')).toBeUndefined();
});

test('each command of a unit is read, though it holds semicolons', () => {
  const [shown] = parseShow(
    [
      'ExecStart={ path=/bin/sh ; argv[]=/bin/sh -c a ; b ; ignore_errors=no ; start_time=[n/a] ; status=0/0 }',
      'ExecStart={ path=/bin/echo ; argv[]=/bin/echo d ; ignore_errors=yes ; start_time=[n/a] ; status=0/0 }',
    ].join('\n'),
  );
  if (shown === undefined) throw new Error('one block');
  expect(commandsOf(shown)).toEqual([
    {path: '/bin/sh', argv: '/bin/sh -c a ; b'},
    {path: '/bin/echo', argv: '/bin/echo d'},
  ]);
});
