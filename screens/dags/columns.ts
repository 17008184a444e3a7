import type {Column} from '../../components/table/column.ts';
import {oneLine} from '../../src/text.ts';
import {type DagRow, type RunRow, type TaskRow, taskName} from './rows.ts';
import {agoWords, inWords, runColours, runSign, scheduleWords, taskSign, tookWords} from './words.ts';

export const dagColumns = (ascii: boolean): readonly Column<DagRow>[] => [
  {
    id: 'dag',
    title: 'DAG',
    width: {min: 20, ideal: 24, grow: 2, max: 60},
    value: ({dag}) => oneLine(dag.id, 300),
    sort: ({dag}) => dag.id,
  },
  {
    id: 'runs',
    title: 'LAST RUNS',
    width: {min: 9},
    value: ({runs}) =>
      runs === undefined ? '' : runs.length === 0 ? '–' : runs.map(run => runSign(run, ascii)).join(''),
    signs: runColours,
    sort: ({runs}) => runs?.at(-1)?.startedAtMs,
    sortFirst: 'down',
  },
  {
    id: 'schedule',
    title: 'SCHEDULE',
    width: {min: 18, ideal: 20, grow: 1, max: 40},
    value: ({dag}) => scheduleWords(dag.schedule),
    sort: ({dag}) => scheduleWords(dag.schedule),
  },
  {
    id: 'next',
    title: 'NEXT RUN',
    width: {min: 9, ideal: 12},
    value: ({dag, nowMs}) => (dag.paused ? '–' : inWords(dag.nextRunAtMs, nowMs)),
    sort: ({dag}) => (dag.paused ? undefined : dag.nextRunAtMs),
  },
  {
    id: 'state',
    title: 'STATE',
    width: {min: 6},
    value: ({dag}) => (dag.hasImportErrors ? 'broken' : dag.paused ? 'paused' : 'on'),
    colour: ({dag}) => (dag.hasImportErrors ? 'red' : dag.paused ? 'yellow' : undefined),
    sort: ({dag}) => Number(dag.paused),
  },
  {
    id: 'last',
    title: 'LAST RUN',
    width: {min: 14},
    priority: 1,
    value: ({runs, nowMs}) => (runs === undefined ? '' : agoWords(runs.at(-1)?.startedAtMs, nowMs)),
  },
  {
    id: 'owner',
    title: 'OWNER',
    width: {min: 10, ideal: 14, grow: 1, max: 24},
    priority: 1,
    value: ({dag}) => dag.owners.join(', '),
    sort: ({dag}) => dag.owners.join(', '),
  },
  {
    id: 'tags',
    title: 'TAGS',
    width: {min: 10, ideal: 18, grow: 1},
    priority: 2,
    value: ({dag}) => dag.tags.join(' '),
  },
];

export const runColumns = (ascii: boolean): readonly Column<RunRow>[] => [
  {
    id: 'state',
    title: 'STATE',
    width: {min: 10},
    value: ({run}) => `${runSign(run, ascii)} ${run.state}`,
    signs: runColours,
    sort: ({run}) => run.state,
  },
  {
    id: 'run',
    title: 'RUN',
    width: {min: 30, ideal: 40, grow: 1},
    value: ({run}) => run.id,
    sort: ({run}) => run.id,
  },
  {
    id: 'started',
    title: 'STARTED',
    width: {min: 11},
    value: ({run, nowMs}) => agoWords(run.startedAtMs, nowMs),
    sort: ({run}) => run.startedAtMs,
    sortFirst: 'down',
  },
  {
    id: 'took',
    title: 'TOOK',
    width: {min: 11},
    value: ({run, nowMs}) => tookWords(run.startedAtMs, run.endedAtMs, nowMs),
    sort: ({run}) => (run.startedAtMs === undefined ? undefined : (run.endedAtMs ?? Infinity) - run.startedAtMs),
    sortFirst: 'down',
  },
  {id: 'type', title: 'BY', width: {min: 10}, priority: 1, value: ({run}) => run.type},
  {
    id: 'conf',
    title: 'CONF',
    width: {min: 20, grow: 1},
    priority: 2,
    value: ({run}) => (Object.keys(run.conf).length === 0 ? '' : oneLine(JSON.stringify(run.conf), 300)),
  },
];

export const taskColumns: readonly Column<TaskRow>[] = [
  {
    id: 'state',
    title: 'STATE',
    width: {min: 17},
    value: ({task}) => `${taskSign(task.state)} ${task.state}`,
    signs: runColours,
    sort: ({task}) => task.state,
  },
  {
    id: 'task',
    title: 'TASK',
    width: {min: 18, ideal: 24, grow: 1},
    value: ({task}) => taskName(task),
    sort: ({task}) => taskName(task),
  },
  {id: 'try', title: 'TRY', width: {min: 3}, align: 'right', value: ({task}) => String(task.tryNumber)},
  {
    id: 'started',
    title: 'STARTED',
    width: {min: 11},
    value: ({task, nowMs}) => agoWords(task.startedAtMs, nowMs),
    sort: ({task}) => task.startedAtMs,
  },
  {
    id: 'took',
    title: 'TOOK',
    width: {min: 11},
    value: ({task, nowMs}) => tookWords(task.startedAtMs, task.endedAtMs, nowMs),
  },
  {id: 'operator', title: 'OPERATOR', width: {min: 16}, priority: 1, value: ({task}) => task.operator ?? '–'},
  {id: 'host', title: 'ON', width: {min: 14}, priority: 2, value: ({task}) => task.hostname ?? '–'},
];
