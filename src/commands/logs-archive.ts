import {homedir} from 'node:os';
import {parseStoreAddress, type StoreAddress} from '../store/address.ts';
import type {Command, CommandInput, CommandOption} from './command.ts';
import {folderOption, ruleOf, ruleOptions} from './logs-clean.ts';
import {namedHost, oneHostOption} from './named-hosts.ts';
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
  options: [...ruleOptions, folderOption, oneHostOption, intoOption],
  changes: true,
  run: async (context, input) => {
    const host = namedHost(context.console, input);
    return runOperation(
      context,
      context.console.operations.archive({host, folder: textOf(input.options.folder)}, ruleOf(input), placeOf(input)),
    );
  },
};

/** Undefined: that of the profile. */
export const placeOf = ({options}: CommandInput): StoreAddress | undefined => options.into as StoreAddress | undefined;
