import type {Console} from '../console.ts';
import {cleanedClasses} from '../logs/class-words.ts';
import {journalRuleOf} from '../logs/journal-files.ts';

import {type Rule, readLogAge, readTarget} from '../logs/rule.ts';
import type {Operation} from '../operations/operation.ts';
import {Problem} from '../problems/problem.ts';
import type {Command, CommandInput, CommandOption} from './command.ts';
import {namedHosts} from './named-hosts.ts';
import {numberOf, textOf, textsOf, wholeNumber} from './options.ts';
import {runOperation} from './run-operation.ts';

/** What chooses logs by what a path and a time tell. */
export const ageOptions: readonly CommandOption[] = [
  {flags: '--older-than <age>', description: 'last written so long ago: 30d, 12h, 6w', read: readLogAge},
  {flags: '--class <class...>', description: `only these: ${cleanedClasses.join(', ')}`},
  {flags: '--dag <dag...>', description: 'only logs of these DAGs'},
];

/** What chooses logs by more than a script can see. */
export const seeingOptions: readonly CommandOption[] = [
  {flags: '--failed-older-than <age>', description: 'logs of failed runs only when so old', read: readLogAge},
  {flags: '--to <target>', description: 'the oldest first, until the volume has 70% or 20GB used', read: readTarget},
  {flags: '--keep-runs <number>', description: 'not the last runs of each DAG', read: wholeNumber},
];

/** What chooses logs. */
export const ruleOptions: readonly CommandOption[] = [...ageOptions, ...seeingOptions];

export const folderOption: CommandOption = {
  flags: '--folder <path>',
  description: 'another one of the folders that Airflow writes logs to',
};

export const logsCleanCommand: Command = {
  path: ['logs', 'clean'],
  summary: 'Delete logs by a rule; exit code 0 done, 1 not all, 75 while another clean-up runs',
  options: [
    ...ruleOptions,
    {flags: '--rotate', description: 'copy the manager log to .1 before it is emptied'},
    folderOption,
    {
      flags: '--journal',
      description: "the host's journal in place of Airflow's files, by age or down to a size like 500MB",
    },
    {flags: '--host <host...>', description: 'needed where the profile names several; "all" for all of them'},
  ],
  changes: true,
  run: async (context, input) => {
    const hosts = namedHosts(context.console, textsOf(input.options.host));
    return runOperation(context, operationOf(context.console, hosts, input));
  },
};

function operationOf({operations}: Console, hosts: readonly string[], input: CommandInput): Operation {
  const {journal, folder: named} = input.options;
  const rule = ruleOf(input);
  const folder = textOf(named);
  const [only = ''] = hosts;
  if (journal === true) {
    if (folder !== undefined) throw new Problem('logs.journal-rule');
    if (hosts.length > 1) throw new Problem('logs.which-host', 'a journal is cleaned up on one host at a time');
    return operations.cleanJournal(only, journalRuleOf(rule));
  }
  const places = hosts.map(host => ({host, folder}));
  return hosts.length === 1 ? operations.cleanUp({host: only, folder}, rule) : operations.cleanUpHosts(places, rule);
}

export function ruleOf({options}: CommandInput): Rule {
  const olderThanMs = numberOf(options.olderThan);
  const failedOlderThanMs = numberOf(options.failedOlderThan);
  const keepRunsPerDag = numberOf(options.keepRuns);
  const named = textsOf(options.class);
  const wrong = named.find(name => !cleanedClasses.some(one => one === name));
  if (wrong !== undefined) throw new Problem('logs.no-class', `${wrong}; there are: ${cleanedClasses.join(', ')}`);
  const dagIds = textsOf(options.dag);
  const isRotated = options.rotate === true;
  if (isRotated && !named.includes('manager')) throw new Problem('logs.nothing-grows');
  return {
    ...(olderThanMs === undefined ? {} : {olderThanMs}),
    ...(failedOlderThanMs === undefined ? {} : {failedOlderThanMs}),
    ...(keepRunsPerDag === undefined ? {} : {keepRunsPerDag}),
    ...(typeof options.to === 'object' ? {downTo: options.to as NonNullable<Rule['downTo']>} : {}),
    ...(named.length === 0 ? {} : {classes: cleanedClasses.filter(one => named.includes(one))}),
    ...(dagIds.length === 0 ? {} : {dagIds}),
    ...(isRotated ? {growing: 'rotate' as const} : {}),
  };
}
