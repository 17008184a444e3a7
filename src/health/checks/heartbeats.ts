import type {Component} from '../../airflow/component.ts';
import {shortName} from '../../units/words.ts';
import {age} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {answered, type Evidence, fresh, saidAt} from '../evidence.ts';
import {healthOf, heartbeatAgeMs, isLate, unitsOf} from '../heartbeat.ts';

/** What stops when a component stops. */
const without: Partial<Record<Component, string>> = {
  triggerer: 'deferred tasks do not go on',
  'dag-processor': 'changes of DAG files are not seen',
};

/** Triggerer and DAG processor report. A component that never reported and has no unit is not missed. */
export const heartbeatsCheck: Check = {
  id: 'heartbeats',
  question: 'Do the triggerer and the DAG processor report?',
  judge: evidence => (['triggerer', 'dag-processor'] as const).flatMap(component => judge(evidence, component)),
};

function judge(evidence: Evidence, component: Component): readonly Judgement[] {
  const airflow = answered(evidence);
  const health = healthOf(evidence, component);
  if (airflow === undefined || health === undefined) return [];
  const deferred = component === 'triggerer' ? (fresh(evidence.workload)?.deferred ?? 0) : 0;
  if (health.says === 'never' && deferred === 0) return [];
  const ageMs = heartbeatAgeMs(evidence, health);
  const facts = [
    {name: 'status', value: health.says, source: 'the API: health', atMs: airflow.answeredAtMs},
    ...(ageMs === undefined
      ? []
      : [{name: 'heartbeat', value: `${age(ageMs)} old`, source: 'the API: health', atMs: airflow.answeredAtMs}]),
  ];
  if (!isLate(health)) {
    return [{about: component, level: 'ok', text: `The ${component} reports.`, evidence: facts}];
  }
  const units = unitsOf(evidence, component);
  const unit = units.find(({state}) => state !== 'active') ?? units[0];
  const last = ageMs === undefined ? 'has never reported' : `last reported ${age(ageMs)} ago`;
  const wait = deferred === 1 ? '1 deferred task waits for it' : `${deferred} deferred tasks wait for it`;
  return [
    {
      about: component,
      level: unit === undefined && deferred === 0 ? 'warning' : 'critical',
      text: `The ${component} ${last}: ${deferred === 0 ? without[component] : wait}.`,
      hint:
        unit === undefined && deferred > 0
          ? 'No unit runs a triggerer here: start one ("airflow triggerer").'
          : unit === undefined
            ? 'No unit runs it here. If it was given up, its old job row can be cleaned from the database.'
            : `Press R on ${shortName(unit)} to restart it.`,
      ...(unit === undefined ? {} : {cure: {kind: 'restart', host: unit.host, unit: unit.name} as const}),
      evidence: [
        ...facts,
        ...(deferred === 0
          ? []
          : [{name: 'deferred tasks', value: String(deferred), source: 'the API', ...saidAt(evidence.workload)}]),
      ],
    },
  ];
}
