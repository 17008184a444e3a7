import * as v from 'valibot';
import {clean, maskUrls, oneLine} from '../text.ts';
import type {Dag, DagDetails, ImportError, Run, Task} from './api.ts';
import {paramsOf} from './param-wire.ts';
import {scheduleOf} from './schedule.ts';
import {runState, taskState} from './states.ts';
import {listOf, maybe, present, time} from './wire.ts';

// The shapes of /api/v2, Airflow 3.0–3.3.

const dagFields = {
  dag_id: v.string(),
  dag_display_name: maybe(v.string()),
  is_paused: v.boolean(),
  owners: maybe(v.array(v.string())),
  tags: maybe(v.array(v.object({name: v.string()}))),
  timetable_summary: maybe(v.string()),
  timetable_description: maybe(v.string()),
  next_dagrun_run_after: maybe(time),
  has_import_errors: maybe(v.boolean()),
};

const dagWire = v.object(dagFields);
export const dagsWire = listOf('dags', dagWire);
export const dagIdsWire = listOf('dags', v.object({dag_id: v.string()}));

export const dagDetailsWire = v.object({
  ...dagFields,
  description: maybe(v.string()),
  fileloc: maybe(v.string()),
  params: maybe(v.record(v.string(), v.unknown())),
  catchup: maybe(v.boolean()),
  max_active_runs: maybe(v.number()),
  timezone: maybe(v.string()),
  next_dagrun_data_interval_start: maybe(time),
  next_dagrun_data_interval_end: maybe(time),
});

export const runWire = v.object({
  dag_id: v.string(),
  dag_run_id: v.string(),
  state: runState,
  run_type: v.string(),
  logical_date: maybe(time),
  start_date: maybe(time),
  end_date: maybe(time),
  conf: maybe(v.record(v.string(), v.unknown())),
  note: maybe(v.string()),
});
export const runsWire = listOf('dag_runs', runWire);

const taskWire = v.object({
  dag_id: v.string(),
  dag_run_id: v.string(),
  task_id: v.string(),
  // -1 is a task that is not mapped.
  map_index: v.number(),
  state: taskState,
  try_number: maybe(v.number()),
  start_date: maybe(time),
  end_date: maybe(time),
  queued_when: maybe(time),
  operator: maybe(v.string()),
  // 3.1: "@task" where `operator` is a class that nobody wrote.
  operator_name: maybe(v.string()),
  hostname: maybe(v.string()),
});
export const tasksWire = listOf('task_instances', taskWire);

const importErrorWire = v.object({
  import_error_id: v.number(),
  // Relative to its bundle since 3.1.
  filename: v.string(),
  timestamp: time,
  stack_trace: v.string(),
});
export const importErrorsWire = listOf('import_errors', importErrorWire);

export function toDag(wire: v.InferOutput<typeof dagWire>): Dag {
  return present({
    id: wire.dag_id,
    displayName: oneLine(wire.dag_display_name ?? wire.dag_id),
    paused: wire.is_paused,
    owners: (wire.owners ?? []).map(owner => oneLine(owner)),
    tags: (wire.tags ?? []).map(tag => oneLine(tag.name)),
    schedule: scheduleOf(wire.timetable_summary, wire.timetable_description),
    nextRunAtMs: wire.next_dagrun_run_after ?? undefined,
    hasImportErrors: wire.has_import_errors ?? false,
  });
}

export function toDagDetails(wire: v.InferOutput<typeof dagDetailsWire>): DagDetails {
  const {next_dagrun_data_interval_start: startMs, next_dagrun_data_interval_end: endMs} = wire;
  return present({
    ...toDag(wire),
    description: wire.description ? clean(wire.description) : undefined,
    file: wire.fileloc ?? undefined,
    params: paramsOf(wire.params),
    catchup: wire.catchup ?? false,
    maxActiveRuns: wire.max_active_runs ?? undefined,
    timezone: wire.timezone ? oneLine(wire.timezone) : undefined,
    nextInterval: startMs == null || endMs == null ? undefined : {startMs, endMs},
  });
}

export function toRun(wire: v.InferOutput<typeof runWire>): Run {
  return present({
    dagId: wire.dag_id,
    id: wire.dag_run_id,
    state: wire.state,
    type: oneLine(wire.run_type),
    logicalAtMs: wire.logical_date ?? undefined,
    startedAtMs: wire.start_date ?? undefined,
    endedAtMs: wire.end_date ?? undefined,
    conf: wire.conf ?? {},
    note: wire.note ? clean(wire.note) : undefined,
  });
}

export function toTask(wire: v.InferOutput<typeof taskWire>): Task {
  const operator = wire.operator_name ?? wire.operator;
  return present({
    dagId: wire.dag_id,
    runId: wire.dag_run_id,
    taskId: wire.task_id,
    mapIndex: wire.map_index < 0 ? undefined : wire.map_index,
    state: wire.state,
    tryNumber: wire.try_number ?? 0,
    startedAtMs: wire.start_date ?? undefined,
    endedAtMs: wire.end_date ?? undefined,
    queuedAtMs: wire.queued_when ?? undefined,
    operator: operator ? oneLine(operator) : undefined,
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
