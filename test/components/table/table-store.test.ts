import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type Dag, dag, many, tableOf} from './dags.ts';

const ids = (rows: readonly Dag[]) => rows.map(row => row.id);
const view = (table: ReturnType<typeof tableOf>) => ids(table.state.getState().view);

describe('the cursor', () => {
  test('stays on its row when a refresh reorders the rows', () => {
    const table = tableOf([dag('a'), dag('b'), dag('c')]);
    table.move(1);
    table.setRows([dag('c'), dag('new'), dag('a'), dag('b')]);
    expect(table.row()?.id).toBe('b');
    expect(table.state.getState().cursor).toBe(3);
  });

  test('reads the new values of its row after a refresh', () => {
    const table = tableOf([dag('a')]);
    table.setRows([dag('a', {state: 'paused'})]);
    expect(table.row()?.state).toBe('paused');
  });

  test('goes to the row below when its row vanishes, and to the one above at the end', () => {
    const table = tableOf([dag('a'), dag('b'), dag('c')]);
    table.move(1);
    table.setRows([dag('a'), dag('c')]);
    expect(table.row()?.id).toBe('c');
    table.setRows([dag('a')]);
    expect(table.row()?.id).toBe('a');
  });

  test('stays on its row through sort and filter', () => {
    const table = tableOf([dag('b', {files: 1}), dag('a', {files: 3}), dag('c', {files: 2})]);
    table.moveToId('c');
    table.setSort({column: 'files', direction: 'down'});
    expect(view(table)).toEqual(['a', 'c', 'b']);
    expect(table.row()?.id).toBe('c');
    table.setFilter('!b');
    expect(table.row()?.id).toBe('c');
    table.setFilter('');
    expect(table.row()?.id).toBe('c');
  });

  test('comes back to its row when a filter that nothing passes is corrected', () => {
    const table = tableOf(many(100));
    table.moveTo(42);
    table.setFilter('dag_x');
    expect(table.row()).toBeUndefined();
    table.setFilter('dag_');
    expect(table.row()?.id).toBe('dag_00042');
  });

  test('is nowhere in an empty table, and on the first row when rows come', () => {
    const table = tableOf([]);
    table.move(1);
    table.moveToLast();
    expect(table.row()).toBeUndefined();
    table.setRows([dag('a'), dag('b')]);
    expect(table.row()?.id).toBe('a');
  });

  test('reads the row of the key press when several keys come at once', () => {
    const table = tableOf(many(10));
    table.move(1);
    table.move(1);
    expect(table.row()?.id).toBe('dag_00002');
  });
});

describe('the window', () => {
  test('shows the cursor and no blank line, whatever is done to 10,000 rows', () => {
    const all = many(10_000);
    const action = fc.oneof(
      fc.integer({min: -50, max: 50}).map(by => (table: ReturnType<typeof tableOf>) => table.move(by)),
      fc.constantFrom(-1, -0.5, 0.5, 1).map(pages => (table: ReturnType<typeof tableOf>) => table.movePages(pages)),
      fc.integer({min: 1, max: 60}).map(lines => (table: ReturnType<typeof tableOf>) => table.setLines(lines)),
      fc.integer({min: 0, max: 10_000}).map(n => (table: ReturnType<typeof tableOf>) => table.setRows(all.slice(0, n))),
      fc
        .constantFrom('', '1', '99', '/^dag_0..9/', '!0', 'zzz')
        .map(text => (table: ReturnType<typeof tableOf>) => table.setFilter(text)),
      fc.constantFrom(1, -1).map(step => (table: ReturnType<typeof tableOf>) => table.sortBy(step as 1 | -1)),
      fc.constant((table: ReturnType<typeof tableOf>) => table.reverse()),
      fc.constant((table: ReturnType<typeof tableOf>) => table.moveToLast()),
      fc.constant((table: ReturnType<typeof tableOf>) => table.moveToFirst()),
    );
    fc.assert(
      fc.property(fc.array(action, {maxLength: 12}), actions => {
        const table = tableOf(all);
        for (const act of actions) {
          act(table);
          const {view: rows, cursor, top, lines} = table.state.getState();
          if (rows.length === 0) {
            expect([cursor, top]).toEqual([-1, 0]);
            continue;
          }
          expect(cursor).toBeGreaterThanOrEqual(top);
          expect(cursor).toBeLessThan(Math.min(top + lines, rows.length));
          expect(top).toBeLessThanOrEqual(Math.max(0, rows.length - lines));
        }
      }),
      {numRuns: 40},
    );
  });

  test('keeps the cursor on its line of the screen when rows come above it', () => {
    const table = tableOf(many(1000));
    table.setLines(20);
    table.moveTo(500);
    const {top, cursor} = table.state.getState();
    table.setRows([...Array.from({length: 30}, (_, index) => dag(`before_${index}`)), ...many(1000)]);
    const now = table.state.getState();
    expect(now.cursor - now.top).toBe(cursor - top);
    expect(table.row()?.id).toBe('dag_00500');
  });
});

describe('marks', () => {
  test('survive a filter, and the hidden ones are counted', () => {
    const table = tableOf([dag('etl_a'), dag('etl_b'), dag('ml')]);
    table.flipMark();
    table.moveToId('ml');
    table.flipMark();
    table.setFilter('etl');
    expect(ids(table.marked().rows)).toEqual(['etl_a', 'ml']);
    expect(table.marked().hidden).toBe(1);
  });

  test('of a row that is gone do not count', () => {
    const table = tableOf([dag('a'), dag('b')]);
    table.markAll();
    table.setRows([dag('b')]);
    expect(ids(table.marked().rows)).toEqual(['b']);
  });

  test('are set on all rows that pass the filter', () => {
    const table = tableOf([dag('etl_a'), dag('etl_b'), dag('ml')]);
    table.setFilter('etl');
    table.markAll();
    table.setFilter('');
    expect(ids(table.marked().rows)).toEqual(['etl_a', 'etl_b']);
    table.clearMarks();
    expect(ids(table.chosen().rows)).toEqual([table.row()?.id]);
  });
});

describe('the order', () => {
  test('goes through the columns that can be sorted by, and back to the own one', () => {
    const table = tableOf([dag('b', {files: 1}), dag('A', {files: 3}), dag('c', {files: 2})]);
    table.sortBy(1);
    expect(view(table)).toEqual(['A', 'b', 'c']);
    table.sortBy(1);
    expect(view(table)).toEqual(['A', 'c', 'b']);
    table.reverse();
    expect(view(table)).toEqual(['b', 'c', 'A']);
    table.sortBy(1);
    table.sortBy(1);
    expect(view(table)).toEqual(['b', 'A', 'c']);
    table.sortBy(-1);
    expect(table.state.getState().sort?.column).toBe('owner');
  });

  test('puts rows without a value last in both directions', () => {
    const table = tableOf([]);
    table.setColumns([
      {
        id: 'n',
        title: 'N',
        width: {min: 3},
        value: row => row.id,
        sort: row => (row.files < 0 ? undefined : row.files),
      },
    ]);
    table.setRows([dag('none', {files: -1}), dag('two', {files: 2}), dag('one', {files: 1})]);
    table.setSort({column: 'n', direction: 'up'});
    expect(view(table)).toEqual(['one', 'two', 'none']);
    table.reverse();
    expect(view(table)).toEqual(['two', 'one', 'none']);
  });
});
