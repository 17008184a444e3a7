import {randomBytes} from 'node:crypto';
import {paramProblem} from '../world/params.ts';
import {suffix} from '../world/past.ts';
import {isoOffset} from '../world/run.ts';
import {object, orNull, readBody, text, time} from './body.ts';
import {type ApiAnswer, type ApiContext, type ApiRequest, ok} from './endpoint.ts';
import {refuse} from './refusal.ts';
import {runWire} from './wire.ts';

const keys = {
  dag_run_id: orNull(text),
  data_interval_start: orNull(time),
  data_interval_end: orNull(time),
  run_after: orNull(time),
  conf: orNull(object),
  note: orNull(text),
  logical_date: orNull(time),
  partition_key: orNull(text),
};

/** POST /dags/{dag_id}/dagRuns */
export function trigger({params, body}: ApiRequest, context: ApiContext): ApiAnswer {
  const given = readBody(body, keys, ['logical_date']);
  const {world} = context;
  const dag = world.runs.dags.get(params.dag_id ?? '');
  if (!dag) throw refuse(404, `Dag with dag_id: '${params.dag_id}' not found`);
  const conf = (given.conf as Record<string, unknown> | null | undefined) ?? {};
  const problem = paramProblem(dag.spec, conf);
  if (problem !== undefined) throw refuse(400, problem);
  const now = world.clock.now();
  const logical = given.logical_date;
  const logicalAt = typeof logical === 'string' ? Date.parse(logical) : undefined;
  const made = logicalAt === undefined ? `manual__${isoOffset(now)}_${suffix(now)}` : `manual__${isoOffset(now)}`;
  const id = (given.dag_run_id as string | null | undefined) ?? made;
  if (!/^[A-Za-z0-9_.~:+-]+$/.test(id)) throw refuse(400, badRunId(id));
  const run = world.runs.add(dag.spec, {
    id,
    type: 'manual',
    logicalAt,
    runAfter: now,
    queuedAt: now,
    conf,
    note: (given.note as string | null | undefined) ?? null,
    user: context.user,
  });
  if (!run) throw refuse(409, notUnique());
  return ok(runWire(run, context));
}

const badRunId = (id: string): string =>
  `The run_id provided '${id}' does not match regex pattern '^[A-Za-z0-9_.~:+-]+$' or ` +
  "'^(?:manual|scheduled|asset_triggered)__(?:\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\+00:00)$'";

const notUnique = () => ({
  reason: 'Unique constraint violation',
  statement: 'hidden',
  orig_error: 'hidden',
  message:
    'Serious error when handling your request. Check logs for more details - ' +
    `you will find it in api server when you look for ID ${randomBytes(4).toString('hex')}`,
});
