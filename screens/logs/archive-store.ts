import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Column} from '../../components/table/column.ts';
import {TableStore} from '../../components/table/table-store.ts';
import {bytes} from '../../components/text/words.ts';
import type {ArchiveRow} from '../../src/logs/archive/browse.ts';
import type {IndexEntry} from '../../src/logs/archive/index-file.ts';
import {classWords} from '../../src/logs/class-words.ts';
import {msOfNs} from '../../src/logs/mtime.ts';
import {oneLine} from '../../src/text.ts';
import type {FilterDialog} from '../filter-command.ts';

export type ArchiveStore = {
  readonly archives: TableStore<ArchiveRow>;
  readonly files: TableStore<IndexEntry>;
  /** The archive that somebody went into. */
  readonly inside: StoreApi<ArchiveRow | undefined>;
  readonly reading: StoreApi<IndexEntry | undefined>;
  readonly dialog: StoreApi<{readonly at: 'none'} | FilterDialog>;
};

const words: Readonly<Record<string, {readonly row: string}>> = classWords;

/** The id of the DAG, or what the logs are. */
export const ownerOf = ({dagId, class: is}: ArchiveRow): string => oneLine(dagId ?? words[is]?.row ?? is, 200);

const size = <Row>(of: (row: Row) => number): Column<Row> => ({
  id: 'size',
  title: 'SIZE',
  width: {min: 8},
  align: 'right',
  value: row => bytes(of(row)),
  sort: of,
  sortFirst: 'down',
});

const archiveColumns: readonly Column<ArchiveRow>[] = [
  {
    id: 'owner',
    title: 'LOGS OF',
    width: {min: 24, ideal: 40, grow: 1, max: 80},
    value: ownerOf,
    sort: ownerOf,
  },
  {
    id: 'day',
    title: 'WRITTEN ON',
    width: {min: 10},
    value: ({day}) => day,
    sort: ({day}) => day,
    sortFirst: 'down',
  },
  size(({bytes: packed}) => packed),
  {
    id: 'made',
    title: 'ARCHIVED (UTC)',
    width: {min: 16},
    value: ({name}) => madeOf(name),
    sort: madeOfRow,
    sortFirst: 'down',
  },
];

const fileColumns: readonly Column<IndexEntry>[] = [
  size(({size: plain}) => plain),
  {
    id: 'written',
    title: 'WRITTEN (UTC)',
    width: {min: 16},
    value: ({mtimeNs}) => minuteOf(msOfNs(mtimeNs)),
    sort: ({mtimeNs}) => msOfNs(mtimeNs),
    sortFirst: 'down',
  },
  {
    id: 'path',
    title: 'LOG',
    width: {min: 40, ideal: 100, grow: 1},
    cut: 'middle',
    // The archive is of one DAG, and says so.
    value: ({path}) => oneLine(path.replace(/^dag_id=[^/]*\//, ''), 1000),
    sort: ({path}) => path,
  },
];

/** "2026-11-25 01:02" of a name that ends in the time of its plan. */
function madeOf(name: string): string {
  const [, date, hour, minute] = /\/(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-[^/]*$/.exec(name) ?? [];
  return date === undefined ? '–' : `${date} ${hour}:${minute}`;
}

function madeOfRow({name}: ArchiveRow): string {
  return madeOf(name);
}

const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

export function createArchiveStore(): ArchiveStore {
  return {
    archives: new TableStore<ArchiveRow>({
      rowId: ({name}) => name,
      columns: archiveColumns,
      home: true,
      sort: {column: 'owner', direction: 'up'},
    }),
    files: new TableStore<IndexEntry>({rowId: ({path}) => path, columns: fileColumns, home: true}),
    inside: createStore<ArchiveRow | undefined>(() => undefined),
    reading: createStore<IndexEntry | undefined>(() => undefined),
    dialog: createStore<{readonly at: 'none'} | FilterDialog>(() => ({at: 'none'})),
  };
}
