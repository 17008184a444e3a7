import {posix} from 'node:path';
import type {AirflowApi, TaskTry} from '../airflow/api.ts';
import {asAirflow} from '../config/as-airflow.ts';
import type {Installation} from '../config/installation.ts';
import {startAgent} from '../host/agent.ts';
import type {Host} from '../host/host.ts';
import {writeNewFile} from '../host/new-file.ts';
import type {HostQueries} from '../live/host-queries.ts';
import type {Live} from '../live/live.ts';
import {expectProblem, Problem} from '../problems/problem.ts';
import type {Unit} from '../units/unit.ts';
import {shortName} from '../units/words.ts';
import {FileLog, type OpenedLog} from './file.ts';
import {JournalLog} from './journal.ts';
import {MergedLog} from './merged.ts';
import type {LevelFilter, LogSource} from './source.ts';
import {apiTaskLog, taskLogPaths, taskTitle} from './task.ts';
import {textsFrom} from './whole.ts';

/** Every log of an installation, opened when it is read. */
export type Logs = {
  /** A file on a host, as the Airflow user may read it. */
  file(host: string, path: string): LogSource;
  /** Those hosts that have a file. Throws the problem of a host where none has it. */
  having(hosts: readonly string[], path: string): Promise<readonly string[]>;
  journal(unit: Unit): LogSource;
  /** The journals of all units, by time. */
  journals(): Promise<LogSource>;
  /** The log of a try: the file below the log folder of the first host that has it, otherwise what the API gives. */
  task(of: TaskTry, signal?: AbortSignal): Promise<LogSource>;
  /** Writes all lines that pass to a new file on this machine. Returns its path. Throws `reader.exists`, `reader.cannot-save`. */
  save(source: LogSource, name: string, level: LevelFilter, signal?: AbortSignal): Promise<string>;
};

export type LogsContext = {
  readonly hosts: readonly HostQueries[];
  readonly live: Live;
  readonly hasApi: boolean;
  readonly airflow: () => Promise<AirflowApi>;
};

const installationMaxAgeMs = 10 * 60_000;
const unitsMaxAgeMs = 30_000;

export function logsOf({hosts, live, hasApi, airflow}: LogsContext): Logs {
  const of = (name: string): HostQueries => {
    const found = hosts.find(({host}) => host.name === name);
    if (found === undefined) throw new Problem('host.none', name);
    return found;
  };
  const file = ({host, installation}: HostQueries, path: string, title = `${path} on ${host.name}`) =>
    new FileLog(title, async () => openFile(host, await live.ask(installation, installationMaxAgeMs), path));
  return {
    file: (host, path) => file(of(host), path),
    journal: unit => new JournalLog(`Journal of ${shortName(unit)} on ${unit.host}`, of(unit.host).host, unit.name),
    journals: async () => {
      const units = (await Promise.all(hosts.map(each => live.ask(each.units, unitsMaxAgeMs)))).flatMap(
        seen => seen.units,
      );
      const name = (unit: Unit) => (hosts.length > 1 ? `${unit.component}@${unit.host}` : unit.component);
      return new MergedLog(
        'Journals of all units',
        units.map(unit => ({name: name(unit), source: new JournalLog('', of(unit.host).host, unit.name)})),
      );
    },
    having: async (names, path) => {
      const found = await Promise.all(names.map(name => findFile(of(name), live, () => [path])));
      const problem = found.find(each => each instanceof Problem);
      const having = names.filter((_, index) => typeof found[index] === 'string');
      if (having.length === 0 && problem !== undefined) throw problem;
      return having;
    },
    task: async (tried, signal) => {
      const below = ({logFolder}: Installation) => taskLogPaths(tried).map(path => posix.join(logFolder, path));
      const found = await Promise.all(hosts.map(queries => findFile(queries, live, below)));
      const at = found.findIndex(path => typeof path === 'string');
      const [queries, path] = [hosts[at], found[at]];
      signal?.throwIfAborted();
      if (queries !== undefined && typeof path === 'string') {
        return file(queries, path, taskTitle(tried, `, on ${queries.host.name}`));
      }
      if (hasApi) return apiTaskLog(airflow, tried);
      throw found.find(each => each instanceof Problem) ?? new Problem('reader.no-log', taskTitle(tried));
    },
    save: (source, name, level, signal) => writeNewFile(name, textsFrom(source, level, signal)),
  };
}

async function openFile(host: Host, installation: Installation, path: string): Promise<OpenedLog> {
  const agent = await startAgent(host, asAirflow(installation));
  try {
    return {log: await agent.openLog(path), close: () => agent.close()};
  } catch (error) {
    agent.close();
    throw error;
  }
}

/** The first of the paths that is a file on this host; undefined where it has none; the problem where the host cannot be asked. */
async function findFile(
  {host, installation}: HostQueries,
  live: Live,
  paths: (installation: Installation) => readonly string[],
): Promise<string | Problem | undefined> {
  try {
    const found = await live.ask(installation, installationMaxAgeMs);
    const agent = await startAgent(host, asAirflow(found));
    try {
      for (const path of paths(found)) {
        const log = await agent.openLog(path).catch((error: unknown) => {
          if (error instanceof Problem && error.code === 'host.file-missing') return undefined;
          throw error;
        });
        if (log !== undefined) return path;
      }
      return undefined;
    } finally {
      agent.close();
    }
  } catch (error) {
    return expectProblem(error);
  }
}
