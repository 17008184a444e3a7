import type {ComponentHealth} from '../airflow/api.ts';
import type {Component} from '../airflow/component.ts';
import type {Unit} from '../units/unit.ts';
import {answered, type Evidence, fresh} from './evidence.ts';

/** The heartbeat comes every 5 s; Airflow itself calls 30 s unhealthy (scheduler_health_check_threshold, 1.10.2–3.3). */
export const lateAfterMs = 30_000;

/** The age of a component's heartbeat now: its age when the server answered, and the time since. */
export function heartbeatAgeMs(evidence: Evidence, health: ComponentHealth | undefined): number | undefined {
  const airflow = evidence.airflow?.value;
  if (airflow === undefined || health?.heartbeatAgeMs === undefined) return undefined;
  return health.heartbeatAgeMs + Math.max(0, evidence.nowMs - airflow.answeredAtMs);
}

/**
 * Whether the heartbeat was late when Airflow answered, or Airflow itself calls the component unhealthy. The time since the answer
 * says nothing of the component: it is asked only twice a minute where nobody looks.
 */
export const isLate = ({says, heartbeatAgeMs: ageMs}: ComponentHealth): boolean =>
  says !== 'healthy' || (ageMs ?? 0) > lateAfterMs;

/** What Airflow says of a component, where it says anything. Without its database it knows of none, and says that each never reported. */
export function healthOf(evidence: Evidence, component: Component): ComponentHealth | undefined {
  const airflow = evidence.airflow?.value;
  if (airflow === undefined) return undefined;
  if (component === 'database') return airflow.database;
  if (isWithoutDatabase(evidence)) return undefined;
  if (component === 'scheduler') return airflow.scheduler;
  if (component === 'triggerer') return airflow.triggerer;
  if (component === 'dag-processor') return airflow.dagProcessor;
  return undefined;
}

/** Airflow says that it does not reach its metadata database: then it knows nothing else, and admits nobody. */
export function isWithoutDatabase(evidence: Evidence): boolean {
  const airflow = answered(evidence);
  return airflow !== undefined && airflow.database.says !== 'healthy';
}

/** The units that run a component, on all hosts that answer; `airflow standalone` runs all of them. */
export function unitsOf(evidence: Evidence, component: Component): readonly Unit[] {
  return evidence.hosts.flatMap(({units}) =>
    (fresh(units)?.units ?? []).filter(unit => unit.component === component || unit.component === 'standalone'),
  );
}
