import type {ComponentHealth} from '../airflow/api.ts';
import type {Component} from '../airflow/component.ts';
import type {Unit} from '../units/unit.ts';
import {type Evidence, fresh} from './evidence.ts';

/** The heartbeat comes every 5 s; Airflow itself calls 30 s unhealthy (scheduler_health_check_threshold, 1.10.2–3.3). */
export const lateAfterMs = 30_000;

/** The age of a component's heartbeat now: its age when the server answered, and the time since. */
export function heartbeatAgeMs(evidence: Evidence, health: ComponentHealth | undefined): number | undefined {
  const airflow = evidence.airflow?.value;
  if (airflow === undefined || health?.heartbeatAgeMs === undefined) return undefined;
  return health.heartbeatAgeMs + Math.max(0, evidence.nowMs - airflow.answeredAtMs);
}

/** What Airflow says of a component, where it says anything. */
export function healthOf(evidence: Evidence, component: Component): ComponentHealth | undefined {
  const airflow = evidence.airflow?.value;
  if (airflow === undefined) return undefined;
  if (component === 'scheduler') return airflow.scheduler;
  if (component === 'triggerer') return airflow.triggerer;
  if (component === 'dag-processor') return airflow.dagProcessor;
  if (component === 'database') return airflow.database;
  return undefined;
}

/** The units that run a component, on all hosts that answer. */
export function unitsOf(evidence: Evidence, component: Component): readonly Unit[] {
  return evidence.hosts.flatMap(({units}) => (fresh(units)?.units ?? []).filter(unit => unit.component === component));
}
