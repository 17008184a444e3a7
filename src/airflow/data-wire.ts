import * as v from 'valibot';
import {clean, oneLine} from '../text.ts';
import type {Answer} from './answer.ts';
import type {Job, Pool, RunCounts, Variable, VariableValue} from './api.ts';
import {ageByServer} from './server-clock.ts';
import {listOf, maybe, present, time} from './wire.ts';

// What both APIs call the same. `maybe` is what some versions do not send.

const variableWire = v.object({
  key: v.string(),
  // Null where the fernet key is not the one that encrypted it.
  value: maybe(v.string()),
  // 2.4
  description: maybe(v.string()),
  // 3.0
  is_encrypted: maybe(v.boolean()),
});
export const variablesWire = listOf('variables', variableWire);

const poolWire = v.object({
  name: v.string(),
  slots: v.number(),
  description: maybe(v.string()),
  // Until 2.6
  used_slots: maybe(v.number()),
  running_slots: maybe(v.number()),
  queued_slots: maybe(v.number()),
  // 2.7
  scheduled_slots: maybe(v.number()),
  deferred_slots: maybe(v.number()),
  open_slots: maybe(v.number()),
});
export const poolsWire = listOf('pools', poolWire);

const jobWire = v.object({
  id: v.number(),
  state: maybe(v.string()),
  job_type: maybe(v.string()),
  hostname: maybe(v.string()),
  latest_heartbeat: maybe(time),
  start_date: maybe(time),
});
export const jobsWire = listOf('jobs', jobWire);

const counts = v.array(v.object({state: v.string(), count: v.number()}));
export const dagStatsWire = v.object({dags: v.array(v.object({dag_id: v.string(), stats: counts}))});

/** 2.x gives every value in clear, also one that reads `***`; 3.x redacts. */
export const toVariable =
  (major: 2 | 3) =>
  (wire: v.InferOutput<typeof variableWire>): Variable => {
    return present({
      key: wire.key,
      value: variableValue(wire.value, major),
      description: wire.description ? clean(wire.description) : undefined,
      encrypted: wire.is_encrypted ?? undefined,
    });
  };

const redaction = '***';

function variableValue(text: string | null | undefined, major: 2 | 3): VariableValue {
  if (text === null || text === undefined) return {kind: 'undecryptable'};
  if (major === 3 && text === redaction) return {kind: 'withheld'};
  return {kind: major === 3 && text.includes(redaction) ? 'redacted' : 'clear', text};
}

/** Airflow writes "without a limit" as -1. */
export function toPool(wire: v.InferOutput<typeof poolWire>): Pool {
  const isLimited = wire.slots >= 0;
  const running = wire.running_slots ?? wire.used_slots ?? 0;
  const queued = wire.queued_slots ?? 0;
  return present({
    name: wire.name,
    description: wire.description ? clean(wire.description) : undefined,
    slots: isLimited ? wire.slots : ('unlimited' as const),
    running,
    queued,
    scheduled: wire.scheduled_slots ?? undefined,
    deferred: wire.deferred_slots ?? undefined,
    open: isLimited ? (wire.open_slots ?? wire.slots - running - queued) : ('unlimited' as const),
  });
}

const components: Readonly<Record<string, Job['component']>> = {
  SchedulerJob: 'scheduler',
  TriggererJob: 'triggerer',
  DagProcessorJob: 'dag-processor',
};

export function toJob(wire: v.InferOutput<typeof jobWire>, answer: Answer): Job {
  const type = oneLine(wire.job_type ?? '');
  return present({
    id: wire.id,
    component: components[type] ?? ('other' as const),
    type,
    hostname: oneLine(wire.hostname ?? ''),
    state: oneLine(wire.state ?? ''),
    heartbeatAgeMs: ageByServer(wire.latest_heartbeat, answer),
    heartbeatAtMs: wire.latest_heartbeat ?? undefined,
    startedAtMs: wire.start_date ?? undefined,
  });
}

export function toRunCounts(stats: v.InferOutput<typeof counts>): RunCounts {
  const of = (state: keyof RunCounts) => stats.find(each => each.state === state)?.count ?? 0;
  return {queued: of('queued'), running: of('running'), success: of('success'), failed: of('failed')};
}
