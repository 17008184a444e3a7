import {oneLine} from '../text.ts';
import type {Unit} from '../units/unit.ts';
import {howItEnded, shortName} from '../units/words.ts';
import {age} from '../words.ts';
import {blockedScheduler, taskName} from './blocked.ts';
import {answered, type Evidence, fresh} from './evidence.ts';
import type {Finding, Level} from './finding.ts';
import {healthOf, heartbeatAgeMs, isLate, unitsOf} from './heartbeat.ts';

/** Whether Airflow schedules, in one sentence; why not; and the next thing to do. */
export type Verdict = {
  readonly level: Level;
  readonly sentence: string;
  readonly why?: string;
  /** The key that cures it, on the row of `subject`. */
  readonly next?: {readonly key: string; readonly does: string};
  readonly subject?: {readonly host: string; readonly unit: string};
};

export function verdict(evidence: Evidence, findings: readonly Finding[]): Verdict {
  if (nothingSeen(evidence)) return {level: 'unknown', sentence: 'Asking Airflow and its hosts …'};
  const {sentence, why, ...rest} = notScheduling(evidence) ?? worst(evidence, findings) ?? well(evidence);
  return {...rest, sentence: oneLine(sentence), ...(why === undefined ? {} : {why: oneLine(why)})};
}

function nothingSeen({airflow, hosts}: Evidence): boolean {
  const seen = [airflow, ...hosts.map(({units}) => units)].filter(one => one !== undefined);
  return seen.length > 0 && seen.every(({value, problem}) => value === undefined && problem === undefined);
}

/** The case that an administrator is woken for. */
function notScheduling(evidence: Evidence): Verdict | undefined {
  const schedulers = unitsOf(evidence, 'scheduler');
  const stopped = schedulers.filter(({state}) => state !== 'active' && state !== 'reloading');
  const [first] = stopped;
  const runs = stopped.length < schedulers.length;
  const airflow = answered(evidence);
  const health = healthOf(evidence, 'scheduler');
  const ageMs = heartbeatAgeMs(evidence, health);

  if (airflow !== undefined && airflow.database.says !== 'healthy') {
    return {
      level: 'critical',
      sentence: 'Nothing is being scheduled: Airflow does not reach its metadata database.',
      why: 'Look at the database server first.',
    };
  }
  if (airflow !== undefined && health !== undefined) {
    const late = isLate(health);
    const blocked = blockedScheduler(evidence);
    if (blocked !== undefined) {
      return {
        level: 'warning',
        sentence: `Nothing is scheduled until ${taskName(blocked.task)} ends: the scheduler runs it itself, for ${age(blocked.task.ageMs)} now.`,
        why: 'SequentialExecutor runs one task at a time; a restart would end it.',
        subject: {host: blocked.unit.host, unit: blocked.unit.name},
      };
    }
    if (!late && (runs || stopped.every(unit => outlived(unit, ageMs)))) return undefined;
    const last =
      ageMs === undefined ? 'the scheduler has never reported' : `the scheduler last reported ${age(ageMs)} ago`;
    const sentence = `Nothing is being scheduled: ${last}.`;
    const unit = first ?? schedulers[0];
    if (unit === undefined) return {level: 'critical', sentence, why: whereIsIt(evidence)};
    return {level: 'critical', sentence, ...cure(unit)};
  }
  if (first !== undefined && !runs && !mayRunElsewhere(evidence)) {
    const {why, ...rest} = cure(first);
    return {level: 'critical', sentence: `Nothing is being scheduled: ${lowerFirst(why)}`, ...rest};
  }
  return undefined;
}

/** A heartbeat may be this much younger than it is: it comes every 5 s, and the server tells whole seconds. */
const inaccuracyMs = 6_000;

/** The heartbeat is younger than the end of the unit: another scheduler sends it, one that was not looked for or not found. */
function outlived({inStateMs = Number.POSITIVE_INFINITY}: Unit, heartbeatMs: number | undefined): boolean {
  return heartbeatMs !== undefined && heartbeatMs + inaccuracyMs < inStateMs;
}

