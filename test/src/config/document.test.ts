import {describe, expect, test} from 'vitest';
import {documentBytes, fatalIssue, parseDocument} from '../../../src/config/document.ts';
import {interpolate} from '../../../src/config/interpolate.ts';

const parse = (text: string) => parseDocument(Buffer.from(text));
const value = (text: string, section: string, option: string) => interpolate(parse(text), section, option);
const issues = (text: string | Uint8Array) =>
  parseDocument(Buffer.from(text)).issues.map(({kind, line, fatal}) => [kind, line, fatal]);

describe('a value', () => {
  test('keeps what other readers would take for a comment or quotes', () => {
    const text = '[core]\nsql_alchemy_conn = postgresql://u:p%%40s;s#d@h/db ; x # y\nq: "true"\n';
    expect(value(text, 'core', 'sql_alchemy_conn')).toEqual({value: 'postgresql://u:p%40s;s#d@h/db ; x # y'});
    expect(value(text, 'core', 'q')).toEqual({value: '"true"'});
  });

  test('goes on in deeper lines, over blank lines and comments', () => {
    const text = '[a]\nlist =\n    one\n\n  # no part of it\n    two\n\nnext = 1\n';
    expect(value(text, 'a', 'list')).toEqual({value: '\none\n\ntwo'});
    const {lines, options} = parse(text);
    expect(lines.map(line => line.kind)).toEqual([
      'section',
      'option',
      'continuation',
      'blank',
      'comment',
      'continuation',
      'blank',
      'option',
    ]);
    expect(options.map(({name, line, lastLine}) => [name, line, lastLine])).toEqual([
      ['list', 2, 6],
      ['next', 8, 8],
    ]);
  });

  test('refers to its own section and to [DEFAULT]', () => {
    const text =
      '[DEFAULT]\nroot = /srv\n[a]\nhome = %(root)s/af\nlogs = %(home)s/logs %%d\nbad = 50%\nlost = %(x)s\nloop = %(loop)s\n';
    expect(value(text, 'a', 'logs')).toEqual({value: '/srv/af/logs %d'});
    expect(value(text, 'a', 'root')).toEqual({value: '/srv'});
    expect(value(text, 'a', 'bad')).toEqual({error: 'syntax', text: 'a % in it is not doubled'});
    expect(value(text, 'a', 'lost')).toEqual({error: 'missing-option', text: 'it refers to x, which is not there'});
    expect(value(text, 'a', 'loop')).toMatchObject({error: 'depth'});
    expect(value(text, 'b', 'root')).toBeUndefined();
    expect(value(text, 'a', 'none')).toBeUndefined();
  });
});

describe('what Airflow ignores or refuses is said', () => {
  test.each([
    [
      '[core]\nLOAD_EXAMPLES = False\nParallelism = 1\nparallelism = 2\n',
      [
        ['option-case', 2, false],
        ['option-case', 3, false],
      ],
    ],
    ['[Core]\na = 1\n', [['section-case', 1, false]]],
    [
      '[a]\nx = 1\n[b]\nx = 1\n[a]\nx = 2\n',
      [
        ['duplicate-section', 5, true],
        ['duplicate-option', 6, true],
      ],
    ],
    ['x = 1\n[a]\n', [['text-before-section', 1, true]]],
    [
      '[a]\ngarbage\n= 1\n',
      [
        ['no-delimiter', 2, true],
        ['no-name', 3, true],
      ],
    ],
    ['\uFEFF[core]\na = 1\n', [['byte-order-mark', 1, true]]],
    [Uint8Array.from([0x5b, 0x61, 0x5d, 0x0a, 0x61, 0x3d, 0xe9, 0x0a]), [['not-utf-8', 2, true]]],
    ['# only a comment\n\n[a]\r\na = 1\r\n', []],
  ])('%j', (text, expected) => {
    expect(issues(text)).toEqual(expected);
  });

  test('the one that stops Airflow first is named, and no value is', () => {
    const document = parse('[a]\nhunter2\n[b]\nx = hunter2\nx = hunter2\n');
    expect(fatalIssue(document)).toMatchObject({kind: 'duplicate-option', line: 5});
    expect(JSON.stringify(document.issues)).not.toContain('hunter2');
    expect(fatalIssue(parse('[a]\nX = 1\n'))).toBeUndefined();
  });

  test('the rest of a broken file can still be read', () => {
    expect(value('\uFEFF[core]\nparallelism = 4\n', 'core', 'parallelism')).toEqual({value: '4'});
    expect(value('[a]\nx = 1\nx = 2\n', 'a', 'x')).toEqual({value: '2'});
  });
});

test.each(['', '\uFEFF', '[a]', '\r\r\n\n', '[a]\r\nx = ü\r y\n', '\u2028[a]\n'])(
  'the lines of %j give it back',
  text => {
    expect(documentBytes(parse(text)).toString()).toBe(text);
  },
);

test('a file that is no UTF-8 is given back byte for byte', () => {
  const bytes = Uint8Array.from({length: 512}, (_, at) => at % 256);
  expect(documentBytes(parseDocument(bytes))).toEqual(Buffer.from(bytes));
});

test('a file of the size that Airflow writes is read in a few milliseconds', () => {
  const section = (at: number) =>
    `[s${at}]\n${'# a comment of the usual length, as in airflow.cfg\n#\n# Variable: X\n'.repeat(10)}o = v\n`;
  const text = Array.from({length: 120}, (_, at) => section(at).repeat(1)).join('\n');
  expect(text.length).toBeGreaterThan(80_000);
  const started = performance.now();
  expect(parse(text).options).toHaveLength(120);
  expect(performance.now() - started).toBeLessThan(500);
});
