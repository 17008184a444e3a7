import {readName, usualName} from '../logs/schedule/schedule.ts';
import {Problem} from '../problems/problem.ts';
import type {Command} from './command.ts';
import {vesselOf, vesselOptions} from './logs-schedule.ts';
import {namedHost, oneHostOption} from './named-hosts.ts';
import {runOperation} from './run-operation.ts';

export const logsScheduleRemoveCommand: Command = {
  path: ['logs', 'schedule', 'remove'],
  summary: 'Take back what logs schedule placed',
  args: ['[name]'],
  options: [...vesselOptions, oneHostOption],
  changes: true,
  run: async (context, input) => {
    const host = namedHost(context.console, input);
    const [given = usualName] = input.args;
    const name = readName(given.replace(/^windsock[-_]/, '').replaceAll('_', '-'));
    if (name === undefined) throw new Problem('logs.nothing-chosen', 'a name has small letters, digits and dashes');
    return runOperation(context, context.console.operations.unschedule(host, name, vesselOf(input)));
  },
};
