import type {Command} from './command.ts';
import {numberOf, wholeNumber} from './options.ts';
import {logOptions, printLog} from './print-log.ts';
import {tryOf} from './task-try.ts';

export const dagsLogCommand: Command = {
  path: ['dags', 'log'],
  summary: 'The log of a task, from a host that has it or by the API',
  args: ['<dag>', '<run>', '<task>'],
  options: [
    ...logOptions,
    {flags: '--try <number>', description: 'which try; default: the last', read: wholeNumber},
    {flags: '--map-index <number>', description: 'which instance of a mapped task', read: wholeNumber},
  ],
  run: async (context, {args: [dagId = '', runId = '', taskId = ''], options}) => {
    const mapIndex = numberOf(options.mapIndex);
    const tryNumber = numberOf(options.try);
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
