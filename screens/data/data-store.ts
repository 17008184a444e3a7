import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Column} from '../../components/table/column.ts';
import {TableStore} from '../../components/table/table-store.ts';
import type {Variable} from '../../src/airflow/api.ts';
import {valueWords} from '../../src/data/variable-words.ts';
import {oneLine} from '../../src/text.ts';
import type {FilterDialog} from '../filter-command.ts';

export type VariableRow = {readonly variable: Variable; readonly revealed: boolean};

export type DataDialog = {readonly at: 'none'} | FilterDialog | {readonly at: 'variable'; readonly key: string};

export type DataStore = {
  readonly variables: TableStore<VariableRow>;
  readonly dialog: StoreApi<DataDialog>;
  /** The keys of the variables whose values are shown; none when the screen is opened. */
  readonly revealed: StoreApi<ReadonlySet<string>>;
};

const encryptedWords = ({variable: {encrypted}}: VariableRow) =>
  encrypted === undefined ? '–' : encrypted ? 'yes' : 'no';

/** The filter looks through what is drawn: a masked value cannot be found by what is in it. */
const columns: readonly Column<VariableRow>[] = [
  {
    id: 'key',
    title: 'KEY',
    width: {min: 18, ideal: 22, grow: 1, max: 60},
    value: ({variable}) => oneLine(variable.key),
    sort: ({variable}) => variable.key,
  },
  {
    id: 'value',
    title: 'VALUE',
    width: {min: 21, grow: 2},
    value: ({variable, revealed}) => valueWords(variable.value, revealed),
    colour: ({variable}) => (variable.value.kind === 'undecryptable' ? 'red' : undefined),
  },
  {
    id: 'description',
    title: 'DESCRIPTION',
    width: {min: 20, ideal: 24, grow: 2},
    value: ({variable}) => oneLine(variable.description ?? ''),
    sort: ({variable}) => variable.description,
  },
  {
    id: 'encrypted',
    title: 'ENCRYPTED',
    width: {min: 9},
    value: encryptedWords,
    colour: ({variable}) => (variable.encrypted === false ? 'yellow' : undefined),
    sort: encryptedWords,
  },
];

export function createDataStore(): DataStore {
  return {
    variables: new TableStore<VariableRow>({
      rowId: ({variable}) => variable.key,
      columns,
      sort: {column: 'key', direction: 'up'},
    }),
    dialog: createStore<DataDialog>(() => ({at: 'none'})),
    revealed: createStore<ReadonlySet<string>>(() => new Set()),
  };
}
