import {readFileSync} from 'node:fs';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {
  expectShape,
  type FileContent,
  type FileEnd,
  fileContent,
  fileEnd,
  type HeldFile,
  heldFile,
  type PidFile,
  pidFile,
  type RecentFile,
  type RecentFiles,
  recentEvent,
  type ScanEvent,
  scanEvent,
  type Volume,
  volume,
} from './agent-answers.ts';
import {Conversation, readBytes} from './agent-conversation.ts';
import {type ListEvent, type ListOptions, type LockedFolder, listFiles, lockFolder} from './agent-deletion.ts';
import {type NewFile, placeFile, removeFile} from './agent-files.ts';
import {type AgentLog, openLog} from './agent-log.ts';
import {type AgentStore, storeBelow} from './agent-store.ts';
import type {Host, RunAs} from './host.ts';

/** The program that windsock sends to a host, running there. Requests may overlap. */
export type Agent = {
  /**
   * Adds up what is below a folder, by groups, and tells what it has as it goes. Links are not followed, hard links count once,
   * other file systems not at all. Throws `host.file-missing`, `host.file-denied`.
   */
  scan(request: ScanRequest, signal?: AbortSignal): AsyncIterable<ScanEvent>;
  /** The files below a folder that processes have open, as far as this user may see; deleted ones, too. */
  held(root: string, signal?: AbortSignal): Promise<HeldFile[]>;
  /** The first `maxBytes` (default 16 MiB) of a regular file. Throws `host.file-missing`, `host.file-denied`. */
  read(path: string, options?: {readonly maxBytes?: number; readonly signal?: AbortSignal}): Promise<FileContent>;
  /** The volumes that the paths are on; for one that does not exist, that of its nearest folder. */
  volumes(paths: readonly string[], signal?: AbortSignal): Promise<Volume[]>;
  /** The pid files of Airflow's components in `folder`, and `files` besides. What is not there or may not be read is left out. */
  pidFiles(folder: string, files: readonly string[], signal?: AbortSignal): Promise<PidFile[]>;
  /** The last `maxBytes` of a regular file. Throws `host.file-missing`, `host.file-denied`. */
  tail(path: string, maxBytes: number, signal?: AbortSignal): Promise<FileEnd>;
  /**
   * What was written or moved below `root` since a time, newest first, and folders that something was removed from. Links are not
   * followed but told. Throws `host.file-missing`, `host.file-denied`.
   */
  recent(root: string, options: RecentOptions, signal?: AbortSignal): Promise<RecentFiles>;
  /**
   * The files below `root`, one by one, in an order in which they can be deleted; links are not followed and other file
   * systems left out. `done` comes last. Throws `host.file-missing`, `host.file-denied`.
   */
  list(root: string, options?: ListOptions, signal?: AbortSignal): AsyncIterable<ListEvent>;
  /** Keeps others from cleaning up a folder until it is released or the agent ends. Throws `logs.busy`, `host.file-missing`. */
  lock(root: string): Promise<LockedFolder>;
  /**
   * Opens a file to read it in windows, compressed or not. Throws `host.file-missing`, `host.file-denied`, `host.file-damaged`,
   * `host.no-zstd`.
   */
  openLog(path: string, signal?: AbortSignal): Promise<AgentLog>;
  /** Files below a folder of the host that copies are kept in. */
  store(folder: string): AgentStore;
  /**
   * Writes a file whole or not at all, where what is there still has the SHA-256 `seen` (undefined: nothing). Throws
   * `operation.changed`, `host.file-missing` where its folder is not there, `host.file-denied`.
   */
  place(file: NewFile, seen: string | undefined): Promise<void>;
  /** Removes a file that still has the SHA-256 `seen`, or is gone. Throws as `place`. */
  remove(path: string, seen: string): Promise<void>;
  /** Ends it at once, whatever it does. */
  close(): void;
};

/** The groups of a scan: what patterns say of the whole path of a file, or the names directly below `folders`. */
export type ScanRequest = {
  readonly root: string;
  readonly folders?: readonly string[];
  /** One process is enough for it. */
  readonly small?: true;
} & (({readonly by: 'class'} & ScanPatterns) | ({readonly by: 'name'; readonly only?: string} & Partial<ScanPatterns>));

/**
 * Python's regular expressions, each with the name of its class; one may have a group `dag`. A folder without files is judged by
 * `folderPatterns`, the first `depth` names of its path.
 */
export type ScanPatterns = {
  readonly patterns: readonly (readonly [string, string])[];
  readonly folderPatterns: readonly (readonly [string, string])[];
  readonly depth: number;
};

