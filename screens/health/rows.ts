import type {Component} from '../../src/airflow/component.ts';
import type {Evidence} from '../../src/health/evidence.ts';
import {healthOf, heartbeatAgeMs} from '../../src/health/heartbeat.ts';
import type {LooseProcess, Unit} from '../../src/units/unit.ts';
import {age, roughly} from '../../src/words.ts';

/** One component on one host: what Airflow says of it beside what its unit says. */
export type ComponentRow = {
  /** "af-1/airflow-scheduler.service", or "–/database". */
  readonly id: string;
  /** `?` where a host is silent, so that what it runs is not known. */
  readonly component: Component | '?';
  readonly says: string;
  readonly heartbeat: string;
  readonly host: string;
  readonly state: string;
  readonly since: string;
  readonly memoryBytes: number | undefined;
  readonly pid: number | undefined;
  readonly restarts: number | undefined;
  readonly level: 'ok' | 'bad' | 'unsure';
  readonly unit?: Unit;
  readonly loose?: LooseProcess;
};

const order: readonly Component[] = [
  'scheduler',
  'api-server',
  'webserver',
  'dag-processor',
  'triggerer',
  'worker',
  'standalone',
  'flower',
  'kerberos',
  'database',
];

const dash = '–';

export function componentRows(evidence: Evidence): readonly ComponentRow[] {
  const rows: ComponentRow[] = [];
  for (const {host, units} of evidence.hosts) {
    const {value, problem} = units;
    if (value === undefined && problem !== undefined) {
      rows.push({...silent(host), state: problem.title});
      continue;
    }
    for (const unit of value?.units ?? []) rows.push(unitRow(evidence, unit, problem !== undefined));
    for (const loose of value?.loose ?? []) rows.push(looseRow(evidence, loose));
  }
  // A row must not change its identity under the cursor: what only Airflow knows waits until the hosts have answered.
  const waiting = evidence.hosts.some(({units}) => units.value === undefined && units.problem === undefined);
  for (const component of waiting ? [] : (['scheduler', 'dag-processor', 'triggerer', 'database'] as const)) {
    const health = healthOf(evidence, component);
    if (health === undefined || health.says === 'never') continue;
    if (component !== 'database' && rows.some(row => row.component === component)) continue;
    rows.push({...airflowOnly(component), ...said(evidence, component)});
  }
  const place = ({component}: ComponentRow) => (component === '?' ? -1 : order.indexOf(component));
  return rows.toSorted((a, b) => place(a) - place(b) || a.id.localeCompare(b.id));
}

function said(evidence: Evidence, component: Component): Pick<ComponentRow, 'says' | 'heartbeat' | 'level'> {
  const {airflow} = evidence;
  if (airflow === undefined) return {says: dash, heartbeat: dash, level: 'unsure'};
  if (airflow.problem !== undefined) {
    const silentMs = airflow.atMs === undefined ? undefined : evidence.nowMs - airflow.atMs;
    const says = silentMs === undefined ? 'no answer' : `no answer ${age(silentMs)}`;
    return {says, heartbeat: dash, level: 'unsure'};
  }
  if (component === 'webserver' || component === 'api-server') {
    const answers = airflow.value !== undefined;
    return {says: answers ? 'answers' : dash, heartbeat: dash, level: answers ? 'ok' : 'unsure'};
  }
  const health = healthOf(evidence, component);
  if (health === undefined) return {says: dash, heartbeat: dash, level: 'unsure'};
  const ageMs = heartbeatAgeMs(evidence, health);
  return {
    says: health.says === 'never' ? 'never reported' : health.says,
    heartbeat: ageMs === undefined ? dash : age(ageMs),
    level: health.says === 'unhealthy' ? 'bad' : 'ok',
  };
}

function unitRow(evidence: Evidence, unit: Unit, stale: boolean): ComponentRow {
  const {says, heartbeat, level} = said(evidence, unit.component);
  const active = unit.state === 'active' || unit.state === 'reloading';
  return {
    id: `${unit.host}/${unit.name}`,
    component: unit.component,
    says,
    heartbeat,
    host: unit.host,
    state: stale ? `? ${unit.state}` : unit.subState === 'auto-restart' ? 'restarting' : unit.state,
    since: unit.inStateMs === undefined ? dash : roughly(unit.inStateMs),
    memoryBytes: unit.memoryBytes,
    pid: unit.mainPid,
    restarts: unit.restarts,
    level: stale ? 'unsure' : active && level !== 'bad' ? 'ok' : 'bad',
    unit,
  };
}

function looseRow(evidence: Evidence, loose: LooseProcess): ComponentRow {
  return {
    ...airflowOnly(loose.component),
    ...said(evidence, loose.component),
    id: `${loose.host}/${loose.pid}`,
    host: loose.host,
    state: 'no unit',
    memoryBytes: loose.memoryBytes,
    pid: loose.pid,
    loose,
  };
}

function airflowOnly(component: Component): ComponentRow {
  return {
    id: `${dash}/${component}`,
    component,
    says: dash,
    heartbeat: dash,
    host: dash,
    state: dash,
    since: dash,
    memoryBytes: undefined,
    pid: undefined,
    restarts: undefined,
    level: 'ok',
  };
}

function silent(host: string): ComponentRow {
  return {...airflowOnly('standalone'), id: `${host}/?`, component: '?', host, level: 'unsure'};
}
