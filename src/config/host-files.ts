import {createHash} from 'node:crypto';
import {type Agent, type AgentOptions, startAgent} from '../host/agent.ts';
import type {Host, RunAs} from '../host/host.ts';
import {expectProblem, Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';

/** A file of a host as it was read. */
export type HostFile = {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Of the bytes, in hex: tells later whether the file is still the same. */
  readonly sha256: string;
  /** The permission bits. */
  readonly mode: number;
  readonly owner: string;
  /** By the clock of the host. */
  readonly mtimeMs: number;
};

export type HostFiles = {
  /** Throws `Problem`: `host.file-missing`, `host.file-denied`, `host.command-failed`, and what the connection throws. */
  readonly read: (path: string) => Promise<HostFile>;
  /** Why files are not read as the Airflow user. */
  readonly problems: readonly Problem[];
  close(): void;
};

/**
 * Reads files as the Airflow user: by the agent, or by a shell where there is no Python. What that user may not read, or where
 * nobody may become that user, is read as the login user.
 */
export async function openFiles(host: Host, {as = 'login', python}: AgentOptions): Promise<HostFiles> {
  const options = {as, ...(python === undefined ? {} : {python})};
  const agent = await startAgent(host, options).catch(expectProblem);
  const isRunning = !('code' in agent);
  const readers: ((path: string) => Promise<HostFile>)[] = [];
  if (isRunning) readers.push(byAgent(agent));
  else if (isUnable(agent)) readers.push(byShell(host, as));
  else if (!isRefusal(agent)) throw agent;
  if (as !== 'login' || readers.length === 0) readers.push(byShell(host, 'login'));
  return {
    problems: !isRunning && isRefusal(agent) ? [agent] : [],
    close: () => {
      if (isRunning) agent.close();
    },
    read: async path => {
      const refusals: Problem[] = [];
      for (const read of readers) {
        const file = await read(path).catch(expectProblem);
        if (!('code' in file)) return file;
        if (!isRefusal(file)) throw file;
        refusals.push(file);
      }
      throw refusals[0] ?? new Error('nobody was asked');
    },
  };
}

const byAgent =
  (agent: Agent) =>
  async (path: string): Promise<HostFile> => {
    const {content, sha256, mode, owner, mtimeNs} = await agent.read(path);
    return {path, bytes: content, sha256, mode, owner, mtimeMs: Number(BigInt(mtimeNs) / 1_000_000n)};
  };

const isUnable = ({code}: Problem) => code === 'host.no-python' || code === 'host.agent-failed';
const isRefusal = ({code}: Problem) => /^host\.(file-denied|not-permitted|sudo-password)$/.test(code);

// In base64, since text of a host is read as UTF-8 and would lose other bytes.
const script = `LC_ALL=C; export LC_ALL; stat -L -c '%a %U %Y %y' -- "$1" && base64 < "$1"`;
const answer = /^(?<mode>\d+) (?<owner>\S+) (?<seconds>\d+) \S+ [\d:]+(?<fraction>\.\d{3})?\d* \S+\n(?<data>[\s\S]*)$/;

const byShell =
  (host: Host, as: RunAs) =>
  async (path: string): Promise<HostFile> => {
    const {code, stdout, stderr} = await host.exec(['sh', '-c', script, 'sh', path], {as});
    const {mode, owner, seconds, fraction = '0', data} = answer.exec(stdout)?.groups ?? {};
    if (code !== 0 || mode === undefined || owner === undefined || data === undefined) throw failure(path, stderr);
    const bytes = Buffer.from(data, 'base64');
    const mtimeMs = Number(seconds) * 1000 + Math.round(Number(fraction) * 1000);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return {path, bytes, sha256, mode: Number.parseInt(mode, 8), owner, mtimeMs};
  };

function failure(path: string, stderr: string): Problem {
  if (/No such file|Not a directory/.test(stderr)) return new Problem('host.file-missing', path);
  if (/[Pp]ermission denied/.test(stderr)) return new Problem('host.file-denied', path);
  return new Problem('host.command-failed', `${path}: ${oneLine(stderr, 200)}`);
}
