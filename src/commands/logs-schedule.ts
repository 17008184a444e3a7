import {
  readName,
  readTime,
  type TimeOfDay,
  usualName,
  usualTime,
  type Vessel,
  vessels,
} from '../logs/schedule/schedule.ts';
import {Problem} from '../problems/problem.ts';
import type {Command, CommandInput, CommandOption} from './command.ts';
import {ageOptions, ruleOf, seeingOptions} from './logs-clean.ts';
import {namedHost, oneHostOption} from './named-hosts.ts';
import {textOf} from './options.ts';
import {runOperation} from './run-operation.ts';

const asOption: CommandOption = {
  flags: '--as <what>',
  description: 'dag, timer (of systemd), cron, or logrotate (for logs that stay open)',
  read: text => vessels.find(each => each === text),
};

export const vesselOptions: readonly CommandOption[] = [asOption];

export const logsScheduleCommand: Command = {
  path: ['logs', 'schedule'],
  summary: 'Make a rule by age run by itself every day, and run it once; list and remove show and end it',
  options: [
    asOption,
    ...ageOptions,
    ...seeingOptions.map(option => ({...option, isRefused: true as const})),
    oneHostOption,
    {flags: '--at <time>', description: 'a time of the day: 03:15 (default)', read: readTime},
    {flags: '--name <name>', description: `small letters, digits and dashes (default: ${usualName})`, read: readName},
  ],
  changes: true,
  run: async (context, input) => {
    const host = namedHost(context.console, input);
    const schedule = {
      name: textOf(input.options.name) ?? usualName,
      vessel: vesselOf(input),
      rule: ruleOf(input),
      at: (input.options.at as TimeOfDay | undefined) ?? usualTime,
    };
    return runOperation(context, context.console.operations.schedule(host, schedule));
  },
};

/** Throws `logs.no-vessel` where it was not said. */
export function vesselOf({options}: CommandInput): Vessel {
  const vessel = vessels.find(each => each === options.as);
  if (vessel === undefined) throw new Problem('logs.no-vessel', `it is one of ${vessels.join(', ')}`);
  return vessel;
}
