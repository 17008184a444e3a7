import type {Problem} from '../problems/problem.ts';
import {followJournal, type JournalLine, readJournal} from '../units/journal.ts';
import type {Unit} from '../units/unit.ts';
import {tellOfHost} from './ask-hosts.ts';
import {type Command, type CommandContext, exitCodes} from './command.ts';
import {inOrder} from './in-order.ts';
import {interruptible} from './interruptible.ts';
import {hostOption, namedUnits} from './named-units.ts';
import {duration, numberOf, wholeNumber} from './options.ts';

const linesWithoutAge = 100;

export const unitsJournalCommand: Command = {
  path: ['units', 'journal'],
  summary: 'The journal of units, the oldest line first',
  args: ['<unit...>'],
  options: [
    hostOption,
    {
      flags: '--lines <number>',
      description: `at most so many of the newest lines (${linesWithoutAge}; with --since all)`,
      read: wholeNumber,
    },
    {flags: '--since <age>', description: 'only the lines of the last 90s, 15min, 1h or 2d', read: duration},
    {flags: '--follow', description: 'then each new line as it comes, until ^C'},
  ],
  run: async (context, input) => {
    const units = await namedUnits(context, input);
    const sinceMs = numberOf(input.options.since);
    const lines = numberOf(input.options.lines) ?? (sinceMs === undefined ? linesWithoutAge : undefined);
    const range = {...(sinceMs === undefined ? {} : {sinceMs}), ...(lines === undefined ? {} : {lines})};
    return interruptible(async ({signal, exitCode}) => {
      const reading = {...range, signal: AbortSignal.any([signal, context.unread])};
      if (input.options.follow === true) {
        await Promise.all(units.map(unit => follow(context, unit, reading)));
      } else {
        const journals = units.map(unit => ofUnit(unit, readJournal(hostOf(context, unit), unit.name, reading)));
        for await (const line of inOrder(journals, ({atMs}) => atMs)) tell(context, line);
      }
      return exitCode() ?? exitCodes.ok;
    });
  },
};

type UnitLine = JournalLine & {readonly unit: Unit};

const hostOf = ({console}: CommandContext, unit: Unit) => console.host(unit.host);

async function* ofUnit(unit: Unit, lines: AsyncIterable<JournalLine>): AsyncGenerator<UnitLine, void> {
  for await (const line of lines) yield {...line, unit};
}

/** A connection that is lost is waited for. */
async function follow(context: CommandContext, unit: Unit, range: Parameters<typeof readJournal>[2]): Promise<void> {
  let isLost = false;
  const onProblem = (problem: Problem | undefined) => {
    if (problem !== undefined && !isLost) tellOfHost(context, unit.host, problem);
    if (problem === undefined && isLost && !context.json) context.remark(`${unit.host}: the journal comes again.`);
    isLost = problem !== undefined;
  };
  const lines = followJournal(hostOf(context, unit), unit.name, {...range, onProblem});
  for await (const line of ofUnit(unit, lines)) tell(context, line);
}

function tell({json, print}: CommandContext, {unit, atMs, priority, text, invocation}: UnitLine): void {
  const at = new Date(atMs).toISOString();
  if (json) {
    const start = invocation === undefined ? {} : {invocation};
    print(JSON.stringify({at, host: unit.host, unit: unit.name, priority, text, ...start}));
    return;
  }
  // Indented, so that no line of a message can pass for an entry.
  print(`${at}  ${unit.host}  ${unit.name}  ${text.replaceAll('\n', '\n    ')}`);
}
