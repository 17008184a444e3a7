import type {DagSpec, ParamSpec, TaskSpec} from './dag.ts';
import type {Timetable} from './timetable.ts';

const none: Timetable = {kind: 'none'};
const asset: Timetable = {kind: 'asset'};
const cron = (expression: string, description: string): Timetable => ({kind: 'cron', expression, description});
const every = (everyMs: number, summary: string): Timetable => ({kind: 'every', everyMs, summary});

const bash = (...ids: string[]): TaskSpec[] => ids.map(id => ({id, operator: 'BashOperator', seconds: 1}));
const python = (...ids: string[]): TaskSpec[] => ids.map(id => ({id, operator: 'PythonOperator', seconds: 1}));

type Rest = Partial<Omit<DagSpec, 'id' | 'owner' | 'tags' | 'timetable' | 'tasks'>>;
const dag = (
  id: string,
  owner: string,
  tags: string,
  timetable: Timetable,
  [first, ...others]: readonly TaskSpec[],
  rest: Rest = {},
): DagSpec => {
  if (!first) throw new Error(`${id} has no task`);
  return {
    id,
    owner,
    tags: tags.split(' ').filter(tag => tag !== ''),
    timetable,
    tasks: [first, ...others],
    description: null,
    paused: false,
    params: {},
    file: `${id}.py`,
    past: 12,
    pastFailures: [],
    ...rest,
  };
};

const withParams: Readonly<Record<string, ParamSpec>> = {
  greeting: {value: 'hello', schema: {type: 'string', minLength: 1}, description: 'Free text'},
  count: {value: 3, schema: {type: 'integer', minimum: 1, maximum: 100}, description: 'At least 1'},
  dry_run: {value: true, schema: {type: 'boolean'}, description: 'Change nothing'},
  colour: {value: 'red', schema: {type: 'string', enum: ['red', 'green', 'blue']}, description: 'One of three'},
  ticket: {schema: {type: 'string', pattern: '^[A-Z]+-[0-9]+$'}, description: 'Required, like OPS-123'},
};

const backfillParams: Readonly<Record<string, ParamSpec>> = {
  table: {value: 'orders', schema: {type: 'string', minLength: 3}, description: 'Table to load'},
  limit: {value: 10, schema: {type: 'integer', minimum: 1, maximum: 100}, description: null},
  mode: {value: 'full', schema: {type: 'string', enum: ['full', 'delta']}, description: null},
  since: {value: null, schema: {type: ['null', 'string'], format: 'date'}, description: null},
};

const hourly = cron('0 * * * *', 'Every hour');
const DAY = 86_400_000;

/** The DAGs of the demo, by id. `broken_import.py` beside them cannot be imported. */
export const demoDags: readonly DagSpec[] = [
  dag('always_fails', 'platform', 'alarm', hourly, [...bash('first'), ...python('explode'), ...bash('never_reached')], {
    description: 'Fails on purpose',
    fails: 'explode',
  }),
  dag('billing_export', 'finance', 'finance export', cron('30 4 * * *', 'At 04:30'), bash('collect', 'export')),
  dag('cleanup_staging', 'platform', 'housekeeping', every(DAY, '1 day, 0:00:00'), bash('list_old', 'drop_old')),
  dag('crm_sync', 'sales', 'sync', cron('*/30 * * * *', 'Every 30 minutes'), python('pull', 'merge', 'push'), {
    pastFailures: [3],
  }),
  dag('currency_rates', 'finance', 'finance', cron('0 6 * * *', 'At 06:00'), python('fetch', 'store')),
  dag('customer_360', 'sales', 'sync asset', asset, python('join', 'publish')),
  dag('data_quality', 'data-team', 'quality', cron('0 7 * * *', 'At 07:00'), python('count', 'compare', 'report'), {
    pastFailures: [1, 4],
  }),
  dag('dbt_nightly', 'data-team', 'etl dbt', cron('15 1 * * *', 'At 01:15'), bash('deps', 'run', 'test')),
  dag('etl_backfill', 'data-team', 'etl', none, python('plan', 'load'), {
    description: 'Loads one table again',
    params: backfillParams,
    past: 3,
  }),
  dag('etl_daily', 'data-team', 'etl nightly', cron('0 2 * * *', 'At 02:00'), python('extract', 'transform', 'load'), {
    description: 'Loads the orders of yesterday',
    pastFailures: [1],
  }),
  dag('etl_hourly', 'data-team', 'etl', hourly, python('extract', 'load')),
  dag('feature_store', 'ml-team', 'ml asset', asset, python('build', 'publish')),
  dag('geo_tiles', 'maps', 'maps', cron('0 3 * * 0', 'At 03:00, only on Sunday'), bash('download', 'cut', 'upload'), {
    paused: true,
    past: 6,
  }),
  dag('hourly_tick', 'platform', 'lab', hourly, bash('tick')),
  dag('invoice_mail', 'finance', 'finance mail', cron('0 8 1 * *', 'At 08:00, on day 1 of the month'), python('send'), {
    past: 5,
  }),
  dag('long_sleep', 'platform', 'lab', none, [{id: 'tick', operator: 'BashOperator', seconds: 3600}], {
    description: 'One hour of one line a second',
    past: 2,
  }),
  dag('metrics_5min', 'platform', 'metrics', cron('*/5 * * * *', 'Every 5 minutes'), bash('scrape'), {past: 24}),
  dag('ml_score', 'ml-team', 'ml', cron('0 5 * * *', 'At 05:00'), python('load_model', 'score')),
  dag('ml_train', 'ml-team', 'ml gpu', none, python('prepare', 'train', 'evaluate'), {
    description: 'Trains the model of the month',
    past: 4,
  }),
  dag('partner_feed', 'sales', 'sync', cron('0 9 * * 1', 'At 09:00, only on Monday'), python('fetch', 'check'), {
    paused: true,
    past: 8,
    pastFailures: [0, 1, 2],
  }),
  dag('quick_success', 'platform', 'lab', none, bash('hello'), {past: 3}),
  dag('report_weekly', 'finance', 'report', cron('0 6 * * 1', 'At 06:00, only on Monday'), python('query', 'render'), {
    description: 'The figures of the week',
    paused: true,
    past: 10,
  }),
  dag('session_expiry', 'platform', 'housekeeping', every(6 * 3_600_000, '6:00:00'), bash('expire')),
  dag('warehouse_vacuum', 'platform', 'housekeeping', cron('0 23 * * 6', 'At 23:00, only on Saturday'), bash('vacuum')),
  dag('with_params', 'data-team', 'lab', none, bash('show'), {
    description: 'Typed parameters',
    params: withParams,
    past: 2,
  }),
];

/** The file that cannot be imported, and Python's reason. */
export const brokenFile = {file: 'broken_import.py', module: 'a_module_that_does_not_exist'} as const;
