import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Column} from '../../../components/table/column.ts';
import {layout, total} from '../../../components/table/layout.ts';
import {columns} from './dags.ts';

const widths = (width: number) => Object.fromEntries(layout(columns, width).map(laid => [laid.column.id, laid.width]));

test('a wide terminal has more columns', () => {
  expect(Object.keys(widths(50))).toEqual(['dag', 'files', 'state']);
  expect(Object.keys(widths(80))).toEqual(['dag', 'files', 'state', 'owner']);
});

test('what is left over goes to the column that grows, up to its end', () => {
  expect(widths(72).dag).toBe(72 - 3 - 6 - 8 - 8 - 10);
  expect(widths(200).dag).toBe(40);
});

test('the last column is cut before the ones before it', () => {
  expect(widths(45)).toEqual({dag: 24, files: 8, state: 6});
  expect(widths(42)).toEqual({dag: 24, files: 7, state: 4});
  expect(widths(36)).toEqual({dag: 19, files: 6, state: 4});
});

test('a terminal too narrow for all keeps the first', () => {
  expect(widths(20)).toEqual({dag: 17});
  expect(widths(25)).toEqual({dag: 14, files: 6});
  expect(widths(8)).toEqual({dag: 5});
});

test('a line is never wider than the terminal, and every column has what it needs at least', () => {
  const column = fc.record({
    id: fc.uuid(),
    title: fc.string({maxLength: 12}),
    min: fc.integer({min: 1, max: 30}),
    more: fc.integer({min: 0, max: 30}),
    grow: fc.integer({min: 0, max: 3}),
    priority: fc.integer({min: 0, max: 3}),
  });
  fc.assert(
    fc.property(fc.array(column, {minLength: 1, maxLength: 12}), fc.integer({min: 5, max: 300}), (specs, width) => {
      const some = specs.map(
        ({id, title, min, more, grow, priority}): Column<string> => ({
          id,
          title,
          width: {min, ideal: min + more, grow},
          priority,
          value: row => row,
        }),
      );
      const laid = layout(some, width);
      expect(total(laid)).toBeLessThanOrEqual(width);
      expect(laid.length).toBeGreaterThan(0);
      if (laid.length > 1)
        for (const {
          column: {width: wanted},
          width: got,
        } of laid)
          expect(got).toBeGreaterThanOrEqual(wanted.min);
    }),
  );
});
