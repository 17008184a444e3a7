import type {AirflowHealth, ComponentHealth} from '../airflow/api.ts';
import {isLate} from '../health/heartbeat.ts';
import type {Change} from './change.ts';

/** From when on components do not report any more, as Airflow's health says it. */
export function heartbeatChanges(health: AirflowHealth): readonly Change[] {
  const parts: readonly (readonly [string, ComponentHealth | undefined])[] = [
    ['The scheduler', health.scheduler],
    ['The triggerer', health.triggerer],
    ['The DAG processor', health.dagProcessor],
  ];
  return parts.flatMap(([subject, component]): readonly Change[] => {
    if (component?.heartbeatAgeMs === undefined || component.says === 'never' || !isLate(component)) return [];
    const one = 'sent its last heartbeat';
    const says = {one, many: one};
    // The server tells whole seconds: what it calls 252 s old may be a second older, and came before what followed from it.
    const atMs = health.answeredAtMs - component.heartbeatAgeMs - 1000;
    return [{atMs, kind: 'heartbeat', subject, says, group: subject}];
  });
}
