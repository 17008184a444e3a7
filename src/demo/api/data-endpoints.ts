import type {DemoJob} from '../world/jobs.ts';
import {isoTime} from '../world/run.ts';
import {type DemoVariable, demoVariables} from '../world/variables.ts';
import {type ApiContext, type Endpoint, ok} from './endpoint.ts';
import {flag, likePattern, ordered, page} from './listing.ts';
import {refuse} from './refusal.ts';

/** Variables, pools, jobs, counts and the configuration. */
export const dataEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: '/api/v2/variables', login: true, answer: ({query}) => ok(variables(query))},
  {method: 'GET', path: '/api/v2/pools', login: true, answer: ({query}, context) => ok(pools(query, context))},
  {method: 'GET', path: '/api/v2/jobs', login: true, answer: ({query}, context) => ok(jobs(query, context))},
  {method: 'GET', path: '/api/v2/dagStats', login: true, answer: ({query}, context) => ok(dagStats(query, context))},
  {
    method: 'GET',
    path: '/api/v2/config',
    login: true,
    // As airflow.cfg of the demo says: expose_config = False.
    answer: () => {
      throw refuse(
        403,
        'Your Airflow administrator chose not to expose the configuration, most likely for security reasons.',
      );
    },
  },
];

function variables(query: URLSearchParams) {
  const {limit, offset} = page(query);
  const matches = likePattern(query.get('variable_key_pattern'));
  const found = demoVariables.filter(({key}) => matches(key));
  const keys = {
    id: (variable: DemoVariable) => demoVariables.indexOf(variable),
    key: ({key}: DemoVariable) => key,
    description: ({description}: DemoVariable) => description,
  };
  const sorted = ordered(found, orderOf(query), keys).slice(offset, offset + limit);
  return {
    variables: sorted.map(variable => ({...variable, is_encrypted: true, team_name: null})),
    total_entries: found.length,
  };
}

const demoPools = [
  {name: 'default_pool', slots: 128, description: 'Default pool'},
  {name: 'partner_api', slots: 2, description: 'The partner takes two requests at once'},
  {name: 'reports', slots: 8, description: null},
] as const;

function pools(query: URLSearchParams, {world}: ApiContext) {
  const {limit, offset} = page(query);
  const matches = likePattern(query.get('pool_name_pattern'));
  const found = demoPools.filter(({name}) => matches(name));
  const keys = {
    id: (pool: (typeof demoPools)[number]) => demoPools.indexOf(pool),
    name: ({name}: (typeof demoPools)[number]) => name,
  };
  const tasks = world.runs.all().flatMap(run => run.tasks);
  return {
    pools: ordered(found, orderOf(query), keys)
      .slice(offset, offset + limit)
      .map(({name, slots, description}) => {
        // All tasks of the demo are in the default pool.
        const count = (state: string) =>
          name === 'default_pool' ? tasks.filter(task => task.state === state).length : 0;
        const [running, queued] = [count('running'), count('queued')];
        return {
          name,
          slots,
          description,
          include_deferred: false,
          occupied_slots: running + queued,
          running_slots: running,
          queued_slots: queued,
          scheduled_slots: count('scheduled'),
          open_slots: slots - running - queued,
          deferred_slots: count('deferred'),
          team_name: null,
        };
      }),
    total_entries: found.length,
  };
}

const jobTypes = {
  scheduler: 'SchedulerJob',
  triggerer: 'TriggererJob',
  'dag-processor': 'DagProcessorJob',
  'api-server': '',
} as const;

function jobs(query: URLSearchParams, {world}: ApiContext) {
  const {limit, offset} = page(query);
  const is = (name: string, value: string) => (query.get(name) ?? value) === value;
  const found = world.jobs
    .all()
    .filter(
      ({state, component}) => is('job_state', state) && is('job_type', jobTypes[component]) && is('hostname', 'demo-1'),
    );
  const keys = {
    id: ({id}: DemoJob) => id,
    state: ({state}: DemoJob) => state,
    job_type: ({component}: DemoJob) => jobTypes[component],
    start_date: ({startedAt}: DemoJob) => startedAt,
    end_date: ({endedAt}: DemoJob) => endedAt,
    latest_heartbeat: ({heartbeatAt}: DemoJob) => heartbeatAt,
  };
  const isAlive = ({state, heartbeatAt}: DemoJob) => state === 'running' && world.clock.now() - heartbeatAt < 30_000;
  // As in Airflow: even false leaves only those that are alive, and of this page only.
  const shown = ordered(found, orderOf(query), keys)
    .slice(offset, offset + limit)
    .filter(job => flag(query, 'is_alive') === undefined || isAlive(job));
  return {jobs: shown.map(jobWire), total_entries: found.length};
}

function jobWire({id, component, state, startedAt, endedAt, heartbeatAt}: DemoJob) {
  return {
    id,
    dag_id: null,
    state,
    job_type: jobTypes[component],
    start_date: isoTime(startedAt),
    end_date: endedAt === undefined ? null : isoTime(endedAt),
    latest_heartbeat: isoTime(heartbeatAt),
    executor_class: null,
    hostname: 'demo-1',
    unixname: 'airflow',
    dag_display_name: null,
  };
}

/** DAGs that never ran are absent. */
function dagStats(query: URLSearchParams, {world}: ApiContext) {
  const wanted = new Set(query.getAll('dag_ids'));
  const counts = new Map<string, Record<string, number>>();
  for (const {dagId, state} of world.runs.all()) {
    if (wanted.size > 0 && !wanted.has(dagId)) continue;
    const of = counts.get(dagId) ?? {queued: 0, running: 0, success: 0, failed: 0};
    of[state] = (of[state] ?? 0) + 1;
    counts.set(dagId, of);
  }
  const dags = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    dags: dags.map(([id, of]) => ({
      dag_id: id,
      dag_display_name: id,
      stats: Object.entries(of).map(([state, count]) => ({state, count})),
    })),
    total_entries: dags.length,
  };
}

const orderOf = (query: URLSearchParams): readonly string[] => {
  const given = query.getAll('order_by');
  return given.length > 0 ? given : ['id'];
};
