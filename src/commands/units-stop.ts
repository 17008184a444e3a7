import type {Command} from './command.ts';
import {hostOption, namedUnits} from './named-units.ts';
import {runOperation} from './run-operation.ts';

export const unitsStopCommand: Command = {
  path: ['units', 'stop'],
  summary: 'Stop units',
  args: ['<unit...>'],
  options: [hostOption],
  changes: true,
  run: async (context, input) =>
    runOperation(context, context.console.operations.stop(await namedUnits(context, input))),
};
