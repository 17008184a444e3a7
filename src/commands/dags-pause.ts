import type {Command} from './command.ts';
import {namedDags} from './named-dags.ts';
import {runOperation} from './run-operation.ts';

export const dagsPauseCommand: Command = {
  path: ['dags', 'pause'],
  summary: 'Pause DAGs: no new run of them starts',
  args: ['<dag...>'],
  changes: true,
  run: async (context, {args}) =>
    runOperation(context, context.console.operations.setPaused(await namedDags(context, args), true)),
};
