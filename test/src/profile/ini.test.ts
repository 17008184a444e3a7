import {describe, expect, test} from 'vitest';
import {Problem} from '../../../src/problems/problem.ts';
import {readIni} from '../../../src/profile/ini.ts';

const place = (line: number) => `line ${line}`;
const value = (line: string): string | undefined => {
  const [key = ''] = line.split('=');
  return readIni(`[p]\n${line}`, place)[0]?.entries.get(key.trim())?.value;
};
const refusal = (text: string): [string, string] => {
  try {
    readIni(text, place);
  } catch (error) {
    if (error instanceof Problem) return [error.code, error.detail];
    throw error;
  }
  throw new Error('it was read');
};

describe('values that npm ini would change stay as they are', () => {
  test.each([
    ['true', 'true'],
    ['null', 'null'],
    ['false', 'false'],
    ['"x"', 'x'],
    [`'"x"'`, '"x"'],
    ["'1'", '1'],
    ["'true'", 'true'],
    [String.raw`"a \"b\" \\ c"`, String.raw`a "b" \ c`],
    ['"p;w#d"', 'p;w#d'],
    ["'p;w#d'", 'p;w#d'],
    ['"p;w#d" ; a comment', 'p;w#d'],
    ['a=b=c', 'a=b=c'],
    [String.raw`C:\new`, String.raw`C:\new`],
    ['%%', '%%'],
    ['pässwörd', 'pässwörd'],
  ])('password = %s', (written, read) => {
    expect(value(`password = ${written}`)).toBe(read);
  });

  test('a comment after a blank ends the value', () => {
    expect(value('data = /data/airflow   ; a volume # to watch')).toBe('/data/airflow');
    expect(value('password_command = pass show x   # or another')).toBe('pass show x');
  });

  test('section names, prototypes and array keys stand for themselves', () => {
    const sections = readIni('\uFEFF[prod.eu] ; Europe\r\napi = a\r\n[prod]\n[__proto__]\napi = b\n', place);
    expect(sections.map(({name, line}) => [name, line])).toEqual([
      ['prod.eu', 1],
      ['prod', 3],
      ['__proto__', 4],
    ]);
    expect(sections[2]?.entries.get('api')?.value).toBe('b');
  });
});

describe('a value that would lose its end is refused with its line', () => {
  test.each([
    'password = secret;word',
    'password = secret#word',
    'password = secret ; word',
    'password = secret\t# word',
    'password = ;secret',
    String.raw`password = sec\;ret`,
    String.raw`password = sec\\ret`,
    'token = a#b',
    'Password = a ; b',
    'password_command = sh -c "a; b"',
    'api = http://h/#x',
    'data =#x',
  ])('%s', line => {
    const [code, detail] = refusal(`[p]\n\n${line}`);
    expect(code).toBe('profile.cut');
    expect(detail).toMatch(/^line 3: \w+ has an unquoted ;(?: or #|, # or double backslash)$/);
  });
});

describe('a line that is not understood is refused with its line, and without its value', () => {
  test.each([
    ['api = x', 'line 1: a key before the first [profile]'],
    ['[p]\nhunter2', 'line 2: neither [profile] nor key = value'],
    ['[p]\n= hunter2', 'line 2: neither [profile] nor key = value'],
    ['[p]\npassword[] = hunter2', 'line 2: the name before = is no key'],
    ['[p]\npassword = "hunter2', 'line 2: password: the closing quote is missing'],
    ['[p]\npassword = "a" hunter2', 'line 2: password: text after the closing quote; write \\" for a quote inside "…"'],
    ['[p]\npassword = "hunter2\\d"', 'line 2: password: not understood inside "…"; write \\\\ for a backslash'],
    ['[p]\nuser = a\nuser = b', 'line 3: user stands already in line 2'],
    ['[p]\n[q]\n[ p ]', 'line 3: [p] stands already in line 1'],
    ['[]', 'line 1: the profile needs a name'],
  ])('%s', (text, said) => {
    expect(refusal(text)).toEqual(['profile.invalid', said]);
  });
});
