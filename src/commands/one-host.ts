import type {HostQueries} from '../live/host-queries.ts';
import {Problem} from '../problems/problem.ts';
import type {CommandContext, CommandInput} from './command.ts';
import {textOf} from './options.ts';

/** The host of `--host`, or the only one. Throws `host.none`, `logs.nothing-chosen`. */
export function oneHost({console}: CommandContext, {options}: CommandInput): HostQueries {
  const wanted = textOf(options.host);
  const hosts = console.hosts.filter(({host}) => wanted === undefined || host.name === wanted);
  const [only] = hosts;
  if (only === undefined) throw new Problem('host.none', wanted ?? '');
  if (hosts.length === 1) return only;
  throw new Problem(
    'logs.nothing-chosen',
    `the profile names ${hosts.map(({host}) => host.name).join(', ')}: add --host`,
  );
}
