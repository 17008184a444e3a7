import * as v from 'valibot';
import type {Answer} from './answer.ts';
import type {AirflowHealth, ComponentHealth} from './api.ts';
import {ageByServer, clockAheadMs} from './server-clock.ts';
import {maybe, present, time} from './wire.ts';

const status = maybe(v.string());

/** Both APIs answer the same. 2.0–2.5 have no triggerer, before 2.7 there is no dag_processor. */
export const healthWire = v.object({
  metadatabase: v.object({status}),
  scheduler: v.object({status, latest_scheduler_heartbeat: maybe(time)}),
  triggerer: maybe(v.object({status, latest_triggerer_heartbeat: maybe(time)})),
  dag_processor: maybe(v.object({status, latest_dag_processor_heartbeat: maybe(time)})),
});

function said(status: string | null | undefined): ComponentHealth['says'] {
  if (status == null) return 'never';
  return status === 'healthy' ? 'healthy' : 'unhealthy';
}

export function toHealth(wire: v.InferOutput<typeof healthWire>, answer: Answer): AirflowHealth {
  const component = (status: string | null | undefined, heartbeatAtMs?: number | null): ComponentHealth =>
    present({says: said(status), heartbeatAgeMs: ageByServer(heartbeatAtMs, answer)});
  const {metadatabase, scheduler, triggerer, dag_processor: processor} = wire;
  return present({
    answeredAtMs: answer.answeredAtMs,
    tookMs: answer.tookMs,
    clockAheadMs: clockAheadMs(answer),
    database: component(metadatabase.status),
    scheduler: component(scheduler.status, scheduler.latest_scheduler_heartbeat),
    triggerer: triggerer ? component(triggerer.status, triggerer.latest_triggerer_heartbeat) : undefined,
    dagProcessor: processor ? component(processor.status, processor.latest_dag_processor_heartbeat) : undefined,
  });
}
