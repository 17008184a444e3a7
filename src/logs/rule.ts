import {Problem} from '../problems/problem.ts';
import {age, readAge} from '../words.ts';
import {classWords} from './class-words.ts';
import type {LogClass} from './layout.ts';

/**
 * Which logs may go: those to which all that is given applies. One without `olderThanMs`, `downTo` and `under` chooses nothing.
 */
export type Rule = {
  readonly olderThanMs?: number;
  /** Of each DAG the runs with the newest files are kept. */
  readonly keepRunsPerDag?: number;
  /** The oldest go first, until the volume of the log folder has no more than this used; of its inodes the fraction counts, too. */
  readonly downTo?: {readonly bytes: number} | {readonly fraction: number};
  /** Empty or absent: all that are understood. */
  readonly classes?: readonly LogClass[];
  readonly dagIds?: readonly string[];
  /** Logs of runs that failed, or may have, stay so long; it is longer than `olderThanMs`. */
  readonly failedOlderThanMs?: number;
  /** What becomes of a file that grows, where its class is named: its content goes (the default), or is copied to NAME.1 before. */
  readonly growing?: 'empty' | 'rotate';
  /** What was marked: whole paths of files and folders. */
  readonly under?: readonly string[];
};

/** The marked paths below a log folder, each a list of names. Throws `logs.nothing-chosen` where something is marked and none is there. */
export function namesUnder(root: string, {under = []}: Pick<Rule, 'under'>): readonly (readonly string[])[] {
  const start = `${root.replace(/\/+$/, '')}/`;
  const found = under
    .filter(path => path.startsWith(start))
    .map(path => path.slice(start.length).split('/').filter(Boolean));
  const paths = found.filter(names => names.length > 0);
  if (under.length > 0 && paths.length === 0)
    throw new Problem('logs.nothing-chosen', `none of the marked is below ${root}`);
  return paths;
}

export const choosesNothing = ({olderThanMs, downTo, under = []}: Rule): boolean =>
  olderThanMs === undefined && downTo === undefined && under.length === 0;

/** Throws `logs.nothing-chosen`, `logs.failed-age`. */
export function checkRule(rule: Rule): void {
  const {olderThanMs, failedOlderThanMs} = rule;
  if (choosesNothing(rule)) throw new Problem('logs.nothing-chosen');
  if (failedOlderThanMs !== undefined && olderThanMs !== undefined && failedOlderThanMs <= olderThanMs) {
    throw new Problem('logs.failed-age', `${age(failedOlderThanMs)}, and ${age(olderThanMs)} for the others`);
  }
}

/** "logs older than 30 d, oldest first until the volume is 70 % full, without the last 5 runs of each DAG". */
export function ruleWords(rule: Rule): string {
  const {olderThanMs, keepRunsPerDag = 0, downTo, classes = [], dagIds = [], failedOlderThanMs, under = []} = rule;
  const what = classes.length === 0 ? 'logs' : classes.map(one => classWords[one].logs).join(' and ');
  const parts = [
    `${under.length === 0 ? '' : `${under.length} marked: `}${what}${olderThanMs === undefined ? '' : ` older than ${age(olderThanMs)}`}`,
    ...(dagIds.length === 0 ? [] : [`of ${dagIds.length === 1 ? dagIds[0] : `${dagIds.length} DAGs`}`]),
    ...(failedOlderThanMs === undefined ? [] : [`of failed runs only those older than ${age(failedOlderThanMs)}`]),
    ...(downTo === undefined ? [] : [`oldest first until the volume has ${targetWords(downTo)} used`]),
    ...(keepRunsPerDag === 0
      ? []
      : [`without the last ${keepRunsPerDag === 1 ? 'run' : `${keepRunsPerDag} runs`} of each DAG`]),
  ];
  return parts.join(', ');
}

const targetWords = (downTo: NonNullable<Rule['downTo']>): string =>
  'fraction' in downTo
    ? `${Math.round(downTo.fraction * 100)} %`
    : `${(downTo.bytes / 1e9).toFixed(1).replace(/\.0$/, '')} GB`;

const unitBytes: Readonly<Record<string, number>> = {MB: 1e6, GB: 1e9, TB: 1e12};

/** "70%", "20GB", "1.5 TB"; undefined where the text is none of it. */
export function readTarget(text: string): Rule['downTo'] | undefined {
  const [, percent] = /^\s*(\d{1,2})\s*%\s*$/.exec(text) ?? [];
  if (Number(percent) > 0) return {fraction: Number(percent) / 100};
  const [, amount, unit = ''] = /^\s*(\d{1,6}(?:\.\d{1,3})?)\s*(MB|GB|TB)\s*$/i.exec(text) ?? [];
  const factor = unitBytes[unit.toUpperCase()];
  return Number(amount) > 0 && factor !== undefined ? {bytes: Number(amount) * factor} : undefined;
}

/** "30d", "12h", "6 w", in milliseconds; a number alone is days. Whole ones, as they are told in a preview. */
export function readLogAge(text: string): number | undefined {
  const ms = readAge(text, ['h', 'd', 'w'], 'd');
  return ms === undefined || ms === 0 || text.includes('.') ? undefined : ms;
}