/** Without the API nobody knows what a host that is silent runs, and a scheduler may run without a unit. */
function mayRunElsewhere({hosts}: Evidence): boolean {
  return hosts.some(({units}) => {
    const seen = fresh(units);
    return (
      seen === undefined || seen.loose.some(({component}) => component === 'scheduler' || component === 'standalone')
    );
  });
}

type Cure = {why: string; next?: {key: string; does: string}; subject: {host: string; unit: string}};

function cure(unit: Unit): Cure {
  const ended = howItEnded(unit);
  const subject = {host: unit.host, unit: unit.name};
  if (unit.state === 'active') {
    return {
      why: `${shortName(unit)} on ${unit.host} is active all the same.`,
      next: {key: 'R', does: 'restarts it'},
      subject,
    };
  }
  const restarts = unit.subState === 'auto-restart';
  if (!restarts && (unit.state === 'activating' || unit.state === 'deactivating')) {
    const does = unit.state === 'activating' ? 'starting' : 'stopping';
    return {why: `${shortName(unit)} on ${unit.host} is ${does}.`, subject};
  }
  if (unit.state === 'masked') {
    return {why: `${shortName(unit)} on ${unit.host} is masked: systemctl unmask allows systemd to start it.`, subject};
  }
  const state = restarts ? 'restarting over and over' : unit.state;
  return {
    why: `${shortName(unit)} on ${unit.host} is ${state}${ended === undefined ? '' : ` (${ended})`}.`,
    next: unit.state === 'inactive' ? {key: 'U', does: 'starts it'} : {key: 'R', does: 'restarts it'},
    subject,
  };
}

function whereIsIt({hosts}: Evidence): string {
  const loose = hosts.flatMap(({units}) => units.value?.loose ?? []).find(({component}) => component === 'scheduler');
  if (loose !== undefined) return `Process ${loose.pid} on ${loose.host} is the scheduler, and no unit runs it.`;
  if (hosts.length === 0) return 'The profile names no host, so its unit cannot be looked at.';
  const silent = hosts.find(({units}) => units.problem !== undefined);
  if (silent !== undefined) return `${silent.host} cannot be asked: ${silent.units.problem?.title.toLowerCase()}.`;
  const asked = hosts.find(({units}) => units.value === undefined);
  if (asked !== undefined) return `${asked.host} has not said yet what runs there.`;
  return 'No unit that runs it was found on the hosts of the profile.';
}

/** The gravest finding becomes the verdict where scheduling itself is not the trouble. */
function worst(evidence: Evidence, findings: readonly Finding[]): Verdict | undefined {
  const first = findings[0];
  if (first === undefined || first.level === 'ok' || first.level === 'note') return undefined;
  const lead = schedules(evidence) ? 'Airflow is scheduling, but: ' : '';
  const subject = first.cure === undefined ? undefined : {host: first.cure.host, unit: first.cure.unit};
  return {
    level: first.level,
    sentence: lead === '' ? first.text : `${lead}${lowerFirst(first.text)}`,
    ...(first.hint === undefined ? {} : {why: first.hint}),
    ...(subject === undefined ? {} : {subject}),
  };
}

function schedules(evidence: Evidence): boolean {
  const airflow = answered(evidence);
  return airflow?.scheduler.says === 'healthy';
}

function well(evidence: Evidence): Verdict {
  const ageMs = heartbeatAgeMs(evidence, healthOf(evidence, 'scheduler'));
  const last = ageMs === undefined ? '' : ` The scheduler reported ${age(ageMs)} ago.`;
  if (evidence.airflow === undefined) {
    return {level: 'note', sentence: 'The units are as they should be; without an API the rest is not known.'};
  }
  if (answered(evidence) === undefined) return {level: 'unknown', sentence: 'Asking Airflow again …'};
  return {level: 'ok', sentence: `Airflow is scheduling.${last}`};
}

/** "The disk" → "the disk"; names of units and abbreviations stay as they are. */
function lowerFirst(text: string): string {
  return /^(The|A|An|No|Nothing|Each|Every|This|That) /.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}
