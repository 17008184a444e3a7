import type {Column} from './column.ts';
import type {Filter} from './filter.ts';

export type Sort = {readonly column: string; readonly direction: 'up' | 'down'};

type Source<Row> = {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly filter: Filter;
  readonly sort: Sort | undefined;
};

/** The rows that pass the filter, sorted. Rows that sort alike stay in the order of their owner. */
export function arrange<Row>({rows, columns, filter, sort}: Source<Row>): readonly Row[] {
  const text = filter.text === '' ? undefined : searchText(rows, columns);
  const passing = text === undefined ? rows : rows.filter((_, index) => filter.passes(text[index] ?? ''));
  const column = sort && columns.find(({id}) => id === sort.column);
  if (sort === undefined || column?.sort === undefined) return passing;
  const sign = sort.direction === 'up' ? 1 : -1;
  return passing
    .map(row => ({row, key: sortKey(column.sort?.(row))}))
    .sort((a, b) => compare(a.key, b.key, sign))
    .map(({row}) => row);
}

/**
 * Index in `now` of the row that was under the cursor, or of the nearest of its former neighbours that is left,
 * those below first. Without any: the same place, or the last row.
 */
export function nearest<Row>(
  before: readonly Row[],
  cursor: number,
  now: readonly Row[],
  rowId: (row: Row) => string,
): number {
  if (now.length === 0) return -1;
  const row = before[cursor];
  if (row === undefined) return 0;
  const id = rowId(row);
  // Mostly it is where it was.
  const there = now[cursor];
  if (there !== undefined && rowId(there) === id) return cursor;
  const places = new Map<string, number>();
  for (const [index, candidate] of now.entries()) places.set(rowId(candidate), index);
  for (let distance = 0; distance < before.length; distance++) {
    for (const neighbour of [before[cursor + distance], before[cursor - distance]]) {
      const place = neighbour === undefined ? undefined : places.get(rowId(neighbour));
      if (place !== undefined) return place;
    }
  }
  return Math.min(cursor, now.length - 1);
}

const searchTexts = new WeakMap<readonly unknown[], {columns: readonly unknown[]; texts: readonly string[]}>();

/** What the filter looks through, a line a cell: made once for a set of rows, since a filter is typed letter by letter. */
function searchText<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  const known = searchTexts.get(rows);
  if (known?.columns === columns) return known.texts;
  const texts = rows.map(row => columns.map(column => column.value(row)).join('\n'));
  searchTexts.set(rows, {columns, texts});
  return texts;
}

function sortKey(value: number | string | undefined): number | string | undefined {
  return typeof value === 'string' ? value.toLowerCase() : Number.isNaN(value) ? undefined : value;
}

function compare(a: number | string | undefined, b: number | string | undefined, sign: 1 | -1): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  // Numbers come before words where a column has both.
  if (typeof a !== typeof b) return typeof a === 'number' ? -sign : sign;
  return a < b ? -sign : sign;
}
