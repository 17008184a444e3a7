import {confirmation} from '../operations/confirmation.ts';
import type {Operation, Plan} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {untilNoTask} from './await-tasks.ts';
import type {UnitContext, UnitName} from './context.ts';
import {type Rights, rightsTo, type Verb} from './rights.ts';
import {hasTasks, type Told, tasksThatEnd, toldByAirflow} from './running-tasks.ts';
import {readSome} from './state.ts';
import {stepsFor} from './steps.ts';
import type {Planned} from './systemctl.ts';
import type {Unit} from './unit.ts';
import {shortName} from './words.ts';

/**
 * In this order units are started and restarted, and in the opposite one stopped: the web server first, so that it can tell of the others'
 * heartbeats and serve the tasks of 3.x; the scheduler last, so that what it hands out finds somebody who takes it.
 */
const order: readonly string[] = [
  'webserver',
  'api-server',
  'kerberos',
  'dag-processor',
  'triggerer',
  'worker',
  'flower',
  'standalone',
  'scheduler',
];

const titles = {restart: 'Restart', start: 'Start', stop: 'Stop'} as const;

/** Restarts, starts or stops units, of several hosts where they are marked so. */
export function changeUnits(verb: Verb, context: UnitContext, units: readonly UnitName[], first?: 'wait'): Operation {
  const title = `${titles[verb]} ${nameOf(units)}`;
  return {
    id: `units.${verb}`,
    title: first === 'wait' ? `${title}, after its tasks` : title,
    plan: signal => planChange(verb, context, units, first, title, signal),
  };
}

async function planChange(
  verb: Verb,
  context: UnitContext,
  units: readonly UnitName[],
  first: 'wait' | undefined,
  title: string,
  signal: AbortSignal,
): Promise<Plan> {
  const hosts = [...new Set(units.map(({host}) => host))];
  const seen = (await Promise.all(hosts.map(host => lookAt(verb, context, host, units, signal)))).flat();
  const sorted = seen.toSorted((a, b) => placeOf(a.unit) - placeOf(b.unit));
  const planned = verb === 'stop' ? sorted.toReversed() : sorted;
  const possible = planned.filter(({unit}) => obstacle(verb, unit) === undefined);
  const ending = verb !== 'start' && possible.some(({unit}) => hasTasks(unit));
  const [told, walked] = await Promise.all([
    ending ? toldByAirflow(context, signal) : undefined,
    stepsFor(verb, context, possible, signal),
  ]);
  const waitable = possible.filter(({unit}) => verb !== 'start' && mayHaveTasks(unit, told));
  return {
    title,
    steps: first === 'wait' ? [...waitable.map(({unit}) => untilNoTask(context, unit)), ...walked.steps] : walked.steps,
    warnings: [
      ...(possible.length === 0 ? [] : planned.flatMap(({unit}) => obstacle(verb, unit) ?? [])),
      ...(verb === 'start' ? [] : possible.flatMap(({unit}) => tasksThatEnd(unit, told, context.now()) ?? [])),
      ...(first === 'wait'
        ? ['Tasks that start while this waits are waited for as well; one that starts at the very end is ended.']
        : []),
      ...possible.flatMap(({unit}) => consequences(verb, unit)),
    ],
    verb,
    confirm: confirmation(verb === 'stop' ? (context.protect ?? context.profileName) : context.protect),
    ...blocked(verb, planned, possible),
    alternatives:
      first === 'wait' || waitable.length === 0
        ? []
        : [{key: 'w', label: 'wait for the tasks first', operation: changeUnits(verb, context, units, 'wait')}],
    touches: ['units', 'health', 'workload', 'runs', 'tasks'],
    outcome: walked.outcome,
    ...undoOf(verb, context, walked.acted),
  };
}

/** A start is taken back by a stop and the other way round, each planned anew; a restart cannot be. */
function undoOf(verb: Verb, context: UnitContext, acted: () => readonly Unit[]): Pick<Plan, 'undo'> {
  if (verb === 'restart') return {};
  const back = verb === 'stop' ? 'start' : 'stop';
  return {undo: () => (acted().length === 0 ? undefined : changeUnits(back, context, acted()))};
}

type Looked = Planned & {readonly refused?: Problem};

