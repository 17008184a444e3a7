import type {Column} from '../../components/table/column.ts';
import {bar, bytes} from '../../components/text/words.ts';
import {fullInMs, type Growth} from '../../src/logs/growth.ts';
import type {Volume} from '../../src/logs/volumes.ts';
import {age} from '../../src/words.ts';

/** `growth`: of the volume, or what the ages of the logs on it tell. */
export type VolumeRow = {readonly volume: Volume; readonly growth: Growth | undefined; readonly ascii: boolean};

const dayMs = 86_400_000;

/** Of what the Airflow user can use; the reserve of root is not part of it. */
const usedFraction = ({usedBytes, freeBytes}: Volume): number =>
  usedBytes + freeBytes === 0 ? 0 : usedBytes / (usedBytes + freeBytes);

const inodesFraction = ({totalInodes, freeInodes}: Volume): number =>
  totalInodes === 0 ? 0 : 1 - freeInodes / totalInodes;

const alarm = (fraction: number) => (fraction >= 0.95 ? 'red' : fraction >= 0.85 ? 'yellow' : undefined);

/** With one host its name is not repeated in every row. */
export const volumeColumns = (oneHost: boolean): readonly Column<VolumeRow>[] => [
  ...(oneHost
    ? []
    : [{id: 'host', title: 'HOST', width: {min: 8, ideal: 10, max: 24, grow: 1}, value: hostOf} as const]),
  {
    id: 'volume',
    title: 'VOLUME',
    width: {min: oneHost ? 14 : 16, ideal: 18, grow: 1, max: 50},
    value: ({volume}) => volume.mountPoint,
  },
  {
    id: 'used',
    title: 'USED',
    width: {min: oneHost ? 19 : 10},
    value: ({volume, ascii}) => {
      const fraction = usedFraction(volume);
      return `${bar(fraction, oneHost ? 13 : 4, ascii)} ${String(Math.floor(fraction * 100)).padStart(3)} %`;
    },
    colour: ({volume}) => alarm(usedFraction(volume)),
  },
  {id: 'free', title: 'FREE', width: {min: 8}, align: 'right', value: ({volume}) => bytes(volume.freeBytes)},
  {
    id: 'inodes',
    title: 'INODES',
    width: {min: 6},
    align: 'right',
    value: ({volume}) => (volume.totalInodes === 0 ? '–' : `${Math.ceil(inodesFraction(volume) * 100)} %`),
    colour: ({volume}) => alarm(inodesFraction(volume)),
  },
  {id: 'grows', title: 'GROWS', width: {min: 9, ideal: 10}, align: 'right', value: ({growth}) => growsText(growth)},
  {
    id: 'full',
    title: 'FULL IN',
    width: {min: 8},
    align: 'right',
    value: fullText,
    colour: row => {
      const inMs = fullMs(row);
      return inMs === undefined || inMs > 7 * dayMs ? undefined : inMs < dayMs ? 'red' : 'yellow';
    },
  },
  {
    id: 'size',
    title: 'SIZE',
    width: {min: 8},
    align: 'right',
    priority: 1,
    value: ({volume}) => bytes(volume.totalBytes),
  },
  {
    id: 'reserved',
    title: 'RESERVED',
    width: {min: 8},
    align: 'right',
    priority: 2,
    value: ({volume}) => bytes(volume.reservedBytes),
  },
  {
    id: 'holds',
    title: 'HOLDS',
    width: {min: 12, ideal: 28, grow: 1},
    priority: 1,
    value: ({volume}) => volume.roles.join(', '),
  },
];

const hostOf = ({volume}: VolumeRow): string => volume.host;

/** What was not seen but reckoned from the ages of the files has a sign. */
function growsText(growth: Growth | undefined): string {
  if (growth === undefined) return '–';
  const {bytesPerDay, from} = growth;
  const amount = `${bytes(Math.abs(bytesPerDay))}/d`;
  if (bytesPerDay < 0) return `-${amount}`;
  return from === 'ages' ? `~${amount}` : amount;
}

const fullMs = ({volume, growth}: VolumeRow): number | undefined =>
  growth === undefined ? undefined : fullInMs(volume, growth);

function fullText(row: VolumeRow): string {
  if (row.growth === undefined) return '–';
  const inMs = fullMs(row);
  if (inMs === undefined) return 'never';
  if (inMs > 365 * dayMs) return '> 1 y';
  const days = Math.floor(inMs / dayMs);
  return days < 2 ? age(inMs).split(' ').slice(0, 2).join(' ') : `${days} days`;
}
