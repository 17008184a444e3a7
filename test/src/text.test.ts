import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {clean, escapeJson, maskUrls, oneLine} from '../../src/text.ts';

const never =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060\u2066-\u2069\ufeff]/;

describe('clean', () => {
  test('takes out escape sequences whole, not only their escape', () => {
    expect(clean('\u001b[31mred\u001b[0m and \u001b]0;title\u0007done')).toBe('red and done');
    expect(clean('a\u009b31mb')).toBe('ab');
  });

  test('takes out what moves or hides text', () => {
    expect(clean('pass\rfail\u0008\u0008')).toBe('passfail');
    expect(clean('\u202egpj.exe\u202c \u2067x\u2069 \u200ba\ufeff')).toBe('gpj.exe x a');
  });

  test('keeps line feeds, and makes blanks of tabs', () => {
    expect(clean('one\r\n\ttwo\u2028three')).toBe('one\n    two\nthree');
  });

  test('keeps letters of all scripts, emoji and accents', () => {
    expect(clean('é ñ 日本 한글 עברית 🚀 a\u0301')).toBe('é ñ 日本 한글 עברית 🚀 a\u0301');
  });

  test('takes out links and titles, but not the text after one without an end', () => {
    expect(clean('\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\ \u001b(Bdone')).toBe('link done');
    expect(clean('\u001b]0;no end')).toBe('0;no end');
  });

  test.each(['\u001b[', '\u001b]', '\u009d', '\u001b[1;', '\u001b(', '\u009b;'])(
    'takes no time for a hostile repetition of %j',
    text => {
      const startedAt = performance.now();
      clean(text.repeat(200_000));
      clean(`${text}${'1;'.repeat(200_000)}`);
      expect(performance.now() - startedAt).toBeLessThan(1000);
    },
  );

  test('leaves nothing that a terminal obeys, whatever comes', () => {
    const hostile = fc.array(
      fc.oneof(
        fc.string({unit: 'binary'}),
        fc.constantFrom('\u001b', '\u001b[', '\u009b', '\u001b]8;;', '\r', '\u202e', '\u0007'),
      ),
    );
    fc.assert(
      fc.property(hostile, parts => {
        const text = clean(parts.join(''));
        expect(text).not.toMatch(never);
        expect(text.isWellFormed()).toBe(true);
        expect(clean(text)).toBe(text);
      }),
    );
  });
});

describe('oneLine', () => {
  test('makes one line, with single blanks', () => {
    expect(oneLine("  Invalid input\n\n\tfor 'x'\r\n")).toBe("Invalid input for 'x'");
  });

  test('cuts by characters, with an ellipsis', () => {
    expect(oneLine('abcdef', 6)).toBe('abcdef');
    expect(oneLine('abcdefg', 6)).toBe('abcde…');
    expect(oneLine('🚀🚀🚀', 2)).toBe('🚀…');
    expect(oneLine('🚀🚀🚀', 3)).toBe('🚀🚀🚀');
  });

  test('is never longer than asked for', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), fc.nat(20), (text, max) => {
        const line = oneLine(text, max + 1);
        expect([...line].length).toBeLessThanOrEqual(max + 1);
        expect(line).not.toContain('\n');
      }),
    );
  });
});

describe('escapeJson', () => {
  test('leaves nothing that a terminal obeys, and loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({unit: 'binary'}), (value, text) => {
        const json = escapeJson(JSON.stringify([value, text]));
        expect(json).not.toMatch(never);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, text])));
      }),
    );
    expect(escapeJson('"\u009b31m \u{e0041}"')).toBe('"\\u009b31m \\udb40\\udc41"');
  });
});

describe('maskUrls', () => {
  test.each([
    ['cannot connect to postgresql://airflow:hunter2@db/x', 'cannot connect to postgresql://airflow:••••@db/x'],
    ['redis://:p@s/s#:w@rd@redis:6379/0', 'redis://:••••@redis:6379/0'],
    ['postgresql://a:one@x\nmysql://b:two@y', 'postgresql://a:••••@x\nmysql://b:••••@y'],
    ['GET https://x/y?user=a&api_token=hunter2&z=1', 'GET https://x/y?user=a&api_token=••••&z=1'],
  ])('%j', (text, shown) => {
    expect(maskUrls(text)).toBe(shown);
  });

  test('leaves alone what has no password', () => {
    const text = 'http://localhost:8080/home\n  @task\nmail admin@example.com\npostgresql://airflow@db';
    expect(maskUrls(text)).toBe(text);
  });

  test.each(['://a:', '?', '?key', '@', '://', 'key='])('takes no time for a hostile repetition of %j', text => {
    const startedAt = performance.now();
    maskUrls(text.repeat(200_000));
    maskUrls(`${text.repeat(200_000)}@`);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
