import {EventEmitter, on} from 'node:events';
import {readFileSync} from 'node:fs';
import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {
  type AgentAnswer,
  agentMessage,
  type FileContent,
  type FileEnd,
  fileContent,
  fileEnd,
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
import type {Host, HostStream, RunAs} from './host.ts';
import {type Line, splitLines} from './lines.ts';
import type {Watched} from './watched.ts';

/** The program that windsock sends to a host, running there. Requests may overlap. */
export type Agent = {
  /**
   * Adds up what each directory directly below `root` holds: all of them as they come, with totals in between, then `done`.
   * Links are not followed, hard links count once, other file systems not at all. Throws `host.file-missing`, `host.file-denied`.
   */
  scan(root: string, signal?: AbortSignal): AsyncIterable<ScanEvent>;
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
  /** Ends it at once, whatever it does. */
  close(): void;
};

/** `sinceMs` by the clock of the host; at most so many files are told, after at most so much time. */
export type RecentOptions = {readonly sinceMs: number; readonly most: number; readonly budgetMs: number};

export type AgentOptions = {
  readonly as?: RunAs;
  /** An interpreter to use where the host has no `python3`: Airflow's own. */
  readonly python?: string;
};

const boot = 'import sys;exec(sys.stdin.buffer.read(int(sys.argv[1])))';
const startMs = 20_000;
const readBytes = 16 * 1024 * 1024;
// An answer to a read has the file in base64.
const spareBytes = 16 * 1024 * 1024;
const base64Bytes = (bytes: number): number => Math.ceil(bytes / 3) * 4;
/** What a shell may say by its start-up files before the agent begins. */
const noiseLines = 100;

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
  const program = readFileSync(new URL('./agent.py', import.meta.url));
  for (const interpreter of python === undefined ? ['python3'] : ['python3', python]) {
    const stream = await host.stream([interpreter, '-Ic', boot, String(program.length)], {as, readsStdin: true});
    stream.stdin.write(program);
    const conversation = new Conversation(stream);
    if (await conversation.hasBegun()) return agentOver(conversation);
  }
  throw new Problem('host.no-python', python === undefined ? 'python3' : `neither python3 nor ${python}`);
}

