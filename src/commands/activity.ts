import type {PastOperation} from '../activity/history.ts';
import {oneLine} from '../text.ts';
import {age} from '../words.ts';
import {type Command, exitCodes} from './command.ts';
import {duration, numberOf} from './options.ts';
import {columnsOf} from './print-table.ts';

export const activityCommand: Command = {
  path: ['activity'],
  summary: 'What was changed by windsock: the operations in the audit file (requests and commands are on screen 7)',
  options: [
    {flags: '--since <age>', description: 'only of the last 30min, 24h, 7d (default: all)', read: duration},
    {flags: '--all', description: 'of every profile'},
  ],
  run: async ({console, json, print, remark}, {options}) => {
    const of = options.all === true ? 'all' : 'this profile';
    const sinceMs = console.now() - (numberOf(options.since) ?? Number.POSITIVE_INFINITY);
    const {operations, unreadable} = await console.activity.past(sinceMs, of);
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
