import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {quote} from '../../../src/host/quote.ts';

function words(line: string): string[] {
  const {stdout, status} = spawnSync('sh', ['-c', `printf '%s\\0' ${line}`], {encoding: 'utf8'});
  expect(status).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

describe('a command line', () => {
  test('is as readable as it can be', () => {
    expect(quote(['journalctl', '-u', 'airflow-scheduler', '--since=-1h', '/var/log/a_b.c'])).toBe(
      "journalctl -u airflow-scheduler '--since=-1h' /var/log/a_b.c",
    );
    expect(quote(['', "it's", '~', 'a b'])).toBe("'' 'it'\\''s' '~' 'a b'");
  });

  test('gives a shell every argument as it was', () => {
    const argument = fc
      .oneof(
        fc.string({unit: 'binary', maxLength: 20}),
        fc.string({
          unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*', '~', '=', '!', ';', '-', 'a'),
          maxLength: 10,
        }),
      )
      .map(text => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(argument, {minLength: 1, maxLength: 20}), argv => {
        expect(words(quote(argv))).toEqual(argv);
      }),
      {numRuns: 300},
    );
  });

  test('is not made of what could not arrive unchanged', () => {
    expect(() => quote(['a\0b'])).toThrow(TypeError);
    expect(() => quote(['\udcff'])).toThrow(TypeError);
  });
});
