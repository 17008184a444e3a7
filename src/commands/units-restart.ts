import {expectProblem, Problem} from '../problems/problem.ts';
import type {Unit} from '../units/unit.ts';
import type {Command, CommandContext} from './command.ts';
import {runOperation} from './run-operation.ts';

export const unitsRestartCommand: Command = {
  path: ['units', 'restart'],
  summary: 'Restart units, then wait until they report again',
  args: ['<unit...>'],
  options: [{flags: '--host <host>', description: 'only the units of this host'}],
  changes: true,
  run: async (context, {args, options}) => {
    const units = await named(context, args, typeof options.host === 'string' ? options.host : undefined);
    return runOperation(context, context.console.operations.restart(units));
  },
};

/** The units of these names, with or without ".service", or of a component: "scheduler". */
async function named(
  {console}: CommandContext,
  names: readonly string[],
  host: string | undefined,
): Promise<readonly Unit[]> {
  const hosts = console.hosts.filter(entry => host === undefined || entry.host.name === host);
  if (hosts.length === 0) throw new Problem('host.none', host ?? '');
  const asked = await Promise.allSettled(hosts.map(entry => console.live.ask(entry.units)));
  const all = asked.flatMap(one => (one.status === 'fulfilled' ? one.value.units : []));
  const silent = asked.flatMap(one => (one.status === 'rejected' ? expectProblem(one.reason) : []));
  return names.flatMap(name => {
    const found = all.filter(unit => unit.name === name || unit.name === `${name}.service` || unit.component === name);
    // It may be on the host that does not answer.
    if (found.length === 0 && silent[0] !== undefined) throw silent[0];
    if (found.length === 0) {
      throw new Problem(
        'operation.refused',
        `no unit is called ${name}; there are: ${all.map(unit => unit.name).join(', ')}`,
      );
    }
    return found;
  });
}
