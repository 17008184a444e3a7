import type {Command} from './command.ts';
import {hostOption, namedUnits} from './named-units.ts';
import {runOperation} from './run-operation.ts';

export const unitsStartCommand: Command = {
  path: ['units', 'start'],
  summary: 'Start units that do not run, then wait until they report',
  args: ['<unit...>'],
  options: [hostOption],
  changes: true,
  run: async (context, input) =>
    runOperation(context, context.console.operations.start(await namedUnits(context, input))),
};
