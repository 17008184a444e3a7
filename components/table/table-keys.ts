import type {Command} from '../keys/keymap.ts';
import type {TableStore} from './table-store.ts';

export type TableContext = {
  // biome-ignore lint/suspicious/noExplicitAny: movement does not care what the rows are
  readonly table: TableStore<any>;
};

const move = (
  id: string,
  keys: Command<TableContext>['keys'],
  help: string,
  run: (table: TableContext['table']) => void,
): Command<TableContext> => ({id, keys, label: id, help, quiet: true, run: ({table}) => run(table)});

/** Movement, the same in every table. */
export const moveCommands: readonly Command<TableContext>[] = [
  move('down', ['j', 'down'], 'A row down', table => table.move(1)),
  move('up', ['k', 'up'], 'A row up', table => table.move(-1)),
  move('first', ['g', 'home'], 'To the first row', table => table.moveToFirst()),
  move('last', ['G', 'end'], 'To the last row', table => table.moveToLast()),
  move('page-down', ['pgdn'], 'A page down', table => table.movePages(1)),
  move('page-up', ['pgup'], 'A page up', table => table.movePages(-1)),
  move('half-down', ['ctrl+d'], 'Half a page down', table => table.movePages(0.5)),
  move('half-up', ['ctrl+u'], 'Half a page up', table => table.movePages(-0.5)),
];

/** Sorting, the same in every table that can be sorted. */
export const sortCommands: readonly Command<TableContext>[] = [
  move('sort-next', ['>'], 'Sort by the next column', table => table.sortBy(1)),
  move('sort-previous', ['<'], 'Sort by the previous column', table => table.sortBy(-1)),
  move('sort-reverse', ['|'], 'Reverse the order', table => table.reverse()),
];

/** Marks, the same in every table whose rows can be marked. */
export const markCommands: readonly Command<TableContext>[] = [
  {
    id: 'mark',
    keys: ['space'],
    label: 'mark',
    help: 'Mark the row, or take its mark away',
    run: ({table}) => table.flipMark(),
  },
  {
    id: 'mark-all',
    keys: ['a'],
    label: 'mark all',
    help: 'Mark all rows that pass the filter',
    quiet: true,
    run: ({table}) => table.markAll(),
  },
];
