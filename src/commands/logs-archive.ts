import {homedir} from 'node:os';
import type {HostQueries} from '../live/host-queries.ts';
import {Problem} from '../problems/problem.ts';
import {parseStoreAddress, type StoreAddress} from '../store/address.ts';
import type {Command, CommandContext, CommandInput, CommandOption} from './command.ts';
import {logsCleanCommand, ruleOf} from './logs-clean.ts';
import {textOf} from './options.ts';
import {runOperation} from './run-operation.ts';

export const intoOption: CommandOption = {
  flags: '--into <place>',
  description: 's3://bucket/prefix, /folder here or host:/folder; default: archive of the profile',
  read: text => {
    const address = parseStoreAddress(text, homedir());
    return 'refused' in address ? undefined : address;
  },
};

export const logsArchiveCommand: Command = {
  path: ['logs', 'archive'],
  summary: 'Move what logs clean would delete into archives; exit code 0 done, 1 not all, 75 while a clean-up runs',
  options: [...(logsCleanCommand.options ?? []), intoOption],
  changes: true,
  run: async (context, input) => {
    const {host} = hostOf(context, input);
    return runOperation(context, context.console.operations.archive(host.name, ruleOf(input), placeOf(input)));
  },
};

/** Undefined: that of the profile. */
export const placeOf = ({options}: CommandInput): StoreAddress | undefined => options.into as StoreAddress | undefined;

/** The host of `--host`, or the only one. */
export function hostOf({console}: CommandContext, {options}: CommandInput): HostQueries {
  const wanted = textOf(options.host);
  const hosts = console.hosts.filter(({host}) => wanted === undefined || host.name === wanted);
  const [only] = hosts;
  if (only === undefined) throw new Problem('host.none', wanted ?? '');
  if (hosts.length === 1) return only;
  const names = hosts.map(({host}) => host.name).join(', ');
  throw new Problem('logs.nothing-chosen', `the profile names ${names}: add --host`);
}
