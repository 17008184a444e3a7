import * as v from 'valibot';
import {clean, maskUrls, oneLine} from '../text.ts';
import type {Dag, DagDetails, ImportError, Run, Schedule, Task} from './api.ts';
import {paramsOf} from './param-wire.ts';
import {scheduleOf, scheduleOfDelta} from './schedule.ts';
import {runState, taskState} from './states.ts';
import {listOf, maybe, present, time} from './wire.ts';

// The shapes of /api/v1, Airflow 2.0–2.11. `maybe` is what some of these versions do not send.

const dagFields = {
  dag_id: v.string(),
  // 2.9
  dag_display_name: maybe(v.string()),
  is_paused: maybe(v.boolean()),
  // 2.1.1
  is_active: maybe(v.boolean()),
  owners: maybe(v.array(v.string())),
  tags: maybe(v.array(v.object({name: v.string()}))),
  schedule_interval: maybe(v.looseObject({__type: v.string(), value: maybe(v.string())})),
  // 2.3
  timetable_description: maybe(v.string()),
  next_dagrun_create_after: maybe(time),
  has_import_errors: maybe(v.boolean()),
};

const dagWire = v.object(dagFields);
export const dagsWire = listOf('dags', dagWire);
export const dagIdsWire = listOf('dags', v.object({dag_id: v.string()}));
export const ownersWire = v.object({owners: maybe(v.array(v.string()))});

export const dagDetailsWire = v.object({
  ...dagFields,
  description: maybe(v.string()),
  fileloc: maybe(v.string()),
  params: maybe(v.record(v.string(), v.unknown())),
  catchup: maybe(v.boolean()),
  max_active_runs: maybe(v.number()),
  timezone: maybe(v.string()),
  // 2.3
  next_dagrun_data_interval_start: maybe(time),
  next_dagrun_data_interval_end: maybe(time),
});

export const runWire = v.object({
  dag_id: v.string(),
  dag_run_id: v.string(),
  state: runState,
  // 2.3
  run_type: maybe(v.string()),
  external_trigger: maybe(v.boolean()),
  execution_date: maybe(time),
  // 2.2
  logical_date: maybe(time),
  start_date: maybe(time),
  end_date: maybe(time),
  conf: maybe(v.record(v.string(), v.unknown())),
  // 2.5
  note: maybe(v.string()),
});
export const runsWire = listOf('dag_runs', runWire);

const taskWire = v.object({
  dag_id: v.string(),
  // 2.3
  dag_run_id: maybe(v.string()),
  task_id: v.string(),
  // 2.4; -1 is a task that is not mapped
  map_index: maybe(v.number()),
  state: taskState,
  try_number: maybe(v.number()),
  start_date: maybe(time),
  end_date: maybe(time),
  queued_when: maybe(time),
  operator: maybe(v.string()),
  hostname: maybe(v.string()),
});
export const tasksWire = listOf('task_instances', taskWire);

const importErrorWire = v.object({
  import_error_id: v.number(),
  filename: v.string(),
  timestamp: time,
  stack_trace: v.string(),
});
export const importErrorsWire = listOf('import_errors', importErrorWire);

type DagWire = v.InferOutput<typeof dagWire>;

export function toDag(wire: DagWire): Dag {
  return present({
    id: wire.dag_id,
    displayName: oneLine(wire.dag_display_name ?? wire.dag_id),
    paused: wire.is_paused ?? false,
    owners: (wire.owners ?? []).map(owner => oneLine(owner)),
    tags: (wire.tags ?? []).map(tag => oneLine(tag.name)),
    schedule: toSchedule(wire),
    nextRunAtMs: wire.next_dagrun_create_after ?? undefined,
    hasImportErrors: wire.has_import_errors ?? false,
  });
}

function toSchedule({schedule_interval: interval, timetable_description: description}: DagWire): Schedule {
  if (interval == null || interval.__type === 'CronExpression') return scheduleOf(interval?.value, description);
  return scheduleOfDelta(interval, description);
}

/** The details of 2.11 leave `owners` empty: they come from the DAG itself. */
export function toDagDetails(
  wire: v.InferOutput<typeof dagDetailsWire>,
  owners: v.InferOutput<typeof ownersWire>,
): DagDetails {
  const {next_dagrun_data_interval_start: startMs, next_dagrun_data_interval_end: endMs} = wire;
  return present({
    ...toDag({...wire, ...owners}),
    description: wire.description ? clean(wire.description) : undefined,
    file: wire.fileloc ?? undefined,
    params: paramsOf(wire.params),
    catchup: wire.catchup ?? false,
    maxActiveRuns: wire.max_active_runs ?? undefined,
    // Some versions send Python's repr: "Timezone('UTC')".
    timezone: wire.timezone ? oneLine(/'([^']+)'/.exec(wire.timezone)?.[1] ?? wire.timezone) : undefined,
    nextInterval: startMs == null || endMs == null ? undefined : {startMs, endMs},
  });
}

export function toRun(wire: v.InferOutput<typeof runWire>): Run {
  return present({
    dagId: wire.dag_id,
    id: wire.dag_run_id,
    state: wire.state,
    type: oneLine(wire.run_type ?? (wire.external_trigger ? 'manual' : 'scheduled')),
    logicalAtMs: wire.logical_date ?? wire.execution_date ?? undefined,
    startedAtMs: wire.start_date ?? undefined,
    endedAtMs: wire.end_date ?? undefined,
    conf: wire.conf ?? {},
    note: wire.note ? clean(wire.note) : undefined,
  });
}

/** Before 2.3 a task does not say its run: then it is the one that was asked for, or empty where none was. */
export function toTask(wire: v.InferOutput<typeof taskWire>, runId = ''): Task {
  return present({
    dagId: wire.dag_id,
    runId: wire.dag_run_id ?? runId,
    taskId: wire.task_id,
    mapIndex: (wire.map_index ?? -1) < 0 ? undefined : (wire.map_index ?? undefined),
    state: wire.state,
    tryNumber: wire.try_number ?? 0,
    startedAtMs: wire.start_date ?? undefined,
    endedAtMs: wire.end_date ?? undefined,
    queuedAtMs: wire.queued_when ?? undefined,
    operator: wire.operator ? oneLine(wire.operator) : undefined,
    hostname: wire.hostname ? oneLine(wire.hostname) : undefined,
  });
}

export function toImportError(wire: v.InferOutput<typeof importErrorWire>): ImportError {
  return {
    id: wire.import_error_id,
    file: wire.filename,
    atMs: wire.timestamp,
    trace: maskUrls(clean(wire.stack_trace)),
  };
}
