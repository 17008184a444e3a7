import type {Step} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import {age} from '../words.ts';
import {type Seen, untilHeartbeat} from './await-heartbeat.ts';
import {untilActive, untilStopped} from './await-state.ts';
import {askAirflow, type UnitContext} from './context.ts';
import {type HealthField, healthFieldOf} from './fresh-heartbeat.ts';
import type {Verb} from './rights.ts';
import {behalf, checkUnchanged, type Planned, systemctl} from './systemctl.ts';
import type {Unit} from './unit.ts';
import {howItEnded, shortName} from './words.ts';

/** The steps of a plan, and what is said when all went well. */
export type Walk = {readonly steps: readonly Step[]; readonly outcome: () => string};

/** What the steps of a plan have done. */
export type Walked = Walk & {
  /** The units that systemd was told to change, in the order in which it was. */
  readonly acted: () => readonly Unit[];
};

/** A component that ends by itself does so while it reads its settings and DAGs: one whose heartbeat nobody sees is watched for longer. */
const stableMs = {watched: 2_000, unwatched: 10_000} as const;

/** What the steps of one unit tell each other. */
type Progress = {actedAtMs?: number; seen?: Seen};

export async function stepsFor(
  verb: Verb,
  context: UnitContext,
  planned: readonly Planned[],
  signal: AbortSignal,
): Promise<Walked> {
  const acted: Unit[] = [];
  const fields = verb === 'stop' ? new Set<HealthField>() : await reportedFields(context, signal);
  const several = planned.length > 1;
  const severalHosts = new Set(planned.map(({unit}) => unit.host)).size > 1;
  const dependents = new Set(planned.flatMap(({unit}) => unit.dependents ?? []));
  const walks = planned.map(entry => {
    const field = healthFieldOf[entry.unit.component];
    return unitSteps(verb, context, entry, {
      field: field !== undefined && fields.has(field) ? field : undefined,
      several,
      severalHosts,
      // systemd changes it together with the unit that it depends on.
      checked: !dependents.has(entry.unit.name),
      onActed: unit => acted.push(unit),
    });
  });
  return {
    acted: () => acted,
    steps: walks.flatMap(({steps}) => steps),
    outcome: () => (several ? many(verb, planned.length) : (walks[0]?.outcome() ?? '')),
  };
}

/** The fields of health to wait for: all of them while the API does not answer (it may soon), none where the profile names no API. */
async function reportedFields(context: UnitContext, signal: AbortSignal): Promise<ReadonlySet<HealthField>> {
  const all: readonly HealthField[] = ['scheduler', 'triggerer', 'dagProcessor', 'answers'];
  const health = await askAirflow(context, signal, (api, limit) => api.health(limit));
  if (health === undefined) return new Set();
  return new Set(all.filter(field => health instanceof Problem || field === 'answers' || health[field] !== undefined));
}

type Manner = {
  readonly field: HealthField | undefined;
  readonly several: boolean;
  readonly severalHosts: boolean;
  readonly checked: boolean;
  readonly onActed: (unit: Unit) => void;
};

function unitSteps(verb: Verb, context: UnitContext, planned: Planned, manner: Manner): Walk {
  const {unit, name} = planned;
  const {field} = manner;
  const progress: Progress = {};
  const called = `${shortName(unit)}${manner.severalHosts ? ` on ${unit.host}` : ''}`;
  const stop = unit.stopTimeoutMs === undefined ? 'has no limit' : `may take up to ${age(unit.stopTimeoutMs)}`;
  const act: Step = {
    text: `systemctl ${verb} ${name}${manner.severalHosts ? ` on ${unit.host}` : ''}`,
    ...behalf(context, planned),
    run: async step => {
      if (manner.checked) await checkUnchanged(context, unit, step.signal);
      await systemctl(verb, planned, context, step);
      progress.actedAtMs = context.now();
      manner.onActed(unit);
      return undefined;
    },
  };
  const subject = manner.several ? called : 'the unit';
  if (verb === 'stop') {
    const stopped: Step = {
      text: `wait until ${subject} has stopped`,
      note: `its stop ${stop}`,
      run: async step => {
        const seen = await untilStopped(context, unit, step);
        const how = seen.ended?.result === 'timeout' ? 'systemd killed it after its stop timeout' : howItEnded(seen);
        return how === undefined ? undefined : `stopped (${how})`;
      },
    };
    return {steps: [act, stopped], outcome: () => `${shortName(unit)} is stopped.`};
  }
  const active: Step = {
    text: `wait until ${subject} is active`,
    ...(verb === 'restart' && unit.state === 'active' ? {note: `its stop ${stop}`} : {}),
    run: async step => {
      const seen = await untilActive(context, unit, field ? stableMs.watched : stableMs.unwatched, step);
      return seen.mainPid === undefined ? undefined : `active, process ${seen.mainPid}`;
    },
  };
  const again = verb === 'restart' ? ' again' : '';
  const outcome = () =>
    `${shortName(unit)} is active${again}${progress.seen === undefined ? '' : `; ${progress.seen.said}`}.`;
  if (field === undefined) return {steps: [act, active], outcome};
  const heartbeat: Step = {
    text: `${field === 'answers' ? 'wait until the API answers' : 'wait for a new heartbeat'}${manner.several ? `: ${called}` : ''}`,
    run: async step => {
      progress.seen = await untilHeartbeat(context, unit, field, progress.actedAtMs ?? context.now(), step);
      return progress.seen.said;
    },
  };
  return {steps: [act, active, heartbeat], outcome};
}

const many = (verb: Verb, count: number): string =>
  `${count} units are ${{restart: 'active again', start: 'active', stop: 'stopped'}[verb]}.`;
