import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {parseEnvironmentFile} from '../../../src/config/environment-file.ts';
import {parseEnvironmentFilePath, parseShownEnvironment} from '../../../src/config/shown-environment.ts';

// A file and what `systemd-run -p EnvironmentFile=…` of systemd 252 made of it.
const file = readFileSync(new URL('environment-file.env', import.meta.url), 'utf8');

test('an environment file is read as systemd reads it', () => {
  expect(Object.fromEntries(parseEnvironmentFile(file))).toEqual({
    A: 'plain',
    B: 'double "q" $x `y` \\n \\ end',
    C: 'single "x" \\n',
    D: 'one two',
    E: 'spaced key',
    F: 'multi\nlinetail',
    G: 'ab"c"',
    H: 'esc aped"q',
    I: '',
    J: 'indented',
    L: 'trail ',
    M: 'unterminated cont',
    N: 'a b   c',
    O: '$HOME',
    P: 'x # no comment',
    Q: 'x# tail',
    R: 'é',
    U: 'v=w',
  });
});

test.each([
  ['A=1\r\nB=2\r\n', {A: '1', B: '2'}],
  ['A=1', {A: '1'}],
  ['A="1', {A: '1'}],
  ['A=1\\', {A: '1'}],
  ['A=1\nA=2\n', {A: '2'}],
  ['A= \nB="  "\n', {A: '', B: '  '}],
  ['', {}],
])('%j', (text, expected) => {
  expect(Object.fromEntries(parseEnvironmentFile(text))).toEqual(expected);
});

// What `systemctl show -p Environment` of systemd 252 printed; the last two are of other versions.
test('the property Environment is read with its quotes and escapes', () => {
  const shown = [
    String.raw`"A=with space" "B=q\"uote" "C=back\\slash" "D=dollar\$x" "E=new\nline" "G=apos'" "H=é x" I= "J=tab\tt"`,
    '"F=tick\\`"',
    'K=plain',
    String.raw`$'L=it\'s\x21'`,
  ].join(' ');
  expect(Object.fromEntries(parseShownEnvironment(shown))).toEqual({
    A: 'with space',
    B: 'q"uote',
    C: 'back\\slash',
    D: 'dollar$x',
    E: 'new\nline',
    F: 'tick`',
    G: "apos'",
    H: 'é x',
    I: '',
    J: 'tab\tt',
    K: 'plain',
    L: "it's!",
  });
  expect(parseShownEnvironment('').size).toBe(0);
});

test('an environment file may be optional', () => {
  expect(parseEnvironmentFilePath('/etc/default/airflow (ignore_errors=no)')).toEqual({
    path: '/etc/default/airflow',
    optional: false,
  });
  expect(parseEnvironmentFilePath('/etc/a (b) (ignore_errors=yes)')).toEqual({path: '/etc/a (b)', optional: true});
  expect(parseEnvironmentFilePath('')).toBeUndefined();
});