/** `sinceMs` by the clock of the host; at most so many files are told, after at most so much time. */
export type RecentOptions = {readonly sinceMs: number; readonly most: number; readonly budgetMs: number};

export type AgentOptions = {
  readonly as?: RunAs;
  /** An interpreter to use where the host has no `python3`: Airflow's own. */
  readonly python?: string;
};

/** The parts of the program in the order in which they are sent; each may use what stands before it. */
const parts = [
  ...['begin', 'files', 'walk', 'scan', 'openfiles', 'held', 'volumes', 'pidfiles', 'recent'],
  ...['packed', 'lines', 'search', 'reader', 'list', 'planned', 'delete', 'store', 'pack', 'place', 'serve'],
] as const;

const boot = 'import sys;exec(sys.stdin.buffer.read(int(sys.argv[1])))';

/** Starts the agent, uses it and ends it. Throws what `startAgent` and `use` throw. */
export async function withAgent<T>(host: Host, options: AgentOptions, use: (agent: Agent) => Promise<T>): Promise<T> {
  const agent = await startAgent(host, options);
  try {
    return await use(agent);
  } finally {
    agent.close();
  }
}

/** Throws `host.no-python`, `host.agent-failed`, and what `Host.stream` throws. */
export async function startAgent(host: Host, {as = 'login', python}: AgentOptions = {}): Promise<Agent> {
  const program = agentProgram();
  for (const interpreter of python === undefined ? ['python3'] : ['python3', python]) {
    const stream = await host.stream([interpreter, '-Ic', boot, String(program.length)], {as, readsStdin: true});
    stream.stdin.write(program);
    const conversation = new Conversation(stream);
    if (await conversation.hasBegun()) return agentOver(conversation);
  }
  throw new Problem('host.no-python', python === undefined ? 'python3' : `neither python3 nor ${python}`);
}

function agentProgram(): Buffer {
  return Buffer.concat(parts.map(part => readFileSync(new URL(`./agent/${part}.py`, import.meta.url))));
}

function agentOver(conversation: Conversation): Agent {
  return {
    async *scan(request, signal) {
      const {root} = request;
      for await (const answer of conversation.ask({op: 'scan', ...request}, root, signal))
        yield expectShape(scanEvent, answer, root);
    },
    async held(root, signal) {
      const found: HeldFile[] = [];
      for await (const answer of conversation.ask({op: 'held', root}, root, signal)) {
        found.push(expectShape(heldFile, answer, root));
      }
      return found;
    },
    async read(path, {maxBytes = readBytes, signal} = {}) {
      for await (const answer of conversation.ask({op: 'read', path, maxBytes}, path, signal)) {
        return expectShape(fileContent, answer, path);
      }
      throw new Problem('host.agent-failed', oneLine(`${path}: it answered a read with nothing`, 500));
    },
    async volumes(paths, signal) {
      const found: Volume[] = [];
      for await (const answer of conversation.ask({op: 'volumes', paths}, paths.join(', '), signal)) {
        found.push(expectShape(volume, answer, paths.join(', ')));
      }
      return found;
    },
    async pidFiles(folder, files, signal) {
      const found: PidFile[] = [];
      for await (const answer of conversation.ask({op: 'pidfiles', folder, files}, folder, signal)) {
        found.push(expectShape(pidFile, answer, folder));
      }
      return found;
    },
    async tail(path, maxBytes, signal) {
      for await (const answer of conversation.ask({op: 'tail', path, maxBytes}, path, signal)) {
        return expectShape(fileEnd, answer, path);
      }
      throw new Problem('host.agent-failed', oneLine(`${path}: it answered with nothing`, 500));
    },
    async recent(root, options, signal) {
      const files: RecentFile[] = [];
      for await (const answer of conversation.ask({op: 'recent', root, ...options}, root, signal)) {
        const event = expectShape(recentEvent, answer, root);
        if (event.kind === 'end') return {files, total: event.total, isCut: event.isCut};
        files.push(event);
      }
      throw new Problem('host.agent-failed', oneLine(`${root}: its answer has no end`, 500));
    },
    list: (root, options, signal) => listFiles(conversation, root, options, signal),
    lock: root => lockFolder(conversation, root),
    openLog: (path, signal) => openLog(conversation, path, signal),
    store: folder => storeBelow(conversation, folder),
    place: (file, seen) => placeFile(conversation, file, seen),
    remove: (path, seen) => removeFile(conversation, path, seen),
    close: () => conversation.close(),
  };
}
