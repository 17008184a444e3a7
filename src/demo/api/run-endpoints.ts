import type {DemoRun} from '../world/run.ts';
import {count, orNull, readBody, text, texts, time} from './body.ts';
import {knownDag} from './dag-endpoints.ts';
import {type ApiAnswer, type ApiContext, type ApiRequest, type Endpoint, ok} from './endpoint.ts';
import {ordered, page} from './listing.ts';
import {refuse} from './refusal.ts';
import {type RunQuery, runFilter, runOrder} from './run-query.ts';
import {trigger} from './trigger.ts';
import {runWire} from './wire.ts';

export const runEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/api/v2/dags/{dag_id}/dagRuns',
    login: true,
    answer: ({params, query}, context) => {
      const dagId = params.dag_id ?? '';
      if (dagId !== '~') knownDag(dagId, context);
      return list(
        {
          dagIds: dagId === '~' ? [] : [dagId],
          states: query.getAll('state'),
          orderBy: query.getAll('order_by'),
          ...page(query),
          bound: name => query.get(name),
        },
        context,
      );
    },
  },
  {method: 'POST', path: '/api/v2/dags/~/dagRuns/list', login: true, answer: batch},
  {method: 'POST', path: '/api/v2/dags/{dag_id}/dagRuns', login: true, answer: trigger},
  {
    method: 'GET',
    path: '/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}',
    login: true,
    answer: ({params}, context) => ok(runWire(knownRun(params.dag_id, params.dag_run_id, context), context)),
  },
];

function knownRun(dagId = '', runId = '', {world}: ApiContext): DemoRun {
  const run = world.runs.find(dagId, runId);
  if (!run) throw refuse(404, `The DagRun with dag_id: \`${dagId}\` and run_id: \`${runId}\` was not found`);
  return run;
}

const spans = ['run_after', 'logical_date', 'start_date', 'end_date', 'duration'];
const bounds = spans.flatMap(name => ['gte', 'gt', 'lte', 'lt'].map(suffix => `${name}_${suffix}`));
const batchKeys = {
  order_by: orNull(text),
  page_offset: count,
  page_limit: count,
  dag_ids: orNull(texts),
  states: orNull(texts),
  conf_contains: orNull(text),
  ...Object.fromEntries(bounds.map(name => [name, orNull(time)])),
};

function batch({body}: ApiRequest, context: ApiContext): ApiAnswer {
  const given = readBody(body, batchKeys);
  const orderBy = given.order_by;
  return list(
    {
      dagIds: (given.dag_ids as string[] | null | undefined) ?? [],
      states: (given.states as string[] | null | undefined) ?? [],
      orderBy: typeof orderBy === 'string' ? [orderBy] : [],
      // Unlike `limit` it is not cut.
      limit: (given.page_limit as number | undefined) ?? 100,
      offset: (given.page_offset as number | undefined) ?? 0,
      bound: name => given[name] as string | null | undefined,
    },
    context,
  );
}

function list(query: RunQuery, context: ApiContext): ApiAnswer {
  const found = context.world.runs.all().filter(runFilter(query));
  const sorted = ordered(found, query.orderBy.length > 0 ? query.orderBy : ['id'], runOrder);
  return ok({
    dag_runs: sorted.slice(query.offset, query.offset + query.limit).map(run => runWire(run, context)),
    total_entries: found.length,
    total_entries_limit: null,
    next_cursor: null,
    previous_cursor: null,
  });
}
