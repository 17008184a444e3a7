import type {Command} from './command.ts';
import {hostOption, namedUnits} from './named-units.ts';
import {runOperation} from './run-operation.ts';

export const unitsRestartCommand: Command = {
  path: ['units', 'restart'],
  summary: 'Restart units, then wait until they report again',
  args: ['<unit...>'],
  options: [hostOption],
  changes: true,
  run: async (context, input) =>
    runOperation(context, context.console.operations.restart(await namedUnits(context, input))),
};
