import fc from 'fast-check';
import {expect, test} from 'vitest';
import {filterName, parseFilter} from '../../../components/table/filter.ts';

const passing = (text: string, ...candidates: string[]) =>
  candidates.filter(candidate => parseFilter(text).passes(candidate));

test('text passes what holds it, in capitals or not', () => {
  expect(passing('ETL', 'etl_daily', 'my_Etl', 'ml')).toEqual(['etl_daily', 'my_Etl']);
});

test('a bar stands between alternatives', () => {
  expect(passing('etl|ml', 'etl_daily', 'ml_train', 'report')).toEqual(['etl_daily', 'ml_train']);
});

test('slashes hold a regular expression', () => {
  expect(passing('/^etl_.*y$/', 'etl_daily', 'my_etl_y', 'etl_weekl')).toEqual(['etl_daily']);
});

test('an exclamation mark turns it round', () => {
  expect(passing('!/^etl/', 'etl_daily', 'ml')).toEqual(['ml']);
  expect(passing('!etl', 'etl_daily', 'ml')).toEqual(['ml']);
});

test('a filter that is still being typed hides nothing', () => {
  expect(passing('', 'a', 'b')).toEqual(['a', 'b']);
  expect(passing('!', 'a', 'b')).toEqual(['a', 'b']);
});

test('a broken regular expression is taken as text, and says so', () => {
  const filter = parseFilter('/[/');
  expect(filter.remark).toBe('no regular expression, taken as text');
  expect(filter.passes('a /[/ b')).toBe(true);
  expect(filter.passes('a')).toBe(false);
});

test('reads as it was typed', () => {
  expect(['etl', '!etl', '/^etl/', '!/^etl/'].map(text => filterName(parseFilter(text)))).toEqual([
    '/etl',
    '!/etl',
    '/^etl/',
    '!/^etl/',
  ]);
});

test('any text without signs passes exactly what includes it', () => {
  fc.assert(
    fc.property(
      fc.string().filter(text => !/[|!/]/.test(text)),
      fc.string(),
      (wanted, candidate) => {
        expect(parseFilter(wanted).passes(candidate)).toBe(candidate.toLowerCase().includes(wanted.toLowerCase()));
      },
    ),
  );
});

test('whatever is typed, the opposite passes the rest', () => {
  fc.assert(
    fc.property(
      fc.string({minLength: 1}).filter(text => !text.startsWith('!')),
      fc.string(),
      (wanted, candidate) => {
        expect(parseFilter(`!${wanted}`).passes(candidate)).toBe(!parseFilter(wanted).passes(candidate));
      },
    ),
  );
});
