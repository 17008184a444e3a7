import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Column} from './column.ts';
import {everything, type Filter, parseFilter} from './filter.ts';
import {arrange, nearest, type Sort} from './view.ts';
import {follow, scrollTo} from './window.ts';

export type TableState<Row> = {
  /** All rows, in the order of their owner. */
  readonly rows: readonly Row[];
  /** The rows that pass the filter, sorted. */
  readonly view: readonly Row[];
  /** Index in `view` of the row under the cursor; -1 when there is none. */
  readonly cursor: number;
  /** Index in `view` of the first row on the screen. */
  readonly top: number;
  /** How many rows the screen has room for. The table that draws it tells. */
  readonly lines: number;
  /** Ids, also of rows that the filter hides. */
  readonly marks: ReadonlySet<string>;
  readonly sort: Sort | undefined;
  readonly filter: Filter;
  readonly columns: readonly Column<Row>[];
};

export type Marked<Row> = {
  readonly rows: readonly Row[];
  /** How many of them the filter hides. */
  readonly hidden: number;
};

export type TableOptions<Row> = {
  /** What makes a row the same row after a refresh. */
  readonly rowId: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly sort?: Sort;
  /** Until somebody moves the cursor it stays on the first row, or where `setHome` wants it, whatever rows come. */
  readonly home?: boolean;
};

/**
 * What a table shows, and where its cursor is. The cursor and the marks belong to rows, not to places: they stay on their rows
 * through refresh, sort and filter. Commands read `row()` and `marked()` when a key is pressed, never what was drawn last.
 */
export class TableStore<Row> {
  readonly state: StoreApi<TableState<Row>>;
  readonly rowId: (row: Row) => string;
  /** The row that the cursor was on when the last row went away: a filter typed wrong must not lose the place. */
  #lost: string | undefined;
  /** Nobody has moved the cursor yet, and it may still be placed. */
  #atHome: boolean;
  #homeId: string | undefined;

  constructor({rowId, columns, sort, home = false}: TableOptions<Row>) {
    this.rowId = rowId;
    this.#atHome = home;
    this.state = createStore<TableState<Row>>(() => ({
      rows: [],
      view: [],
      cursor: -1,
      top: 0,
      lines: 20,
      marks: new Set<string>(),
      sort,
      filter: everything,
      columns,
    }));
  }

  /** The row under the cursor now. */
  row(): Row | undefined {
    const {view, cursor} = this.state.getState();
    return view[cursor];
  }

  /** The rows that carry a mark and still exist, in the order of their owner. */
  marked(): Marked<Row> {
    const {rows, marks, view} = this.state.getState();
    if (marks.size === 0) return {rows: [], hidden: 0};
    const isMarked = (row: Row) => marks.has(this.rowId(row));
    const all = rows.filter(isMarked);
    return {rows: all, hidden: all.length - view.filter(isMarked).length};
  }

  /** What a command acts on: the marked rows, or the row under the cursor where none is marked. */
  chosen(): Marked<Row> {
    const marked = this.marked();
    if (marked.rows.length > 0) return marked;
    const row = this.row();
    return {rows: row === undefined ? [] : [row], hidden: 0};
  }

  /** Where the cursor waits until somebody moves it. Does nothing after that. */
  setHome(id: string | undefined): void {
    this.#homeId = id;
    if (this.#atHome) this.#arrange({});
  }

  /** New rows from their owner. The cursor stays on its row; where that is gone it goes to the nearest that is left. */
  setRows(rows: readonly Row[]): void {
    if (rows !== this.state.getState().rows) this.#arrange({rows});
  }

  setColumns(columns: readonly Column<Row>[]): void {
    if (columns !== this.state.getState().columns) this.#arrange({columns});
  }

  /** The text of the filter as it is typed; empty shows everything. */
  setFilter(text: string): void {
    if (text !== this.state.getState().filter.text) this.#arrange({filter: parseFilter(text)});
  }

  setSort(sort: Sort | undefined): void {
    this.#arrange({sort});
  }

  /** To the next (1) or previous (-1) column that can be sorted by; between the last and the first is the owner's own order. */
  sortBy(step: 1 | -1): void {
    const {columns, sort} = this.state.getState();
    const sortable = columns.filter(column => column.sort !== undefined);
    const places = sortable.length + 1;
    const now = sortable.findIndex(column => column.id === sort?.column) + 1;
    const column = sortable[((now + step + places) % places) - 1];
    this.setSort(column && {column: column.id, direction: column.sortFirst ?? 'up'});
  }

  reverse(): void {
    const {sort} = this.state.getState();
    if (sort !== undefined) this.setSort({...sort, direction: sort.direction === 'up' ? 'down' : 'up'});
  }

  move(by: number): void {
    this.moveTo(this.state.getState().cursor + by);
  }

  /** Pages of the screen: 1, -1, 0.5, -0.5. */
  movePages(pages: number): void {
    const {lines} = this.state.getState();
    this.move(Math.sign(pages) * Math.max(1, Math.floor(Math.abs(pages) * lines)));
  }

  moveToFirst(): void {
    this.moveTo(0);
  }

  moveToLast(): void {
    this.moveTo(Number.POSITIVE_INFINITY);
  }

  /** To a place in the view, or the nearest that there is. */
  moveTo(index: number): void {
    this.#atHome = false;
    const {view, top, lines, cursor: before} = this.state.getState();
    const cursor = Math.min(view.length - 1, Math.max(0, index));
    if (cursor !== before) this.state.setState({cursor, top: scrollTo({top, lines}, cursor, view.length)});
  }

  /** To the row with this id. False where the view has no such row. */
  moveToId(id: string): boolean {
    const index = this.state.getState().view.findIndex(row => this.rowId(row) === id);
    if (index >= 0) this.moveTo(index);
    return index >= 0;
  }

  /** Marks the row under the cursor, or takes its mark away, and goes to the next row. */
  flipMark(): void {
    const row = this.row();
    if (row === undefined) return;
    const marks = new Set(this.state.getState().marks);
    const id = this.rowId(row);
    if (!marks.delete(id)) marks.add(id);
    this.state.setState({marks});
    this.move(1);
  }

  /** Marks all rows that pass the filter, beside those that are marked already. */
  markAll(): void {
    const {marks, view} = this.state.getState();
    this.state.setState({marks: new Set([...marks, ...view.map(this.rowId)])});
  }

  clearMarks(): void {
    if (this.state.getState().marks.size > 0) this.state.setState({marks: new Set<string>()});
  }

  /** How many rows the screen has room for. */
  setLines(lines: number): void {
    const {cursor, top, view, lines: before} = this.state.getState();
    if (lines !== before) this.state.setState({lines, top: scrollTo({top, lines}, cursor, view.length)});
  }

  #arrange(change: Partial<TableState<Row>>): void {
    const before = this.state.getState();
    const after = {...before, ...change};
    const view = arrange(after);
    const cursor = this.#cursorAfter(before, view);
    this.state.setState({...change, view, cursor, top: follow(before, before.cursor, cursor, view.length)});
  }

  #cursorAfter(before: TableState<Row>, view: readonly Row[]): number {
    if (this.#atHome && view.length > 0) {
      return Math.max(
        0,
        view.findIndex(candidate => this.rowId(candidate) === this.#homeId),
      );
    }
    const row = before.view[before.cursor];
    if (row !== undefined) {
      this.#lost = this.rowId(row);
    } else if (this.#lost !== undefined) {
      const found = view.findIndex(candidate => this.rowId(candidate) === this.#lost);
      if (found >= 0) return found;
    }
    return nearest(before.view, before.cursor, view, this.rowId);
  }
}