function agentOver(conversation: Conversation): Agent {
  return {
    async *scan(root, signal) {
      for await (const answer of conversation.ask({op: 'scan', root}, root, signal))
        yield expectShape(scanEvent, answer, root);
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
    close: () => conversation.close(),
  };
}

function expectShape<T extends v.GenericSchema>(schema: T, answer: unknown, subject: string): v.InferOutput<T> {
  const parsed = v.safeParse(schema, answer);
  if (parsed.success) return parsed.output;
  throw new Problem('host.agent-failed', oneLine(`${subject}: its answer has another shape than expected`, 500));
}

/** What only looks; anything else is marked in the activity. */
const looks: ReadonlySet<string> = new Set(['scan', 'read', 'volumes', 'pidfiles', 'tail', 'recent']);

type Request = {readonly op: string} & Readonly<Record<string, unknown>>;

/** Requests and answers over the streams of a running agent. */
class Conversation {
  readonly #stream: HostStream;
  readonly #requests = new Map<number, {readonly answers: EventEmitter; readonly deed: Watched | undefined}>();
  readonly #begun = Promise.withResolvers<boolean>();
  #last = 0;
  #over: Problem | undefined;
  #hasBegun = false;
  #noise = 0;

  constructor(stream: HostStream) {
    this.#stream = stream;
    stream.stdout.pipe(splitLines(base64Bytes(readBytes) + spareBytes)).on('data', (line: Line) => this.#hear(line));
    stream.ended.then(
      ({code, signal}) => this.#end(code, signal),
      error => this.#fail(error),
    );
  }

  /** False when the host has no such interpreter. */
  async hasBegun(): Promise<boolean> {
    const timer = setTimeout(() => {
      this.#fail(new Problem('host.timeout', `the agent did not start within ${startMs / 1000} s`));
      this.#stream.end();
    }, startMs);
    try {
      return await this.#begun.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a request and gives its answers as they come. Leaving early, or `signal`, stops it on the host, too. */
  async *ask(request: Request, subject: string, signal?: AbortSignal): AsyncGenerator<unknown> {
    signal?.throwIfAborted();
    if (this.#over) throw this.#over;
    const id = ++this.#last;
    // With a listener of its own for errors: one that comes after an abort has no other, and would be thrown.
    const answers = new EventEmitter().on('error', () => {});
    // Listens before anything can come.
    const heard = on(answers, 'message', {close: ['done'], ...(signal ? {signal} : {})});
    const deed = this.#stream.asked?.(`${request.op} ${subject}`, !looks.has(request.op));
    this.#requests.set(id, {answers, deed});
    this.#send({...request, id});
    let isOpen = true;
    answers.once('done', () => {
      isOpen = false;
      deed?.end({code: 0, signal: undefined});
    });
    try {
      for await (const [message] of heard) {
        const {answer, error} = message as AgentAnswer;
        if (error) throw asProblem(error, subject);
        yield answer;
      }
    } catch (error) {
      deed?.fail(error);
      // `on` wraps the reason.
      signal?.throwIfAborted();
      throw error;
    } finally {
      deed?.leave();
      this.#requests.delete(id);
      if (isOpen) this.#send({op: 'cancel', id});
    }
  }

  close(): void {
    this.#fail(new Problem('host.agent-failed', 'it was closed'));
    this.#stream.end();
  }

  #send(message: object): void {
    if (!this.#over) this.#stream.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #hear({text, isCut}: Line): void {
    const message = v.safeParse(v.pipe(v.string(), v.parseJson(), agentMessage), isCut ? '' : text);
    if (!message.success) {
      if (!this.#hasBegun && !isCut && !text.startsWith('{') && ++this.#noise <= noiseLines) return;
      const why = isCut ? 'its answer does not end: ' : 'it said: ';
      this.#fail(new Problem('host.agent-failed', why + oneLine(text.slice(0, 2000), 200)));
      this.#stream.end();
    } else if ('hello' in message.output) {
      this.#hasBegun = true;
      this.#begun.resolve(true);
    } else {
      const request = this.#requests.get(message.output.id);
      request?.deed?.count(text.length);
      if (message.output.done) {
        this.#requests.delete(message.output.id);
        request?.answers.emit('done');
      } else request?.answers.emit('message', message.output);
    }
  }

  #end(code: number | undefined, signal: string | undefined): void {
    const words = this.#stream.stderr();
    // By env, by a shell or by sudo.
    if (/(No such file or directory|command not found)\s*$/.test(words) && (code === 127 || code === 1)) {
      this.#begun.resolve(false);
    }
    const lines = words
      .split('\n')
      .map(line => oneLine(line))
      .filter(line => line !== '');
    const how = signal === undefined ? `exit code ${code}` : signal;
    this.#fail(
      new Problem('host.agent-failed', oneLine(`${lines.at(-1) ?? 'it ended'} (${how})`, 300), {
        lines: lines.slice(-10),
      }),
    );
  }

  #fail(problem: Problem): void {
    this.#over ??= problem;
    this.#begun.promise.catch(() => {});
    this.#begun.reject(problem);
    for (const {answers} of this.#requests.values()) answers.emit('error', problem);
    this.#requests.clear();
  }
}

const problemOf: Readonly<Record<string, 'host.file-missing' | 'host.file-denied'>> = {
  ENOENT: 'host.file-missing',
  ENOTDIR: 'host.file-missing',
  EACCES: 'host.file-denied',
  EPERM: 'host.file-denied',
};

function asProblem({errno, message}: {readonly errno: string; readonly message: string}, subject: string): Problem {
  const code = problemOf[errno];
  return new Problem(code ?? 'host.agent-failed', oneLine(code ? subject : `${subject}: ${message}`, 500));
}