/** The units of one host and the right to change them: two execs. */
async function lookAt(
  verb: Verb,
  context: UnitContext,
  hostName: string,
  units: readonly UnitName[],
  signal: AbortSignal,
): Promise<readonly Looked[]> {
  const host = context.host(hostName);
  const own = units.filter(unit => unit.host === hostName);
  const {units: seen, systemctl} = await readSome(host, own, signal);
  const rights: Rights = await rightsTo(
    verb,
    host,
    systemctl,
    seen.map(({name}) => name),
    signal,
  );
  return seen.map(unit => {
    const name = rights.names.get(unit.name);
    return {
      unit,
      systemctl,
      name: name ?? unit.name,
      ...(name === undefined && rights.refused !== undefined ? {refused: rights.refused} : {}),
    };
  });
}

const placeOf = ({component}: Unit): number => order.indexOf(component);

/** Why a unit cannot be changed so, or need not be. */
function obstacle(verb: Verb, unit: Unit): string | undefined {
  const what = `${shortName(unit)} on ${unit.host}`;
  if (unit.state === 'missing') return `${what} does not exist any more.`;
  if (unit.state === 'masked' && verb !== 'stop') {
    return `${what} is masked, so systemd does not start it: systemctl unmask ${unit.name} allows it again.`;
  }
  if (verb === 'start' && unit.state === 'active') return `${what} is active already.`;
  const stopped = unit.state === 'inactive' || unit.state === 'failed' || unit.state === 'masked';
  if (verb === 'stop' && stopped) return `${what} does not run: it is ${unit.state}.`;
  return undefined;
}

function blocked(verb: Verb, planned: readonly Looked[], possible: readonly Looked[]): Pick<Plan, 'blocked'> {
  if (possible.length === 0) {
    const reasons = planned.flatMap(({unit}) => obstacle(verb, unit) ?? []);
    return {blocked: new Problem('operation.refused', reasons.join(' '))};
  }
  const refusals = [...new Set(possible.flatMap(({refused}) => refused ?? []))];
  const [only] = refusals;
  if (only === undefined) return {};
  const details = refusals.map(({detail}) => detail).join('; ');
  return {blocked: new Problem(only.code, details, {lines: refusals.flatMap(({lines}) => lines)})};
}

const mayHaveTasks = (unit: Unit, told: Told): boolean =>
  hasTasks(unit) &&
  (unit.tasks === undefined
    ? told !== undefined && !(told instanceof Problem) && told.length > 0
    : unit.tasks.length > 0);

/** What else happens. */
function consequences(verb: Verb, unit: Unit): readonly string[] {
  const name = shortName(unit);
  const dependents = unit.dependents ?? [];
  return [
    ...(verb !== 'start' && dependents.length > 0
      ? [`systemd ${verb === 'stop' ? 'stops' : 'restarts'} with it: ${dependents.join(', ')}.`]
      : []),
    ...(verb === 'restart' && (unit.state === 'inactive' || unit.state === 'failed')
      ? [`${name} does not run now (${unit.state}): this starts it.`]
      : []),
    ...(verb !== 'stop' && unit.needsDaemonReload
      ? [`The file of ${name} changed after systemd read it: until systemctl daemon-reload the old one counts.`]
      : []),
    ...(verb === 'stop' ? [untilStarted[unit.component] ?? []].flat() : []),
  ];
}

const untilStarted: Partial<Readonly<Record<Unit['component'], string>>> = {
  scheduler: 'Until it is started again no run and no task starts.',
  standalone: 'Until it is started again Airflow is down.',
  webserver: 'Until it is started again the web interface and the API do not answer.',
  'api-server':
    'Until it is started again the web interface and the API do not answer, and running tasks cannot report.',
  triggerer: 'Until it is started again deferred tasks stay deferred.',
  'dag-processor': 'Until it is started again changes of DAG files are not seen.',
  worker: 'Until it is started again it takes no task.',
};

/** "airflow-scheduler on af-1", "3 units on af-1", "3 units on 2 hosts". */
function nameOf(units: readonly UnitName[]): string {
  const [unit] = units;
  const hosts = [...new Set(units.map(({host}) => host))];
  const where = hosts.length === 1 ? hosts[0] : `${hosts.length} hosts`;
  return units.length === 1 && unit !== undefined
    ? `${shortName(unit)} on ${where}`
    : `${units.length} units on ${where}`;
}
