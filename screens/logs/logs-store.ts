import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Column} from '../../components/table/column.ts';
import {TableStore} from '../../components/table/table-store.ts';
import {bar, bytes, count} from '../../components/text/words.ts';
import type {UsageEntry} from '../../src/logs/usage.ts';
import type {Volume} from '../../src/logs/volumes.ts';
import {oneLine} from '../../src/text.ts';
import {roughly} from '../../src/words.ts';
import type {FilterDialog} from '../filter-command.ts';

export type VolumeRow = {readonly volume: Volume; readonly ascii: boolean};

/** `share` of all that was found so far, 0 to 1. */
export type UsageRow = {
  readonly entry: UsageEntry;
  readonly share: number;
  readonly nowMs: number;
  readonly ascii: boolean;
};

export type LogsDialog = {readonly at: 'none'} | FilterDialog;

export type LogsStore = {
  readonly volumes: TableStore<VolumeRow>;
  readonly usage: TableStore<UsageRow>;
  readonly dialog: StoreApi<LogsDialog>;
  /** Index of the host that is shown. */
  readonly host: StoreApi<number>;
};

/** Of what the Airflow user can use; the reserve of root is not part of it. */
const usedFraction = ({usedBytes, freeBytes}: Volume): number =>
  usedBytes + freeBytes === 0 ? 0 : usedBytes / (usedBytes + freeBytes);

const inodesText = ({totalInodes, freeInodes}: Volume): string =>
  totalInodes === 0 ? '–' : `${Math.ceil((1 - freeInodes / totalInodes) * 100)} %`;

const volumeColumns: readonly Column<VolumeRow>[] = [
  {
    id: 'volume',
    title: 'VOLUME',
    width: {min: 14, ideal: 18, grow: 1, max: 50},
    value: ({volume}) => volume.mountPoint,
  },
  {
    id: 'used',
    title: 'USED',
    width: {min: 20},
    value: ({volume, ascii}) => {
      const fraction = usedFraction(volume);
      return `${bar(fraction, 13, ascii)} ${String(Math.floor(fraction * 100)).padStart(3)} %`;
    },
    colour: ({volume}) => (usedFraction(volume) >= 0.95 ? 'red' : usedFraction(volume) >= 0.85 ? 'yellow' : undefined),
  },
  {id: 'free', title: 'FREE', width: {min: 8}, align: 'right', value: ({volume}) => bytes(volume.freeBytes)},
  {id: 'inodes', title: 'INODES', width: {min: 6}, align: 'right', value: ({volume}) => inodesText(volume)},
  {id: 'holds', title: 'HOLDS', width: {min: 12, ideal: 28, grow: 1}, value: ({volume}) => volume.roles.join(', ')},
];

const usageColumns: readonly Column<UsageRow>[] = [
  {
    id: 'name',
    title: 'FOLDER',
    width: {min: 26, ideal: 34, grow: 2, max: 70},
    value: ({entry}) => (entry.name === '' ? '(files directly in it)' : oneLine(entry.name, 300)),
    sort: ({entry}) => entry.name,
  },
  {
    id: 'size',
    title: 'SIZE',
    width: {min: 8},
    align: 'right',
    value: ({entry}) => bytes(entry.bytes),
    sort: ({entry}) => entry.bytes,
    sortFirst: 'down',
  },
  {
    id: 'files',
    title: 'FILES',
    width: {min: 9},
    align: 'right',
    value: ({entry}) => count(entry.files),
    sort: ({entry}) => entry.files,
    sortFirst: 'down',
  },
  {
    id: 'oldest',
    title: 'OLDEST',
    width: {min: 7},
    align: 'right',
    value: ({entry, nowMs}) => (entry.oldestMs === undefined ? '–' : roughly(nowMs - entry.oldestMs)),
    sort: ({entry}) => entry.oldestMs,
  },
  {
    id: 'newest',
    title: 'NEWEST',
    width: {min: 7},
    align: 'right',
    value: ({entry, nowMs}) => (entry.newestMs === undefined ? '–' : roughly(nowMs - entry.newestMs)),
    sort: ({entry}) => entry.newestMs,
    sortFirst: 'down',
  },
  {
    id: 'share',
    title: 'SHARE',
    width: {min: 8},
    value: ({share, ascii}) => bar(share, 8, ascii),
  },
  {id: 'class', title: 'CLASS', width: {min: 16, grow: 1}, priority: 1, value: ({entry}) => entry.class},
  {
    id: 'apparent',
    title: 'APPARENT',
    width: {min: 9},
    align: 'right',
    priority: 1,
    value: ({entry}) => bytes(entry.apparentBytes),
    sort: ({entry}) => entry.apparentBytes,
    sortFirst: 'down',
  },
];

export function createLogsStore(): LogsStore {
  return {
    volumes: new TableStore<VolumeRow>({rowId: ({volume}) => volume.mountPoint, columns: volumeColumns, home: true}),
    usage: new TableStore<UsageRow>({
      rowId: ({entry}) => entry.name,
      columns: usageColumns,
      home: true,
      sort: {column: 'size', direction: 'down'},
    }),
    dialog: createStore<LogsDialog>(() => ({at: 'none'})),
    host: createStore(() => 0),
  };
}
