import type {RunAs} from '../../host/host.ts';
import {Problem} from '../../problems/problem.ts';
import {choosesNothing, type Rule, ruleWords} from '../rule.ts';

/** What runs a clean-up again and again. */
export const vessels = ['dag', 'timer', 'cron', 'logrotate'] as const;

export type Vessel = (typeof vessels)[number];

export const vesselWords: Readonly<Record<Vessel, string>> = {
  dag: 'DAG',
  timer: 'systemd timer',
  cron: 'cron line',
  logrotate: 'rule of logrotate',
};

/** A rule that runs by itself once a day. */
export type Schedule = {
  /** Small letters, digits and dashes; with `windsock-` before it the name of what is placed. */
  readonly name: string;
  readonly vessel: Vessel;
  readonly rule: Rule;
  readonly at: TimeOfDay;
};

export type TimeOfDay = {readonly hour: number; readonly minute: number};

export const usualTime: TimeOfDay = {hour: 3, minute: 15};
export const usualName = 'log-clean-up';

/** A file that windsock makes, whole. */
export type MadeFile = {readonly path: string; readonly text: string; readonly mode: number; readonly as: RunAs};

/** "windsock-log-clean-up": of units, files of cron and logrotate, the script. */
export const placedName = (name: string): string => `windsock-${name}`;

/** "windsock_log_clean_up": of a DAG and its file. */
export const dagIdOf = (name: string): string => placedName(name).replaceAll('-', '_');

/** "03:15"; undefined where the text is no time of a day. */
export function readTime(text: string): TimeOfDay | undefined {
  const [, hour, minute] = /^\s*([01]?\d|2[0-3]):([0-5]\d)\s*$/.exec(text) ?? [];
  return hour === undefined ? undefined : {hour: Number(hour), minute: Number(minute)};
}

/** "log-clean-up"; undefined where it cannot be the name of a file, a unit and a DAG. */
export const readName = (text: string): string | undefined =>
  /^[a-z0-9][a-z0-9-]{0,39}$/.test(text) ? text : undefined;

export const timeWords = ({hour, minute}: TimeOfDay): string => `${two(hour)}:${two(minute)}`;

const two = (value: number): string => String(value).padStart(2, '0');

/** "logs older than 30 d, every day at 03:15". */
export const scheduleWords = ({rule, at, vessel}: Schedule): string =>
  vessel === 'logrotate' ? `${ruleWords(rule)}, every day` : `${ruleWords(rule)}, every day at ${timeWords(at)}`;

/** Says why a rule cannot run by itself: throws `logs.cannot-schedule`, `logs.nothing-chosen`. */
export function ageRule(rule: Rule): Rule & {readonly olderThanMs: number} {
  const {olderThanMs, keepRunsPerDag, downTo, failedOlderThanMs, under = [], classes = []} = rule;
  if (choosesNothing(rule)) throw new Problem('logs.nothing-chosen', 'a schedule needs an age: --older-than 30d');
  const reasons = [
    ...(downTo === undefined
      ? []
      : ['how far the volume comes down is decided anew each time, which a script cannot do']),
    ...(keepRunsPerDag
      ? ['the last runs of a DAG are told by its files together, which a script that goes by age does not see']
      : []),
    ...(failedOlderThanMs === undefined
      ? []
      : ['which runs failed only Airflow knows, and the script does not ask it']),
    ...(under.length === 0 ? [] : ['what is marked is there only once']),
    ...(classes.includes('manager') ? ['the manager log is held open: --as logrotate turns it over'] : []),
    ...(olderThanMs === undefined ? ['it needs an age: --older-than 30d'] : []),
  ];
  if (reasons.length > 0 || olderThanMs === undefined) throw new Problem('logs.cannot-schedule', reasons.join('; '));
  return {...rule, olderThanMs};
}
