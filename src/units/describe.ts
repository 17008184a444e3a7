import type {Component} from '../airflow/component.ts';
import {oneLine} from '../text.ts';
import {inUnit, memoryOf, type Process, type Processes} from './processes.ts';
import {first, numberOf, type Shown, stampMs, timespanMs} from './show.ts';
import {tasksIn} from './task-process.ts';
import type {Unit, UnitEnd, UnitState} from './unit.ts';

/** One unit out of its properties and its processes. `clockMs` is the host's own clock, as systemd's stamps are. */
export function describeUnit(
  {name, host, component}: {readonly name: string; readonly host: string; readonly component: Component},
  shown: Shown,
  processes: Processes,
  clockMs: number,
): Unit {
  const changedAtMs = stampMs(first(shown, 'StateChangeTimestamp'));
  const mainPid = numberOf(shown, 'MainPID') || undefined;
  const own = inUnit(processes, name);
  // With /proc mounted hidepid=2 the processes of other users cannot be seen.
  const visible = mainPid === undefined || own.length > 0;
  const invocation = text(shown, 'InvocationID');
  return {
    name,
    host,
    component,
    state: stateOf(shown),
    subState: text(shown, 'SubState'),
    inStateMs: changedAtMs === undefined || Number.isNaN(clockMs) ? undefined : Math.max(0, clockMs - changedAtMs),
    mainPid,
    memoryBytes: numberOf(shown, 'MemoryCurrent') ?? (own.length === 0 ? undefined : memoryOf(own)),
    restarts: numberOf(shown, 'NRestarts'),
    ended: endOf(shown),
    stopTimeoutMs: timespanMs(first(shown, 'TimeoutStopUSec')),
    user: text(shown, 'User') || 'root',
    enabled: text(shown, 'UnitFileState'),
    needsDaemonReload: first(shown, 'NeedDaemonReload') === 'yes',
    ...(invocation === '' ? {} : {invocation}),
    ...(visible ? {tasks: tasksIn(processes, name)} : {}),
    ...(visible && component === 'webserver' ? {webWorkers: own.filter(isWebWorker).length} : {}),
    dependents: ['RequiredBy', 'BoundBy', 'ConsistsOf']
      .flatMap(property => text(shown, property).split(' '))
      .filter((other, index, others) => other.endsWith('.service') && others.indexOf(other) === index),
  };
}

/** As gunicorn titles them, with [ready] before it by Airflow when it is. */
const isWebWorker = ({title}: Process): boolean => /^(\[ready\] )?gunicorn: worker \[airflow-webserver\]/.test(title);

const text = (shown: Shown, property: string): string => oneLine(first(shown, property));

const states: ReadonlySet<string> = new Set<UnitState>([
  'active',
  'reloading',
  'activating',
  'deactivating',
  'inactive',
  'failed',
  'maintenance',
]);

/** A unit whose file is gone or masked may still run: then what it does counts. */
function stateOf(shown: Shown): UnitState {
  const state = first(shown, 'ActiveState');
  const load = first(shown, 'LoadState');
  if (state === '' || (state === 'inactive' && load === 'not-found')) return 'missing';
  // However it ended: it cannot be started.
  if (load === 'masked' && (state === 'inactive' || state === 'failed')) return 'masked';
  return states.has(state) ? (state as UnitState) : 'maintenance';
}

/** `ExecMainCode` is waitid's: 1 exited, 2 killed, 3 dumped; 0 while the main process runs. */
function endOf(shown: Shown): UnitEnd | undefined {
  const result = text(shown, 'Result');
  const code = first(shown, 'ExecMainCode');
  const status = numberOf(shown, 'ExecMainStatus');
  if (code === '1' && status !== undefined) return {result, exitCode: status};
  if ((code === '2' || code === '3') && status !== undefined) return {result, signal: status};
  return result === 'success' || result === '' ? undefined : {result};
}
