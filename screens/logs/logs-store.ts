import {createStore, type StoreApi} from 'zustand/vanilla';
import {TableStore} from '../../components/table/table-store.ts';
import type {FilterDialog} from '../filter-command.ts';
import {type FileRow, type Goal, type OddRow, pathsOf, type UsageRow} from './rows.ts';
import {fileColumns, oddColumns, usageColumns} from './usage-columns.ts';
import {type VolumeRow, volumeColumns} from './volume-columns.ts';

export type LogsDialog = {readonly at: 'none'} | FilterDialog;

/** The ways to look at what fills the log folders, in the order in which Tab goes through them. */
export const views = ['classes', 'dags', 'ages', 'largest', 'newest', 'odd'] as const;
export type LogsView = (typeof views)[number];

/** A folder that somebody went into; `from`: the row that led there. */
export type Level = Extract<Goal, {at: 'folder'}> & {readonly from: string};

export type LogsStore = {
  readonly volumes: TableStore<VolumeRow>;
  readonly tables: {
    readonly classes: TableStore<UsageRow>;
    readonly dags: TableStore<UsageRow>;
    readonly ages: TableStore<UsageRow>;
    readonly largest: TableStore<FileRow>;
    readonly newest: TableStore<FileRow>;
    readonly odd: TableStore<OddRow>;
  };
  /** What is in the folder of the last level. */
  readonly folder: TableStore<UsageRow>;
  readonly view: StoreApi<LogsView>;
  readonly levels: StoreApi<readonly Level[]>;
  /** The row to go back to when what is above is drawn. */
  readonly comeBack: StoreApi<string | undefined>;
  readonly dialog: StoreApi<LogsDialog>;
  /** The file that is read. */
  readonly reading: StoreApi<{readonly host: string; readonly path: string} | undefined>;
  /** The host whose archives are shown. */
  readonly archives: StoreApi<string | undefined>;
  /** Index of the host whose logs are shown. */
  readonly host: StoreApi<number>;
};

/** The table that listens now. */
export function tableOf({view, levels, tables, folder}: LogsStore) {
  return levels.getState().length > 0 ? folder : tables[view.getState()];
}

/** The folders and files that are marked, with their whole paths, in whatever view they were marked. */
export function markedPaths({tables, folder}: LogsStore): readonly string[] {
  const {dags, largest, newest} = tables;
  return pathsOf([dags, largest, newest, folder].flatMap(table => [...table.state.getState().marks]));
}

export function clearMarks({tables, folder}: LogsStore): void {
  for (const table of [tables.dags, tables.largest, tables.newest, folder]) table.clearMarks();
}

/** The others say nothing of an age. */
const ageColumns: ReadonlySet<string> = new Set(['name', 'size', 'files', 'share']);

export function createLogsStore(): LogsStore {
  const usage = (title: string) =>
    new TableStore<UsageRow>({
      rowId: ({id}) => id,
      columns: usageColumns(title),
      home: true,
      sort: {column: 'size', direction: 'down'},
    });
  const files = (column: string) =>
    new TableStore<FileRow>({rowId: ({id}) => id, columns: fileColumns, home: true, sort: {column, direction: 'down'}});
  return {
    volumes: new TableStore<VolumeRow>({
      rowId: ({volume}) => `${volume.host} ${volume.mountPoint}`,
      columns: volumeColumns(true),
      home: true,
    }),
    tables: {
      classes: usage('CLASS'),
      dags: usage('DAG'),
      ages: new TableStore<UsageRow>({
        rowId: ({id}) => id,
        columns: usageColumns('AGE').filter(({id}) => ageColumns.has(id)),
        home: true,
      }),
      largest: files('size'),
      newest: files('written'),
      odd: new TableStore<OddRow>({rowId: ({id}) => id, columns: oddColumns, home: true}),
    },
    folder: usage('NAME'),
    view: createStore<LogsView>(() => 'classes'),
    levels: createStore<readonly Level[]>(() => []),
    comeBack: createStore<string | undefined>(() => undefined),
    dialog: createStore<LogsDialog>(() => ({at: 'none'})),
    reading: createStore<{readonly host: string; readonly path: string} | undefined>(() => undefined),
    archives: createStore<string | undefined>(() => undefined),
    host: createStore(() => 0),
  };
}
