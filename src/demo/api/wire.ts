import {chance, uuid} from '../world/chance.ts';
import {brokenFile} from '../world/dags.ts';
import {type DemoRun, isoTime, type TaskInstance} from '../world/run.ts';
import type {DemoDag} from '../world/runs.ts';
import {description, isPeriodic, summary} from '../world/timetable.ts';
import type {ApiContext} from './endpoint.ts';

const BUNDLE = 'dags-folder';

const time = (ms: number | undefined): string | null => (ms === undefined ? null : isoTime(ms));

/** When the DAG's file was read first. */
const parsedFirst = ({world}: ApiContext): number => world.startedAt - 3 * 86_400_000;

/** A DAG as `GET /dags` lists it. */
export function dagWire({spec, paused, nextRunAt}: DemoDag, context: ApiContext) {
  const next = time(nextRunAt);
  return {
    dag_id: spec.id,
    dag_display_name: spec.id,
    is_paused: paused,
    is_stale: false,
    last_parsed_time: isoTime(context.world.startedAt - 20_000 - 1000 * chance(spec.id)),
    last_parse_duration: 0.05 + 0.4 * chance(`${spec.id} parse`),
    last_expired: null,
    bundle_name: BUNDLE,
    bundle_version: null,
    relative_fileloc: spec.file,
    fileloc: `${context.dagsFolder}/${spec.file}`,
    description: spec.description,
    timetable_summary: summary(spec.timetable),
    timetable_description: description(spec.timetable),
    timetable_partitioned: false,
    timetable_periodic: isPeriodic(spec.timetable),
    tags: [...spec.tags].sort().map(name => ({name, dag_id: spec.id, dag_display_name: spec.id})),
    max_active_tasks: 16,
    max_active_runs: 16,
    max_consecutive_failed_dag_runs: 0,
    has_task_concurrency_limits: false,
    has_import_errors: false,
    next_dagrun_logical_date: next,
    next_dagrun_data_interval_start: next,
    next_dagrun_data_interval_end: next,
    next_dagrun_run_after: next,
    allowed_run_types: null,
    owners: [spec.owner],
    is_backfillable: isPeriodic(spec.timetable),
    file_token: fileToken(spec.file),
  };
}

/** A DAG as `GET /dags/{dag_id}/details` tells it. */
export function dagDetailsWire(dag: DemoDag, context: ApiContext) {
  const {spec} = dag;
  const params = Object.entries(spec.params).map(([name, {value = null, schema, description}]) => {
    return [name, {value, schema, description, source: null}] as const;
  });
  const active = context.world.runs.all().filter(run => run.dagId === spec.id && isActive(run)).length;
  const {is_backfillable, file_token, ...plain} = dagWire(dag, context);
  return {
    ...plain,
    catchup: false,
    dag_run_timeout: null,
    asset_expression: null,
    doc_md: null,
    start_date: '2024-01-01T00:00:00Z',
    end_date: null,
    is_paused_upon_creation: null,
    params: Object.fromEntries(params),
    render_template_as_native_obj: false,
    template_search_path: null,
    timezone: 'UTC',
    last_parsed: plain.last_parsed_time,
    default_args: {owner: spec.owner, retries: 0},
    rerun_with_latest_version: null,
    owner_links: {},
    is_favorite: false,
    active_runs_count: active,
    is_backfillable,
    file_token,
    concurrency: 16,
    latest_dag_version: dagVersion(spec.id, context),
  };
}

/** A run, alone or in a list. */
export function runWire(run: DemoRun, context: ApiContext) {
  const logical = time(run.logicalAt);
  const {startedAt, endedAt} = run;
  return {
    dag_run_id: run.id,
    dag_id: run.dagId,
    logical_date: logical,
    queued_at: isoTime(run.queuedAt),
    start_date: time(startedAt),
    end_date: time(endedAt),
    duration: seconds(startedAt, endedAt),
    data_interval_start: logical,
    data_interval_end: logical,
    run_after: isoTime(run.runAfter),
    last_scheduling_decision: time(run.decidedAt),
    run_type: run.type,
    state: run.state,
    triggered_by: {scheduled: 'timetable', manual: 'rest_api', asset_triggered: 'asset'}[run.type],
    triggering_user_name: run.user,
    conf: run.conf,
    note: run.note,
    dag_versions: [dagVersion(run.dagId, context)],
    bundle_version: null,
    dag_display_name: run.dagId,
    partition_key: null,
    partition_date: null,
  };
}

/** A task instance, alone or in a list. */
export function taskWire(run: DemoRun, task: TaskInstance, context: ApiContext) {
  const ran = task.startedAt !== undefined && task.tryNumber > 0;
  const isBash = task.operator === 'BashOperator';
  const bash = {bash_command: `echo ${task.taskId}`, env: null, cwd: null};
  const python = {templates_dict: null, op_args: [], op_kwargs: {}};
  return {
    id: task.id,
    task_id: task.taskId,
    dag_id: run.dagId,
    dag_run_id: run.id,
    map_index: -1,
    logical_date: time(run.logicalAt),
    run_after: isoTime(run.runAfter),
    start_date: time(task.startedAt),
    end_date: time(task.endedAt),
    duration: seconds(task.startedAt, task.endedAt),
    state: task.state,
    try_number: task.tryNumber,
    max_tries: 0,
    task_display_name: task.taskId,
    dag_display_name: run.dagId,
    hostname: ran ? 'demo-1' : '',
    unixname: 'airflow',
    pool: 'default_pool',
    pool_slots: 1,
    queue: 'default',
    priority_weight: run.tasks.length - run.tasks.indexOf(task),
    operator: task.operator,
    operator_name: task.operator,
    queued_when: time(task.queuedAt),
    scheduled_when: time(task.scheduledAt),
    pid: task.pid ?? null,
    executor: null,
    executor_config: '{}',
    note: null,
    rendered_map_index: null,
    rendered_fields: ran ? (isBash ? bash : python) : {},
    trigger: null,
    triggerer_job: null,
    dag_version: dagVersion(run.dagId, context),
  };
}

/** The one file that cannot be imported. */
export function importErrorWire({world, dagsFolder}: ApiContext) {
  const {file, module} = brokenFile;
  return {
    import_error_id: 1,
    timestamp: isoTime(world.startedAt - 95_000),
    filename: file,
    bundle_name: BUNDLE,
    stack_trace:
      'Traceback (most recent call last):\n' +
      '  File "<frozen importlib._bootstrap>", line 488, in _call_with_frames_removed\n' +
      `  File "${dagsFolder}/${file}", line 3, in <module>\n` +
      `    from ${module} import something\n` +
      `ModuleNotFoundError: No module named '${module}'\n`,
  };
}

const dagVersion = (dagId: string, context: ApiContext) => ({
  id: uuid(parsedFirst(context), dagId),
  version_number: 1,
  dag_id: dagId,
  bundle_name: BUNDLE,
  bundle_version: null,
  created_at: isoTime(parsedFirst(context) + 500 * chance(dagId)),
  dag_display_name: dagId,
  bundle_url: null,
});

const isActive = ({state}: DemoRun): boolean => state === 'running' || state === 'queued';

const seconds = (from: number | undefined, to: number | undefined): number | null =>
  from === undefined || to === undefined ? null : (to - from) / 1000;

const fileToken = (file: string): string => {
  const named = JSON.stringify({bundle_name: BUNDLE, relative_fileloc: file});
  const signature = uuid(1, file).replaceAll('-', '').slice(0, 27);
  return `${Buffer.from(named).toString('base64url')}.${signature}`;
};
