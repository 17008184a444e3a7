import type {Console} from '../console.ts';
import {Problem} from '../problems/problem.ts';
import type {CommandInput, CommandOption} from './command.ts';
import {textOf} from './options.ts';

/** For what is done on one host at a time. */
export const oneHostOption: CommandOption = {
  flags: '--host <host>',
  description: 'needed where the profile names several',
};

/** The hosts of `--host`, or the only one. Throws `logs.which-host`, `logs.no-host`. */
export function namedHosts({hosts, profile}: Console, named: readonly string[]): readonly string[] {
  const all = hosts.map(({host}) => host.name);
  if (all.length === 0) throw new Problem('host.none', profile.name);
  const listed = all.join(', ');
  if (named.length === 0 && all.length > 1) throw new Problem('logs.which-host', `it names ${listed}`);
  // A host may be called so.
  if (named.length === 0 || (named.length === 1 && named[0] === 'all' && !all.includes('all'))) return all;
  const wrong = named.find(name => !all.includes(name));
  if (wrong !== undefined) throw new Problem('logs.no-host', `${wrong}; the profile names ${listed}`);
  return [...new Set(named)];
}

/** The host of `--host`, or the only one. Throws `logs.which-host`, `logs.no-host`. */
export function namedHost(console: Console, {options}: CommandInput): string {
  const wanted = textOf(options.host);
  const [name = ''] = namedHosts(console, wanted === undefined ? [] : [wanted]);
  return name;
}
