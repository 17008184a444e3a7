import cronstrue from 'cronstrue';
import type {Run, Schedule, TaskState} from '../../src/airflow/api.ts';
import {age, roughly} from '../../src/words.ts';

const presets: Readonly<Record<string, string>> = {
  '@hourly': 'every hour',
  '@daily': 'every day at 00:00',
  '@midnight': 'every day at 00:00',
  '@weekly': 'Sundays at 00:00',
  '@monthly': 'day 1 of the month',
  '@quarterly': 'day 1 of the quarter',
  '@yearly': 'January 1st',
  '@annually': 'January 1st',
};

const cronWords = new Map<string, string>();

/** When a DAG runs, in words. */
export function scheduleWords(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'none':
      return 'on trigger';
    case 'once':
      return 'once';
    case 'continuous':
      return 'without pause';
    case 'assets':
      return 'on assets';
    case 'every':
      return `every ${age(schedule.everyMs).replace(/^1 d$/, 'day').replace(/^1 h$/, 'hour')}`;
    case 'other':
      return schedule.description;
    case 'cron':
      return presets[schedule.expression] ?? describeCron(schedule.expression);
  }
}

function describeCron(expression: string): string {
  const known = cronWords.get(expression);
  if (known !== undefined) return known;
  const words = tryCron(expression);
  if (cronWords.size > 2_000) cronWords.clear();
  cronWords.set(expression, words);
  return words;
}

function tryCron(expression: string): string {
  try {
    const words = cronstrue.toString(expression, {use24HourTimeFormat: true, verbose: false});
    const daily = /^At (\d\d:\d\d)$/.exec(words);
    if (daily !== null) return `every day at ${daily[1]}`;
    const weekly = /^At (\d\d:\d\d), only on (\w+)$/.exec(words);
    if (weekly !== null) return `${weekly[2]}s at ${weekly[1]}`;
    return words.charAt(0).toLowerCase() + words.slice(1);
  } catch (error) {
    // cronstrue throws a string for what it cannot read.
    if (typeof error === 'string') return expression;
    throw error;
  }
}

const runSigns: Readonly<Record<Run['state'], string>> = {success: '✓', failed: '✖', running: '●', queued: '○'};
const asciiRunSigns: Readonly<Record<Run['state'], string>> = {success: '+', failed: 'x', running: 'r', queued: 'q'};

/** The newest runs, the newest at the right: ✓✓✓✖●. */
export function runSign(run: Run, ascii: boolean): string {
  return (ascii ? asciiRunSigns : runSigns)[run.state];
}

const taskSigns: Partial<Record<TaskState, string>> = {
  success: '✓',
  failed: '✖',
  upstream_failed: '✖',
  running: '●',
  queued: '○',
  scheduled: '○',
};

export function taskSign(state: TaskState): string {
  return taskSigns[state] ?? '·';
}

export const runColours = {'✓': 'green', '✖': 'red', '●': 'cyan', '○': 'yellow'} as const;

/** "in 11 h", "now", "–". */
export function inWords(atMs: number | undefined, nowMs: number): string {
  if (atMs === undefined) return '–';
  if (atMs <= nowMs) return 'now';
  return `in ${roughly(atMs - nowMs)}`;
}

export function agoWords(atMs: number | undefined, nowMs: number): string {
  return atMs === undefined ? '–' : `${roughly(nowMs - atMs)} ago`;
}

/** How long a run or a task took, or has been running. */
export function tookWords(startMs: number | undefined, endMs: number | undefined, nowMs: number): string {
  return startMs === undefined ? '–' : age(Math.max(0, (endMs ?? nowMs) - startMs));
}
