import {Problem} from '../problems/problem.ts';
import type {Command} from './command.ts';
import {logOptions, printLog} from './print-log.ts';
import {tryOf} from './task-try.ts';

export const dagsLogCommand: Command = {
  path: ['dags', 'log'],
  summary: 'The log of a task, from a host that has it or by the API',
  args: ['<dag>', '<run>', '<task>'],
  options: [
    ...logOptions,
    {flags: '--try <number>', description: 'which try; default: the last'},
    {flags: '--map-index <number>', description: 'which instance of a mapped task'},
  ],
  run: async (context, {args: [dagId = '', runId = '', taskId = ''], options}) => {
    const number = (name: string, flag: string) => {
      const given = options[name];
      if (given === undefined) return undefined;
      if (!/^\d+$/.test(String(given))) throw new Problem('reader.bad-option', `${flag} takes a number`);
      return Number(given);
    };
    const mapIndex = number('mapIndex', '--map-index');
    const tryNumber = number('try', '--try');
    const tried = await tryOf(context.console, {
      dagId,
      runId,
      taskId,
      ...(mapIndex === undefined ? {} : {mapIndex}),
      ...(tryNumber === undefined ? {} : {tryNumber}),
    });
    return printLog(context, await context.console.logs.task(tried), {options});
  },
};
