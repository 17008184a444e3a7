import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Column} from '../../components/table/column.ts';
import {TableStore} from '../../components/table/table-store.ts';
import type {Setting} from '../../src/config/effective.ts';
import {fromWhere, valueText} from '../../src/config/words.ts';
import type {FilterDialog} from '../filter-command.ts';

export type ConfigDialog = {readonly at: 'none'} | FilterDialog | {readonly at: 'setting'; readonly setting: Setting};

export type ConfigStore = {
  readonly settings: TableStore<Setting>;
  readonly dialog: StoreApi<ConfigDialog>;
  /** Index of the host that is shown. */
  readonly host: StoreApi<number>;
};

const columns: readonly Column<Setting>[] = [
  {
    id: 'section',
    title: 'SECTION',
    width: {min: 12, ideal: 16},
    value: ({section}) => section,
    sort: ({section}) => section,
  },
  {
    id: 'option',
    title: 'OPTION',
    width: {min: 22, ideal: 30, max: 48, grow: 1},
    value: ({option}) => option,
    sort: ({option}) => option,
  },
  {
    id: 'value',
    title: 'VALUE IN FORCE',
    width: {min: 18, ideal: 24, grow: 3},
    value: valueText,
  },
  {
    id: 'from',
    title: 'FROM',
    width: {min: 14, ideal: 16, grow: 1, max: 40},
    value: fromWhere,
    sort: fromWhere,
    colour: ({ignored, source}) =>
      ignored !== undefined ? 'yellow' : source.kind === 'environment' ? 'cyan' : undefined,
  },
];

export function createConfigStore(): ConfigStore {
  return {
    settings: new TableStore<Setting>({
      rowId: ({section, option, ignored}) => `${section}\n${option}\n${ignored ?? ''}`,
      columns,
    }),
    dialog: createStore<ConfigDialog>(() => ({at: 'none'})),
    host: createStore(() => 0),
  };
}
