import type {PastOperation} from '../activity/history.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {age} from '../words.ts';
import {type Command, exitCodes} from './command.ts';
import {columnsOf} from './print-table.ts';

const unitMs = {m: 60_000, h: 3_600_000, d: 86_400_000} as const;

export const activityCommand: Command = {
  path: ['activity'],
  summary: 'What was changed by windsock: the operations in the audit file (requests and commands are on screen 7)',
  options: [
    {flags: '--since <time>', description: 'only of the last 30m, 24h, 7d (default: all)'},
    {flags: '--all', description: 'of every profile'},
  ],
  run: async ({console, json, print, remark}, {options}) => {
    const of = options.all === true ? 'all' : 'this profile';
    const {operations, unreadable} = await console.activity.past(sinceMs(options.since, console.now()), of);
    if (unreadable > 0 && !json) remark(`${unreadable} lines of the audit file are not understood.`);
    if (json) print(JSON.stringify(operations));
    else if (operations.length === 0) print('No operation is on record.');
    else {
      const heading = ['TIME', 'WHO', 'PROFILE', 'OUTCOME', 'TOOK', 'OPERATION'];
      for (const line of columnsOf([heading, ...operations.map(rowOf)])) print(line);
    }
    return exitCodes.ok;
  },
};

function sinceMs(since: unknown, nowMs: number): number {
  if (since === undefined) return Number.NEGATIVE_INFINITY;
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(String(since)) ?? [];
  if (unit === undefined) throw new Problem('operation.refused', `--since ${since}: must be like 30m, 24h or 7d`);
  return nowMs - Number(amount) * unitMs[unit as keyof typeof unitMs];
}

function rowOf({at, by, profile, title, ended, steps}: PastOperation): readonly string[] {
  const problem = steps.find(step => step.problem !== undefined)?.problem;
  return [
    at,
    oneLine(`${by.user}@${by.host}`),
    oneLine(profile),
    // It runs yet, or windsock went away in the middle.
    ended?.outcome ?? 'no end',
    ended === undefined ? '-' : age(ended.tookMs),
    oneLine(problem === undefined ? title : `${title}: ${problem.message}`),
  ];
}
