import type {Column} from '../../components/table/column.ts';
import {bar, bytes, count} from '../../components/text/words.ts';
import {oneLine} from '../../src/text.ts';
import {roughly} from '../../src/words.ts';
import type {FileRow, OddRow, UsageRow} from './rows.ts';

const dash = '–';

const ageText = (ms: number | undefined, nowMs: number): string => {
  if (ms === undefined) return dash;
  return nowMs - ms < 60_000 ? 'now' : roughly(nowMs - ms);
};

/** `title`: what the rows are. With `notes` there is room for a word beside the bar. */
export const usageColumns = (title: string, notes = true): readonly Column<UsageRow>[] => [
  {
    id: 'name',
    title,
    width: {min: 23, ideal: 38, grow: 2, max: 80},
    value: ({name}) => oneLine(name, 300),
    sort: ({name}) => name,
  },
  {
    id: 'size',
    title: 'SIZE',
    width: {min: 8},
    align: 'right',
    value: row => bytes(row.bytes),
    sort: row => row.bytes,
    sortFirst: 'down',
  },
  {
    id: 'files',
    title: 'FILES',
    width: {min: 8, ideal: 9},
    align: 'right',
    value: ({files}) => count(files),
    sort: ({files}) => files,
    sortFirst: 'down',
  },
  {
    id: 'oldest',
    title: 'OLDEST',
    width: {min: 6, ideal: 7},
    align: 'right',
    value: ({oldestMs, nowMs}) => ageText(oldestMs, nowMs),
    sort: ({oldestMs}) => oldestMs,
  },
  {
    id: 'newest',
    title: 'NEWEST',
    width: {min: 6, ideal: 7},
    align: 'right',
    value: ({newestMs, nowMs}) => ageText(newestMs, nowMs),
    sort: ({newestMs}) => newestMs,
    sortFirst: 'down',
  },
  {
    id: 'share',
    title: 'SHARE',
    width: notes ? {min: 15, ideal: 20, grow: 1, max: 40} : {min: 8},
    value: ({share, note, ascii}) => {
      const drawn = bar(share, 8, ascii);
      return note === '' ? drawn : `${drawn.trimEnd()}  ${note}`;
    },
  },
  {
    id: 'grew',
    title: 'GREW',
    width: {min: 9},
    align: 'right',
    priority: 1,
    value: ({grewBytes}) =>
      grewBytes === undefined ? dash : `${grewBytes < 0 ? '-' : '+'}${bytes(Math.abs(grewBytes))}`,
    sort: ({grewBytes}) => grewBytes,
    sortFirst: 'down',
  },
  {
    id: 'apparent',
    title: 'APPARENT',
    width: {min: 9},
    align: 'right',
    priority: 1,
    value: ({apparentBytes}) => bytes(apparentBytes),
    sort: ({apparentBytes}) => apparentBytes,
    sortFirst: 'down',
  },
];

export const fileColumns: readonly Column<FileRow>[] = [
  {
    id: 'size',
    title: 'SIZE',
    width: {min: 8},
    align: 'right',
    value: row => bytes(row.bytes),
    sort: row => row.bytes,
    sortFirst: 'down',
  },
  {
    id: 'written',
    title: 'WRITTEN',
    width: {min: 8},
    align: 'right',
    value: ({mtimeMs, nowMs}) => ageText(mtimeMs, nowMs),
    sort: ({mtimeMs}) => mtimeMs,
    sortFirst: 'down',
  },
  {
    id: 'path',
    title: 'FILE',
    width: {min: 40, ideal: 100, grow: 1},
    cut: 'middle',
    value: ({shown}) => oneLine(shown, 1000),
    sort: ({shown}) => shown,
  },
  {
    id: 'apparent',
    title: 'APPARENT',
    width: {min: 9},
    align: 'right',
    priority: 1,
    value: row => bytes(row.apparentBytes),
    sort: row => row.apparentBytes,
    sortFirst: 'down',
  },
];

export const oddColumns: readonly Column<OddRow>[] = [
  {id: 'what', title: 'WHAT', width: {min: 22}, value: ({what}) => what, sort: ({what}) => what},
  {
    id: 'size',
    title: 'SIZE',
    width: {min: 8},
    align: 'right',
    value: row => (row.bytes === undefined ? dash : bytes(row.bytes)),
    sort: row => row.bytes,
    sortFirst: 'down',
  },
  {id: 'why', title: 'WHY', width: {min: 14, ideal: 24}, value: ({why}) => oneLine(why, 100)},
  {
    id: 'path',
    title: 'WHERE',
    width: {min: 26, ideal: 80, grow: 1},
    cut: 'middle',
    value: ({shown}) => oneLine(shown, 1000),
    sort: ({shown}) => shown,
  },
];
