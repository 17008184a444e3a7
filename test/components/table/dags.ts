import type {Column} from '../../../components/table/column.ts';
import {TableStore} from '../../../components/table/table-store.ts';

/** Rows for the tests of the table. */
export type Dag = {readonly id: string; readonly owner: string; readonly files: number; readonly state: string};

export const dag = (id: string, more: Partial<Dag> = {}): Dag => ({id, owner: 'data', files: 1, state: 'on', ...more});

export const many = (amount: number): Dag[] =>
  Array.from({length: amount}, (_, index) =>
    dag(`dag_${String(index).padStart(5, '0')}`, {files: (index * 7919) % amount}),
  );

export const columns: readonly Column<Dag>[] = [
  {id: 'dag', title: 'DAG', width: {min: 12, ideal: 24, grow: 1, max: 40}, value: row => row.id, sort: row => row.id},
  {
    id: 'files',
    title: 'FILES',
    width: {min: 6, ideal: 8},
    align: 'right',
    value: row => String(row.files),
    sort: row => row.files,
    sortFirst: 'down',
  },
  {
    id: 'state',
    title: 'STATE',
    width: {min: 4, ideal: 8},
    value: row => row.state,
    colour: row => (row.state === 'failed' ? 'red' : undefined),
  },
  {
    id: 'owner',
    title: 'OWNER',
    width: {min: 6, ideal: 10},
    value: row => row.owner,
    sort: row => row.owner,
    priority: 1,
  },
];

export const noun = {one: 'DAG', many: 'DAGs'} as const;

export function tableOf(rows: readonly Dag[]): TableStore<Dag> {
  const table = new TableStore<Dag>({rowId: row => row.id, columns});
  table.setRows(rows);
  return table;
}
