import {steady} from '../text/steady.ts';
import {count, counted} from '../text/words.ts';
import {filterName} from './filter.ts';
import type {TableStore} from './table-store.ts';

export type Noun = {readonly one: string; readonly many: string};

/** The line below a table: "504 DAGs · 3 shown by /etl · 1 marked, hidden". */
export function summary<Row>(
  table: TableStore<Row>,
  noun: Noun,
  {
    note,
    sortedBy,
    ascii = false,
  }: {readonly note?: string | undefined; readonly sortedBy?: string | undefined; readonly ascii?: boolean} = {},
): string {
  const {rows, view, filter} = table.state.getState();
  const {rows: marked, hidden} = table.marked();
  const parts = [counted(rows.length, noun)];
  if (filter.text !== '') parts.push(`${count(view.length)} shown by ${filterName(filter)}`);
  if (filter.remark !== undefined) parts.push(filter.remark);
  if (marked.length > 0) parts.push(`${count(marked.length)} marked${hiddenWords(marked.length, hidden)}`);
  if (sortedBy !== undefined) parts.push(`by ${sortedBy}`);
  if (note !== undefined && note !== '') parts.push(note);
  return steady(parts.join(ascii ? ' - ' : ' · '));
}

/** What stands in place of the rows when there are none. */
export function emptyText<Row>(table: TableStore<Row>, noun: Noun, none: string | undefined): string {
  const {rows, filter} = table.state.getState();
  if (rows.length === 0 || filter.text === '') return none ?? `There are no ${noun.many}.`;
  return steady(`No ${noun.one} passes ${filterName(filter)}. Esc clears the filter.`);
}

function hiddenWords(marked: number, hidden: number): string {
  if (hidden === 0) return '';
  return hidden === marked ? ', hidden by the filter' : `, ${count(hidden)} of them hidden by the filter`;
}
