import {type Api, recorded} from './client.ts';

/** Null in OpenAPI's document, and in no recording. */
const nullable = {triggering_user_name: null};
const run = (body: unknown) => ({...(body as object), ...nullable});

/** An endpoint of the demo: how it is asked, and the recorded answers that its answer must look like. */
export type Look = {
  /** As the demo's router names it. */
  endpoint: string;
  /** `runId` is a run of etl_daily that succeeded. */
  ask: (runId: string) => [method: string, path: string, body?: unknown];
  like: readonly string[];
  /** Makes one more answer that is possible, though none like it was recorded. */
  also?: (body: unknown) => unknown;
  only?: (body: unknown) => unknown;
};

/** All that the demo claims to answer. */
export const looks: readonly Look[] = [
  {endpoint: 'GET /api/v2/version', ask: () => ['GET', '/api/v2/version'], like: ['version']},
  {
    endpoint: 'GET /api/v2/monitor/health',
    ask: () => ['GET', '/api/v2/monitor/health'],
    like: ['health-all-healthy', 'health-scheduler-killed-40s-ago'],
  },
  {
    endpoint: 'POST /auth/token',
    ask: () => ['POST', '/auth/token', {username: 'admin', password: 'secret'}],
    like: ['login-token-ok'],
  },
  {
    endpoint: 'POST /auth/token/cli',
    ask: () => ['POST', '/auth/token/cli', {username: 'admin', password: 'secret'}],
    like: ['login-token-cli-ok'],
  },
  {
    endpoint: 'GET /api/v2/dags',
    ask: () => ['GET', '/api/v2/dags?limit=100'],
    like: ['dags-list', 'dags-list-tags', 'dags-list-limit-offset-order'],
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}',
    ask: () => ['GET', '/api/v2/dags/etl_backfill'],
    like: ['dag-one', 'pause-one'],
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/details',
    ask: () => ['GET', '/api/v2/dags/etl_backfill/details'],
    like: ['dag-details-params'],
    // Null where a DAG has no text of its own.
    also: body => ({...(body as object), doc_md: null}),
  },
  {
    endpoint: 'PATCH /api/v2/dags/{dag_id}',
    ask: () => ['PATCH', '/api/v2/dags/etl_daily?update_mask=is_paused', {is_paused: false}],
    like: ['unpause-one', 'pause-one'],
    also: body => ({...(body as object), description: ''}),
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns',
    ask: () => ['GET', '/api/v2/dags/~/dagRuns?order_by=-run_after&limit=100'],
    like: ['dag-runs-all', 'dag-runs-all-state-failed', 'dag-runs-batch'],
    also: body => ({...(body as object), dag_runs: runsOf(body).map(run)}),
  },
  {
    endpoint: 'POST /api/v2/dags/~/dagRuns/list',
    ask: () => ['POST', '/api/v2/dags/~/dagRuns/list', {dag_ids: ['etl_daily'], order_by: '-id', page_limit: 5}],
    like: ['dag-runs-batch', 'dag-runs-all'],
    also: body => ({...(body as object), dag_runs: runsOf(body).map(run)}),
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}',
    ask: runId => ['GET', `/api/v2/dags/etl_daily/dagRuns/${encodeURIComponent(runId)}`],
    like: ['dag-run-one', 'trigger-logical-date'],
    also: run,
  },
  {
    endpoint: 'POST /api/v2/dags/{dag_id}/dagRuns',
    ask: () => ['POST', '/api/v2/dags/etl_daily/dagRuns', {logical_date: null, conf: {}, note: 'from a test'}],
    like: ['trigger-ok-conf', 'trigger-logical-date'],
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances',
    ask: () => ['GET', '/api/v2/dags/~/dagRuns/~/taskInstances?limit=100&state=running&state=success&state=none'],
    like: ['task-instances-run', 'task-instances-state-none', 'task-instances-all-failed'],
    // Recorded without a logical date only.
    also: body => withLogicalDate(body),
  },
  {
    endpoint: 'POST /api/v2/dags/~/dagRuns/~/taskInstances/list',
    ask: () => [
      'POST',
      '/api/v2/dags/~/dagRuns/~/taskInstances/list',
      {dag_ids: ['etl_daily'], state: ['failed', 'success'], page_limit: 3},
    ],
    like: ['task-instances-batch', 'task-instances-all-failed'],
    also: body => withLogicalDate(body),
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}',
    ask: runId => ['GET', `/api/v2/dags/etl_daily/dagRuns/${encodeURIComponent(runId)}/taskInstances/load`],
    like: ['task-instance-one', 'task-instance-running'],
    also: body => ({...(body as object), logical_date: '2026-01-01T00:00:00Z'}),
  },
  {
    endpoint: 'GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/logs/{try_number}',
    ask: runId => ['GET', `/api/v2/dags/etl_daily/dagRuns/${encodeURIComponent(runId)}/taskInstances/load/logs/1`],
    like: ['log-json', 'log-running-json'],
    // The recordings as JSON keep only the first entries, which have no time: those of log-ndjson are whole.
    also: body => {
      const lines = String(recorded('log-ndjson').body).trim().split('\n');
      const entry: unknown = JSON.parse(lines.find(line => line.includes('task.stdout')) ?? '');
      return {...(body as object), content: [entry]};
    },
  },
  {
    endpoint: 'GET /api/v2/importErrors',
    ask: () => ['GET', '/api/v2/importErrors'],
    like: ['import-errors'],
  },
  {
    endpoint: 'GET /api/v2/importErrors/{import_error_id}',
    ask: () => ['GET', '/api/v2/importErrors/1'],
    like: ['import-errors'],
    // Recorded in a list only.
    only: body => (body as {import_errors: unknown[]}).import_errors[0],
  },
  {endpoint: 'GET /api/v2/variables', ask: () => ['GET', '/api/v2/variables'], like: ['variable-list']},
  {
    endpoint: 'GET /api/v2/pools',
    ask: () => ['GET', '/api/v2/pools'],
    like: ['pools-list'],
    // Null where nobody described it, as in the recorded answer to its making.
    also: body => ({...(body as object), pools: [recorded('pool-create-unlimited').body]}),
  },
  {
    endpoint: 'GET /api/v2/jobs',
    ask: () => ['GET', '/api/v2/jobs?order_by=-latest_heartbeat'],
    like: ['jobs', 'jobs-after-clean-stop'],
  },
  {endpoint: 'GET /api/v2/dagStats', ask: () => ['GET', '/api/v2/dagStats'], like: ['dag-stats-some']},
  {endpoint: 'GET /api/v2/config', ask: () => ['GET', '/api/v2/config'], like: ['config-not-exposed-403']},
  {endpoint: 'GET /auth/token', ask: () => ['GET', '/auth/token'], like: ['login-get-token']},
  {
    endpoint: 'GET /auth/fab/v1/users/{username}',
    ask: () => ['GET', '/auth/fab/v1/users/admin'],
    like: ['user-admin'],
  },
  {endpoint: 'GET /ui/config', ask: () => ['GET', '/ui/config'], like: ['ui-config']},
];

const runsOf = (body: unknown) => (body as {dag_runs: object[]}).dag_runs;
const withLogicalDate = (body: unknown) => {
  const {task_instances: tasks, ...rest} = body as {task_instances: object[]};
  return {...rest, task_instances: tasks.map(task => ({...task, logical_date: '2026-01-01T00:00:00Z'}))};
};

/** The recorded bodies that the answer must look like, and those that are as possible. */
export function examples({like, also, only = body => body}: Look): readonly unknown[] {
  const bodies = like.map(name => only(recorded(name).body));
  return also ? [...bodies, ...bodies.map(also)] : bodies;
}

/** A demo that has run for a while, and a run of etl_daily in it that succeeded. */
export async function settle(api: Api): Promise<string> {
  api.world.unit('scheduler').start();
  await api.clock.advance(8000);
  const run = api.world.runs.all().find(each => each.dagId === 'etl_daily' && each.state === 'success');
  return run?.id ?? '';
}
