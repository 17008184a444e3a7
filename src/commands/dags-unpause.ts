import type {Command} from './command.ts';
import {namedDags} from './named-dags.ts';
import {runOperation} from './run-operation.ts';

export const dagsUnpauseCommand: Command = {
  path: ['dags', 'unpause'],
  summary: 'Unpause DAGs; the plan says how many runs catch-up would start',
  args: ['<dag...>'],
  changes: true,
  run: async (context, {args}) =>
    runOperation(context, context.console.operations.setPaused(await namedDags(context, args), false)),
};
