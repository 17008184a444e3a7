import {earlierTry, taskLog, taskLogPath} from '../files/task-log.ts';
import type {DemoRun, TaskInstance} from '../world/run.ts';
import {count, orNull, readBody, text, texts, time} from './body.ts';
import {knownDag} from './dag-endpoints.ts';
import {type ApiAnswer, type ApiContext, type ApiRequest, type Endpoint, ok} from './endpoint.ts';
import {ordered, page, type SortKeys} from './listing.ts';
import {refuse} from './refusal.ts';
import {taskWire} from './wire.ts';

type Row = {readonly run: DemoRun; readonly task: TaskInstance};

export const taskEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances',
    login: true,
    answer: ({params, query}, context) => {
      const [dagId, runId] = [params.dag_id ?? '', params.dag_run_id ?? ''];
      if (dagId !== '~') knownDag(dagId, context);
      if (runId !== '~' && !context.world.runs.all().some(run => run.id === runId)) {
        throw refuse(404, `DagRun with run_id: \`${runId}\` was not found`);
      }
      return list(
        {
          dagIds: dagId === '~' ? [] : [dagId],
          runIds: runId === '~' ? [] : [runId],
          taskIds: query.getAll('task_id'),
          states: query.getAll('state'),
          orderBy: query.getAll('order_by'),
          ...page(query),
        },
        context,
      );
    },
  },
  {method: 'POST', path: '/api/v2/dags/~/dagRuns/~/taskInstances/list', login: true, answer: batch},
  {
    method: 'GET',
    path: '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}',
    login: true,
    answer: ({params}, context) => {
      const {dag_id: dagId = '', dag_run_id: runId = '', task_id: taskId} = params;
      const run = context.world.runs.find(dagId, runId);
      const task = run?.tasks.find(each => each.taskId === taskId);
      if (run && task) return ok(taskWire(run, task, context));
      const what = `dag_id: \`${dagId}\`, run_id: \`${runId}\` and task_id: \`${taskId}\``;
      throw refuse(404, `The Task Instance with ${what} was not found`);
    },
  },
  {
    method: 'GET',
    path: '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}',
    login: true,
    answer: ({params, query}, context) => {
      const {dag_id: dagId = '', dag_run_id: runId = '', task_id: taskId, try_number: number = ''} = params;
      const run = context.world.runs.find(dagId, runId);
      const task = run?.tasks.find(each => each.taskId === taskId);
      if (!run || !task || Number(number) < 1 || Number(number) > task.tryNumber) {
        throw refuse(404, 'TaskInstance not found');
      }
      const tried = earlierTry(task, Number(number));
      const lines = taskLog(run, tried, {dags: context.dagsFolder}).trimEnd().split('\n');
      const from = Number(query.get('token') ?? 0);
      const head = [
        '::group::Log message source details',
        taskLogPath(dagId, runId, task.taskId, tried.tryNumber),
        '::endgroup::',
      ];
      return ok({
        content: [
          ...(from === 0 ? head.map(event => ({event})) : []),
          ...lines.slice(from).map(line => JSON.parse(line)),
        ],
        continuation_token: tried.endedAt === undefined ? String(lines.length) : null,
      });
    },
  },
];

const batchKeys = {
  dag_ids: orNull(texts),
  dag_run_ids: orNull(texts),
  task_ids: orNull(texts),
  state: orNull(texts),
  pool: orNull(texts),
  queue: orNull(texts),
  executor: orNull(texts),
  page_offset: count,
  page_limit: count,
  order_by: orNull(text),
  ...Object.fromEntries(
    ['run_after', 'logical_date', 'start_date', 'end_date'].flatMap(name =>
      ['gte', 'gt', 'lte', 'lt'].map(suffix => [`${name}_${suffix}`, orNull(time)]),
    ),
  ),
};

function batch({body}: ApiRequest, context: ApiContext): ApiAnswer {
  const given = readBody(body, batchKeys);
  const names = (key: string) => (given[key] as string[] | null | undefined) ?? [];
  const orderBy = given.order_by;
  return list(
    {
      dagIds: names('dag_ids'),
      runIds: names('dag_run_ids'),
      taskIds: names('task_ids'),
      states: names('state'),
      orderBy: typeof orderBy === 'string' ? [orderBy] : [],
      limit: (given.page_limit as number | undefined) ?? 100,
      offset: (given.page_offset as number | undefined) ?? 0,
    },
    context,
  );
}

type TaskQuery = {
  readonly dagIds: readonly string[];
  readonly runIds: readonly string[];
  readonly taskIds: readonly string[];
  readonly states: readonly (string | null)[];
  readonly orderBy: readonly string[];
  readonly limit: number;
  readonly offset: number;
};

const states =
  'removed, scheduled, queued, running, success, restarting, failed, up_for_retry, up_for_reschedule, ' +
  'upstream_failed, skipped, deferred, awaiting_input';
const knownStates = new Set<string | null>([...states.split(', '), 'none', 'no_status', null]);
const noState = new Set<string | null>(['none', 'no_status', null]);

const order: SortKeys<Row> = {
  id: ({task}) => task.id,
  state: ({task}) => task.state,
  duration: ({task}) => (task.endedAt === undefined ? undefined : task.endedAt - (task.startedAt ?? 0)),
  start_date: ({task}) => task.startedAt,
  end_date: ({task}) => task.endedAt,
  map_index: () => -1,
  try_number: ({task}) => task.tryNumber,
  logical_date: ({run}) => run.logicalAt,
  run_after: ({run}) => run.runAfter,
};

function list(query: TaskQuery, context: ApiContext): ApiAnswer {
  if (query.states.some(state => !knownStates.has(state))) {
    throw refuse(422, `Invalid value for state. Valid values are ${states}`);
  }
  const wanted = new Set(query.states.map(state => (noState.has(state) ? null : state)));
  const isIn = (set: readonly string[], value: string) => set.length === 0 || set.includes(value);
  const rows: Row[] = [];
  for (const run of context.world.runs.all()) {
    if (!isIn(query.dagIds, run.dagId) || !isIn(query.runIds, run.id)) continue;
    for (const task of run.tasks) {
      if (isIn(query.taskIds, task.taskId) && (wanted.size === 0 || wanted.has(task.state))) rows.push({run, task});
    }
  }
  const sorted = query.orderBy.length > 0 ? ordered(rows, query.orderBy, order) : rows;
  return ok({
    task_instances: sorted
      .slice(query.offset, query.offset + query.limit)
      .map(({run, task}) => taskWire(run, task, context)),
    total_entries: rows.length,
    total_entries_limit: null,
    next_cursor: null,
    previous_cursor: null,
  });
}
