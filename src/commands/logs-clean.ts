import type {LogClass} from '../logs/layout.ts';
import {type Rule, readAge, readTarget} from '../logs/rule.ts';
import {Problem} from '../problems/problem.ts';
import type {Command, CommandInput} from './command.ts';
import {numberOf, textOf, wholeNumber} from './options.ts';
import {runOperation} from './run-operation.ts';

const classes: readonly LogClass[] = ['task', 'dag-file', 'manager', 'triggerer', 'webserver', 'component'];

export const logsCleanCommand: Command = {
  path: ['logs', 'clean'],
  summary: 'Delete logs by a rule; exit code 0 done, 1 not all, 75 while another clean-up runs',
  options: [
    {flags: '--older-than <age>', description: 'last written so long ago: 30d, 12h, 6w', read: readAge},
    {flags: '--to <target>', description: 'the oldest first, until the volume has 70% or 20GB used', read: readTarget},
    {flags: '--keep-runs <number>', description: 'not the last runs of each DAG', read: wholeNumber},
    {flags: '--class <class...>', description: `only these: ${classes.join(', ')}`},
    {flags: '--dag <dag...>', description: 'only logs of these DAGs'},
    {flags: '--host <host>', description: 'needed where the profile names several'},
  ],
  changes: true,
  run: async (context, input) => {
    const {console} = context;
    const wanted = textOf(input.options.host);
    const hosts = console.hosts.filter(({host}) => wanted === undefined || host.name === wanted);
    const [only] = hosts;
    if (only === undefined) throw new Problem('host.none', wanted ?? '');
    if (hosts.length > 1) {
      const names = hosts.map(({host}) => host.name).join(', ');
      throw new Problem('logs.nothing-chosen', `the profile names ${names}: add --host`);
    }
    return runOperation(context, console.operations.cleanUp(only.host.name, ruleOf(input)));
  },
};

export function ruleOf({options}: CommandInput): Rule {
  const olderThanMs = numberOf(options.olderThan);
  const keepRunsPerDag = numberOf(options.keepRuns);
  const named = textsOf(options.class);
  const wrong = named.find(name => !classes.some(one => one === name));
  if (wrong !== undefined)
    throw new Problem('logs.nothing-chosen', `no class is called ${wrong}; there are: ${classes.join(', ')}`);
  const dagIds = textsOf(options.dag);
  return {
    ...(olderThanMs === undefined ? {} : {olderThanMs}),
    ...(keepRunsPerDag === undefined ? {} : {keepRunsPerDag}),
    ...(typeof options.to === 'object' ? {downTo: options.to as NonNullable<Rule['downTo']>} : {}),
    ...(named.length === 0 ? {} : {classes: classes.filter(one => named.includes(one))}),
    ...(dagIds.length === 0 ? {} : {dagIds}),
  };
}

const textsOf = (option: unknown): readonly string[] => (Array.isArray(option) ? option.map(String) : []);
