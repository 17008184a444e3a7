import type {Console} from '../console.ts';
import {Problem} from '../problems/problem.ts';
import {MergedLog, type NamedLog} from '../reader/merged.ts';
import type {LogSource} from '../reader/source.ts';
import {shortName} from '../units/words.ts';
import type {Command} from './command.ts';
import {logOptions, printLog} from './print-log.ts';
import {tryOf} from './task-try.ts';

export const logsTailCommand: Command = {
  path: ['logs', 'tail'],
  summary:
    'The end of a file (absolute path), a journal (unit) or a task (dag run task); several files and units by time',
  args: ['<targets...>'],
  options: [...logOptions, {flags: '--host <host>', description: 'the host of the files and units'}],
  run: async (context, input) => {
    const {console} = context;
    const host = typeof input.options.host === 'string' ? input.options.host : undefined;
    const named = await Promise.all(input.args.map(target => namedLogs(console, target, host)));
    const [dagId = '', runId = '', taskId = ''] = input.args;
    const unknown = named.findIndex(logs => logs.length === 0);
    if (unknown >= 0 && input.args.length === 3 && !input.args.some(target => target.startsWith('/'))) {
      const tried = await tryOf(console, {dagId, runId, taskId});
      return printLog(context, await console.logs.task(tried), input);
    }
    if (unknown >= 0) throw new Problem('reader.unknown-target', input.args[unknown]);
    return printLog(context, together(named.flat()), input);
  },
};

function together(logs: readonly NamedLog[]): LogSource {
  const [only] = logs;
  return only !== undefined && logs.length === 1 ? only.source : new MergedLog('Several logs', logs);
}

/** A path is looked for on the one host, or on all of them; a unit may be on several. */
async function namedLogs(
  {hosts, live, logs}: Console,
  target: string,
  host: string | undefined,
): Promise<readonly NamedLog[]> {
  const asked = hosts.filter(each => host === undefined || each.host.name === host);
  if (asked.length === 0) throw new Problem('host.none', host ?? '');
  if (target.startsWith('/')) {
    const name = (each: string) => (asked.length > 1 ? `${each}:${target}` : target);
    const found = await logs.having(
      asked.map(each => each.host.name),
      target,
    );
    return found.map(each => ({name: name(each), source: logs.file(each, target)}));
  }
  const units = (await Promise.all(asked.map(each => live.ask(each.units)))).flatMap(seen => seen.units);
  return units
    .filter(unit => unit.name === target || shortName(unit) === target)
    .map(unit => ({name: `${shortName(unit)}@${unit.host}`, source: logs.journal(unit)}));
}
