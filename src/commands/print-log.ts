import {Problem} from '../problems/problem.ts';
import type {LogLine} from '../reader/line.ts';
import type {LevelFilter, LogSource, Wanted} from '../reader/source.ts';
import {matcher} from '../reader/text.ts';
import {linesFrom} from '../reader/whole.ts';
import {type CommandContext, type CommandInput, type CommandOption, exitCodes} from './command.ts';
import {interruptible} from './interruptible.ts';
import {numberOf, wholeNumber} from './options.ts';

const levels = ['warning', 'error'] as const satisfies readonly LevelFilter[];

export const logOptions = [
  {flags: '-n, --lines <count>', description: 'how many of the last lines; default 100', read: wholeNumber},
  {flags: '-f, --follow', description: 'go on with each line that comes'},
  {flags: '--grep <text>', description: 'only lines with a text, or that match a /regex/'},
  {
    flags: '--level <level>',
    description: 'only warnings and errors (warning), or only errors (error)',
    read: text => levels.find(level => level === text),
  },
] as const satisfies readonly CommandOption[];

/** A filter looks so far back for the lines that are wanted. */
const page = 1_000;

/** Prints the end of a log and, when it is wanted, follows it. SIGINT and SIGTERM end it well, as does a reader that leaves. */
export async function printLog(
  context: CommandContext,
  source: LogSource,
  {options}: Pick<CommandInput, 'options'>,
): Promise<number> {
  const count = numberOf(options.lines) ?? 100;
  const level = levels.find(each => each === options.level) ?? 'all';
  const matches = typeof options.grep === 'string' ? matcher(wantedOf(options.grep)) : () => true;
  return interruptible(async interruption => {
    const signal = AbortSignal.any([interruption.signal, context.unread]);
    const print = (line: LogLine) => {
      if (!signal.aborted) context.print(context.json ? JSON.stringify(wire(line)) : shown(line));
    };
    try {
      const found = await lastOf(source, count, level, matches, signal);
      for (const line of found.lines) print(line);
      if (options.follow === true) await follow(context, source, found.at, level, matches, print, signal);
      return exitCodes.ok;
    } catch (error) {
      if (signal.aborted) return exitCodes.ok;
      throw error;
    } finally {
      source.close();
    }
  });
}

type Matches = (line: LogLine) => boolean;

async function lastOf(
  source: LogSource,
  count: number,
  level: LevelFilter,
  matches: Matches,
  signal: AbortSignal,
): Promise<{readonly lines: readonly LogLine[]; readonly at: string | undefined}> {
  let lines: LogLine[] = [];
  let last: string | undefined;
  let at: string | undefined;
  do {
    const found = await source.read({at, back: true, count: Math.max(page, count), level}, signal);
    last ??= found.lines.at(-1)?.at;
    lines = [...found.lines.filter(matches), ...lines];
    at = found.start;
    if (found.isStart) break;
  } while (lines.length < count);
  return {lines: count === 0 ? [] : lines.slice(-count), at: last};
}

async function follow(
  {json, remark}: CommandContext,
  source: LogSource,
  from: string | undefined,
  level: LevelFilter,
  matches: Matches,
  print: (line: LogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = from;
  const onProblem = (problem: Error | undefined) => {
    if (problem !== undefined && !json) remark(problem.message);
  };
  for await (const _ of source.watch(signal, onProblem)) {
    for await (const lines of linesFrom(source, last, level, signal)) {
      for (const line of lines) if (line.at !== last && matches(line)) print(line);
      last = lines.at(-1)?.at ?? last;
    }
  }
}

const wire = ({atMs, level, message, from, text}: LogLine) => ({
  ...(atMs === undefined ? {} : {at: new Date(atMs).toISOString()}),
  ...(level === undefined ? {} : {level}),
  ...(from === undefined ? {} : {from}),
  message,
  text,
});

const shown = ({from, text}: LogLine): string => (from === undefined ? text : `${from}: ${text}`);

function wantedOf(text: string): Wanted {
  const [, inside] = /^\/(.+)\/$/s.exec(text) ?? [];
  try {
    if (inside !== undefined) new RegExp(inside);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem('reader.bad-pattern', error.message);
  }
  return {text: inside ?? text, isRegex: inside !== undefined};
}
