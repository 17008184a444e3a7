import type {Installation} from '../config/installation.ts';
import {lookup} from '../config/lookup.ts';
import type {Agent} from '../host/agent.ts';
import type {PidFile} from '../host/agent-answers.ts';
import {readVolumes, type Volume, type WatchedFolder} from '../logs/volumes.ts';
import {expectProblem} from '../problems/problem.ts';
import {type Parsing, readParsing} from './parsing.ts';

/** What one run of the agent sees on a host beside its settings. */
export type HostFacts = {
  readonly volumes: readonly Volume[];
  readonly pidFiles: readonly PidFile[];
  /** What the DAG file processor of 2.x last wrote of its work; absent where there is no such log or it may not be read. */
  readonly parsing?: Parsing;
};

/** The table of its last look at all files: 100 bytes a file. */
const tailBytes = 256 * 1024;

/** Throws what the agent throws. */
export async function readHostFacts(
  host: string,
  agent: Pick<Agent, 'volumes' | 'pidFiles' | 'tail'>,
  installation: Installation,
  folders: readonly WatchedFolder[],
): Promise<HostFacts> {
  const {airflowHome, pidFiles, settings, version} = installation;
  const place = {airflowHome, version};
  const log = lookup(settings, 'logging', 'dag_processor_manager_log_location', place)?.value;
  const [volumes, found, end] = await Promise.all([
    readVolumes(host, agent, folders),
    agent.pidFiles(airflowHome, pidFiles),
    log === undefined ? undefined : agent.tail(log, tailBytes).catch(expectProblem),
  ]);
  return {
    volumes,
    pidFiles: found,
    ...(end === undefined || 'code' in end || log === undefined ? {} : {parsing: readParsing(log, end)}),
  };
}
