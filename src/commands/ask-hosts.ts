import type {HostQueries} from '../live/host-queries.ts';
import type {Query} from '../live/query.ts';
import {expectProblem, Problem} from '../problems/problem.ts';
import type {CommandContext} from './command.ts';

/** What a host answered, or why it did not. */
export type HostAnswer<T> =
  | {readonly host: string; readonly value: T}
  | {readonly host: string; readonly problem: Problem};

/** Asks the same of every host of the profile, or of the one that is named. Throws `host.none`. */
export async function askHosts<T>(
  {console}: Pick<CommandContext, 'console'>,
  query: (host: HostQueries) => Query<T>,
  only?: string,
): Promise<readonly HostAnswer<T>[]> {
  const hosts = console.hosts.filter(({host}) => only === undefined || host.name === only);
  if (hosts.length === 0) throw new Problem('host.none', only);
  return Promise.all(
    hosts.map(async (entry): Promise<HostAnswer<T>> => {
      const host = entry.host.name;
      try {
        return {host, value: await console.live.ask(query(entry))};
      } catch (error) {
        return {host, problem: expectProblem(error)};
      }
    }),
  );
}

/** Says on stderr what cannot be known of a host. */
export function tellOfHost({json, remark}: CommandContext, host: string, problem: Problem): void {
  remark(json ? JSON.stringify({host, problem}) : `${host}: ${problem.message}. ${problem.hint}`);
}
