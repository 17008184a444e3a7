import type {AgentOptions} from '../../host/agent.ts';
import {withAgent} from '../../host/agent.ts';
import type {Host} from '../../host/host.ts';
import {Problem} from '../../problems/problem.ts';
import {readStamp, type Stamp} from './stamp.ts';

/** A file as it stands on the host. Without a stamp it is not windsock's. */
export type Placed = {readonly sha256: string; readonly text: string; readonly stamp: Stamp | undefined};

/** Those of the files that are there. Throws what the agent throws, but for files that are missing. */
export async function readPlaced(
  host: Host,
  options: AgentOptions,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Placed>> {
  if (paths.length === 0) return new Map();
  return withAgent(host, options, async agent => {
    const found = new Map<string, Placed>();
    for (const path of paths) {
      try {
        const {content, sha256} = await agent.read(path, {signal});
        const text = content.toString('utf8');
        found.set(path, {sha256, text, stamp: readStamp(text)});
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'host.file-missing') throw error;
      }
    }
    return found;
  });
}
