import {Problem} from '../problems/problem.ts';
import type {Unit} from '../units/unit.ts';
import {askHosts, tellOfHost} from './ask-hosts.ts';
import type {CommandContext, CommandInput, CommandOption} from './command.ts';
import {textOf} from './options.ts';

export const hostOption: CommandOption = {flags: '--host <host>', description: 'only this host'};

/** The units of these names, with or without ".service", or of a component ("scheduler"); of all hosts, or of `--host`. */
export async function namedUnits(context: CommandContext, {args, options}: CommandInput): Promise<readonly Unit[]> {
  const answers = await askHosts(context, ({units}) => units, textOf(options.host));
  const all = answers.flatMap(answer => ('value' in answer ? answer.value.units : []));
  const silent = answers.flatMap(answer => ('problem' in answer ? [answer] : []));
  const found = args.flatMap(name => {
    const units = all.filter(unit => unit.name === name || unit.name === `${name}.service` || unit.component === name);
    // It may be on the host that does not answer.
    if (units.length === 0 && silent[0] !== undefined) throw silent[0].problem;
    if (units.length === 0) {
      const known = all.map(unit => unit.name).join(', ');
      throw new Problem('operation.refused', `no unit is called ${name}; there are: ${known === '' ? 'none' : known}`);
    }
    return units;
  });
  for (const {host, problem} of silent) tellOfHost(context, host, problem);
  return [...new Set(found)];
}
