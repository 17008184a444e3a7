import type {DemoRun} from '../world/run.ts';
import type {DemoDag} from '../world/runs.ts';
import {flag as bodyFlag, readBody} from './body.ts';
import {type ApiContext, type Endpoint, ok} from './endpoint.ts';
import {flag, likePattern, ordered, page, type SortKeys} from './listing.ts';
import {Refusal, refuse} from './refusal.ts';
import {dagDetailsWire, dagWire, importErrorWire} from './wire.ts';

export const dagEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: '/api/v2/dags', login: true, answer: ({query}, context) => ok(list(query, context))},
  {
    method: 'GET',
    path: '/api/v2/dags/{dag_id}',
    login: true,
    answer: ({params}, context) => ok(dagWire(knownDag(params.dag_id, context), context)),
  },
  {
    method: 'GET',
    path: '/api/v2/dags/{dag_id}/details',
    login: true,
    answer: ({params}, context) => ok(dagDetailsWire(knownDag(params.dag_id, context), context)),
  },
  {
    method: 'PATCH',
    path: '/api/v2/dags/{dag_id}',
    login: true,
    answer: ({params, query, body}, context) => {
      const given = readBody(body, {is_paused: bodyFlag}, ['is_paused']);
      const dag = context.world.runs.dags.get(params.dag_id ?? '');
      if (!dag) throw refuse(404, `Dag with id: ${params.dag_id} was not found`);
      if (query.has('update_mask') && query.getAll('update_mask').join() !== 'is_paused') {
        throw refuse(400, 'Only `is_paused` field can be updated through the REST API');
      }
      dag.paused = given.is_paused === true;
      return ok(dagWire(dag, context));
    },
  },
  {
    method: 'GET',
    path: '/api/v2/importErrors',
    login: true,
    answer: ({query}, context) => {
      const {limit, offset} = page(query);
      return ok({import_errors: [importErrorWire(context)].slice(offset, offset + limit), total_entries: 1});
    },
  },
  {
    method: 'GET',
    path: '/api/v2/importErrors/{import_error_id}',
    login: true,
    answer: ({params}, context) => {
      const id = params.import_error_id;
      if (id === '1') return ok(importErrorWire(context));
      throw refuse(404, `The ImportError with import_error_id: \`${id}\` was not found`);
    },
  },
];

export function knownDag(id: string | undefined, {world}: ApiContext): DemoDag {
  const dag = world.runs.dags.get(id ?? '');
  if (!dag) throw refuse(404, `The Dag with ID: \`${id}\` was not found`);
  return dag;
}

function list(query: URLSearchParams, context: ApiContext) {
  const {limit, offset} = page(query);
  const paused = flag(query, 'paused');
  const hasErrors = flag(query, 'has_import_errors');
  const matches = likePattern(query.get('dag_id_pattern'));
  const [tags, owners] = [query.getAll('tags'), query.getAll('owners')];
  const lastStates = query.getAll('last_dag_run_state');
  const {runs} = context.world;
  const newest = new Map<string, DemoRun>();
  for (const run of runs.all()) newest.set(run.dagId, run);
  const found = [...runs.dags.values()].filter(
    ({spec, paused: is}) =>
      matches(spec.id) &&
      (paused === undefined || paused === is) &&
      hasErrors !== true &&
      (tags.length === 0 || spec.tags.some(tag => tags.includes(tag))) &&
      (owners.length === 0 || owners.includes(spec.owner)) &&
      (lastStates.length === 0 || lastStates.includes(newest.get(spec.id)?.state ?? '')),
  );
  const orderBy = query.getAll('order_by');
  // Seen on 3.3.2: these two are allowed, and fail.
  if (orderBy.some(name => /^-?(state|start_date)$/.test(name))) throw new Refusal(500, 'Internal Server Error');
  const keys: SortKeys<DemoDag> = {
    dag_id: dag => dag.spec.id,
    dag_display_name: dag => dag.spec.id,
    next_dagrun: dag => dag.nextRunAt,
    last_run_state: dag => newest.get(dag.spec.id)?.state,
    last_run_start_date: dag => newest.get(dag.spec.id)?.startedAt,
  };
  const sorted = ordered(found, orderBy.length > 0 ? orderBy : ['dag_id'], keys);
  return {
    dags: sorted.slice(offset, offset + limit).map(dag => dagWire(dag, context)),
    total_entries: found.length,
  };
}
