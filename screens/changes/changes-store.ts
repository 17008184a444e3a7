import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Column} from '../../components/table/column.ts';
import {TableStore} from '../../components/table/table-store.ts';
import {kinds} from '../../src/changes/change.ts';
import type {Entry} from '../../src/changes/fold.ts';
import {moment} from '../../src/changes/moment.ts';
import type {FilterDialog} from '../filter-command.ts';

export type ChangesDialog =
  | {readonly at: 'none'}
  | FilterDialog
  | {readonly at: 'entry'; readonly entry: Entry}
  | {readonly at: 'remarks'};

/** What the time line shows and where its cursor is. */
export type ChangesStore = {
  readonly entries: TableStore<Entry>;
  readonly dialog: StoreApi<ChangesDialog>;
  /** Index of the window that is shown: 24 h, 7 d, 30 d. */
  readonly window: StoreApi<number>;
};

/** With one host its name is not repeated in every row, unless there is room for it. */
const changeColumns = (oneHost: boolean, nowMs: () => number): readonly Column<Entry>[] => [
  {id: 'time', title: 'TIME', width: {min: 12}, value: ({atMs}) => moment(atMs, nowMs())},
  {
    id: 'host',
    title: 'HOST',
    width: {min: 7, ideal: 14},
    priority: oneHost ? 1 : 0,
    value: ({host}) => host ?? 'Airflow',
  },
  {id: 'kind', title: 'KIND', width: {min: 9}, value: ({kind}) => kinds[kind].word},
  {id: 'text', title: 'WHAT HAPPENED', width: {min: 40, grow: 1}, value: ({text}) => text},
];

export function createChangesStore(oneHost: boolean, nowMs: () => number): ChangesStore {
  return {
    entries: new TableStore<Entry>({rowId: ({id}) => id, columns: changeColumns(oneHost, nowMs), home: true}),
    dialog: createStore<ChangesDialog>(() => ({at: 'none'})),
    window: createStore(() => 0),
  };
}
