import fc from 'fast-check';
import {expect, test} from 'vitest';
import {prettyJson} from '../../../src/data/pretty-json.ts';

test('objects and arrays get a line for each item', () => {
  expect(prettyJson('{"a": [1, {"b":  {} }], "c":[ ]}')).toBe(
    ['{', '  "a": [', '    1,', '    {', '      "b": {}', '    }', '  ],', '  "c": []', '}'].join('\n'),
  );
});

test('numbers keep their digits, keys that are there twice stay, strings stay as they are written', () => {
  const text = '{"id": 12345678901234567890, "id": 1.0, "s": "a, {b}: \\"c\\" \\u202e"}';
  expect(prettyJson(text)).toBe('{\n  "id": 12345678901234567890,\n  "id": 1.0,\n  "s": "a, {b}: \\"c\\" \\u202e"\n}');
});

test.each(['', 'text', '12', '"x"', 'true', '{"a": 1', '{a: 1}', '[1,]', 'key = {"a": 1}'])(
  '%j is left alone',
  text => {
    expect(prettyJson(text)).toBeUndefined();
  },
);

test('whatever JSON says stays the same', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), value => {
      expect(JSON.parse(prettyJson(JSON.stringify(value)) ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a value of megabytes takes no time', () => {
  const startedAt = performance.now();
  const text = JSON.stringify(['x\\"'.repeat(1_000_000), ...Array.from({length: 100_000}, (_, index) => index)]);
  expect(prettyJson(text)).toContain('99999');
  expect(performance.now() - startedAt).toBeLessThan(2000);
});
