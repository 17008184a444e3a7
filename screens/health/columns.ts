import type {Column} from '../../components/table/column.ts';
import {bytes} from '../../components/text/words.ts';
import type {Finding} from '../../src/health/finding.ts';
import {oneLine} from '../../src/text.ts';
import type {ComponentRow} from './rows.ts';

const dash = '–';

/** With one host its name is not repeated in every row, unless there is room for it. */
export const componentColumns = (oneHost: boolean): readonly Column<ComponentRow>[] => [
  {id: 'component', title: 'COMPONENT', width: {min: 13, ideal: 14}, value: row => row.component},
  {
    id: 'says',
    title: 'AIRFLOW SAYS',
    width: {min: 13, ideal: 20},
    value: row => row.says,
    colour: row => (row.says === 'unhealthy' ? 'red' : undefined),
  },
  {id: 'heartbeat', title: 'HEARTBEAT', width: {min: 11, ideal: 12}, value: row => row.heartbeat},
  {id: 'host', title: 'HOST', width: {min: 7, ideal: 18}, priority: oneHost ? 2 : 0, value: row => row.host},
  {
    id: 'state',
    title: 'UNIT STATE',
    width: {min: 10, ideal: 14},
    value: row => row.state,
    colour: row => (row.level === 'bad' && row.state !== 'active' ? 'red' : undefined),
  },
  {id: 'since', title: 'SINCE', width: {min: 6, ideal: 8}, value: row => row.since},
  {
    id: 'memory',
    title: 'MEMORY',
    width: {min: 7},
    align: 'right',
    value: row => (row.memoryBytes === undefined ? dash : bytes(row.memoryBytes)),
  },
  {
    id: 'pid',
    title: 'PID',
    width: {min: 7},
    align: 'right',
    priority: 1,
    value: row => (row.pid === undefined ? dash : String(row.pid)),
  },
  {
    id: 'restarts',
    title: 'RESTARTS',
    width: {min: 8},
    align: 'right',
    priority: 1,
    value: row => (row.restarts === undefined ? dash : String(row.restarts)),
  },
  {id: 'unit', title: 'UNIT', width: {min: 20, grow: 1}, priority: 2, value: row => row.unit?.name ?? dash},
];

/** The title of the column counts the findings by level. */
export function findingColumns(title: string): readonly Column<Finding>[] {
  return [
    {
      id: 'text',
      title,
      width: {min: 40, grow: 1},
      value: finding => oneLine(finding.text, 400),
    },
  ];
}
