import type {ComponentHealth} from '../airflow/api.ts';
import type {Component} from '../airflow/component.ts';
import {Problem} from '../problems/problem.ts';
import {askAirflow, type UnitContext} from './context.ts';

/** What Airflow says of a component: a field of its health, or that the API answers at all. */
export type HealthField = 'scheduler' | 'triggerer' | 'dagProcessor' | 'answers';

/** Which field of `AirflowHealth` tells whether a component works. Absent: Airflow does not say. */
export const healthFieldOf: Partial<Readonly<Record<Component, HealthField>>> = {
  scheduler: 'scheduler',
  standalone: 'scheduler',
  triggerer: 'triggerer',
  'dag-processor': 'dagProcessor',
  webserver: 'answers',
  'api-server': 'answers',
};

export type Sighting =
  /** Milliseconds after the change at which the component had reported. */
  | {readonly is: 'fresh'; readonly afterMs: number}
  | {readonly is: 'stale'}
  | {readonly is: 'unanswered'; readonly problem: Problem}
  /** This version does not report it. */
  | {readonly is: 'unreported'};

/**
 * Whether Airflow has had a heartbeat of the component since `sinceMs` (clock of this machine). Airflow reports one scheduler only: where
 * several run, the heartbeat may be another one's.
 */
export async function freshHeartbeat(
  context: UnitContext,
  field: HealthField,
  sinceMs: number,
  signal: AbortSignal,
): Promise<Sighting> {
  const health = await askAirflow(context, signal, (api, limit) => api.health(limit));
  if (health === undefined) return {is: 'unreported'};
  if (health instanceof Problem) return {is: 'unanswered', problem: health};
  const since = health.answeredAtMs - sinceMs;
  if (field === 'answers') return {is: 'fresh', afterMs: Math.max(0, since)};
  const component: ComponentHealth | undefined = health[field];
  if (component === undefined) return {is: 'unreported'};
  const {says, heartbeatAgeMs} = component;
  if (says !== 'healthy' || heartbeatAgeMs === undefined || heartbeatAgeMs >= since) return {is: 'stale'};
  return {is: 'fresh', afterMs: since - heartbeatAgeMs};
}
