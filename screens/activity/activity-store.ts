import {createStore, type StoreApi} from 'zustand/vanilla';
import type {Column} from '../../components/table/column.ts';
import {TableStore} from '../../components/table/table-store.ts';
import {bytes, count} from '../../components/text/words.ts';
import {oneLine} from '../../src/text.ts';
import type {FilterDialog} from '../filter-command.ts';
import type {ActivityRow, Look} from './rows.ts';

export type ActivityDialog = {readonly at: 'none'} | FilterDialog | {readonly at: 'entry'; readonly row: ActivityRow};

export type ActivityStore = {
  readonly table: TableStore<ActivityRow>;
  readonly dialog: StoreApi<ActivityDialog>;
  readonly look: StoreApi<Look>;
};

export const timeText = (atMs: number): string => new Date(atMs).toTimeString().slice(0, 8);

/** "43 ms", "1.2 s", "4 min". */
export function tookText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min`;
}

export const resultText = ({entry}: ActivityRow): string => entry.end?.result ?? 'runs';

const columns: readonly Column<ActivityRow>[] = [
  {
    id: 'time',
    title: 'TIME',
    width: {min: 8},
    value: ({entry}) => timeText(entry.atMs),
    sort: ({entry}) => entry.atMs,
    sortFirst: 'down',
  },
  {
    id: 'where',
    title: 'WHERE',
    width: {min: 6, ideal: 12},
    value: ({entry}) => entry.where,
    sort: ({entry}) => entry.where,
  },
  {
    id: 'what',
    title: 'WHAT',
    width: {min: 24, grow: 1},
    value: ({entry}) => oneLine(entry.what, 1000),
    sort: ({entry}) => entry.what,
  },
  {
    id: 'times',
    title: '×',
    width: {min: 5},
    align: 'right',
    value: ({times}) => (times === 1 ? '' : count(times)),
    sort: ({times}) => times,
    sortFirst: 'down',
  },
  {
    id: 'took',
    title: 'TOOK',
    width: {min: 6},
    align: 'right',
    value: ({tookMs}) => tookText(tookMs),
    sort: ({tookMs}) => tookMs,
    sortFirst: 'down',
  },
  {
    id: 'size',
    title: 'SIZE',
    width: {min: 6, ideal: 7},
    align: 'right',
    value: ({entry}) => (entry.end?.bytes === undefined ? '–' : bytes(entry.end.bytes)),
    sort: ({entry}) => entry.end?.bytes,
    sortFirst: 'down',
  },
  {
    id: 'result',
    title: 'RESULT',
    width: {min: 9},
    value: resultText,
    sort: resultText,
    colour: ({entry: {end}}) =>
      end === undefined ? 'cyan' : end.problem !== undefined ? 'red' : end.outcome === 'failed' ? 'yellow' : undefined,
  },
];

export function createActivityStore(): ActivityStore {
  return {
    table: new TableStore<ActivityRow>({rowId: ({id}) => id, columns, home: true}),
    dialog: createStore<ActivityDialog>(() => ({at: 'none'})),
    look: createStore<Look>(() => ({repeats: false, changesOnly: false})),
  };
}
