import {EventEmitter, on} from 'node:events';
import type {Transform} from 'node:stream';
import * as v from 'valibot';
import type {ProblemCode} from '../problems/index.ts';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {type AgentAnswer, agentMessage} from './agent-answers.ts';
import type {HostStream} from './host.ts';
import {type Line, splitLines} from './lines.ts';
import type {Watched} from './watched.ts';

const startMs = 20_000;
/** The most of a file that one answer brings. */
export const readBytes = 16 * 1024 * 1024;
// An answer to a read has the file in base64.
const spareBytes = 16 * 1024 * 1024;
const base64Bytes = (bytes: number): number => Math.ceil(bytes / 3) * 4;
/** What a shell may say by its start-up files before the agent begins. */
const noiseLines = 100;

/** What does more than look: it is marked in the activity. */
const changing: ReadonlySet<string> = new Set(['delete', 'store_write', 'store_remove', 'place', 'remove_file']);

type Request = {readonly op: string} & Readonly<Record<string, unknown>>;

/** Requests and answers over the streams of a running agent. */
export class Conversation {
  readonly #stream: HostStream;
  readonly #lines: Transform;
  readonly #requests = new Map<number, {readonly answers: EventEmitter; readonly deed: Watched | undefined}>();
  readonly #begun = Promise.withResolvers<boolean>();
  #last = 0;
  #over: Problem | undefined;
  #hasBegun = false;
  #noise = 0;

  constructor(stream: HostStream) {
    this.#stream = stream;
    this.#lines = stream.stdout.pipe(splitLines(base64Bytes(readBytes) + spareBytes));
    this.#lines.on('data', (line: Line) => this.#hear(line));
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

  /**
   * Sends a request and gives its answers as they come. Leaving early, or `signal`, stops it on the host, too. With `most` the
   * agent waits, whatever it does, while so many answers are not taken: then nothing else may be asked of it meanwhile.
   */
  async *ask(request: Request, subject: string, signal?: AbortSignal, most?: number): AsyncGenerator<unknown> {
    signal?.throwIfAborted();
    if (this.#over) throw this.#over;
    const id = ++this.#last;
    // With a listener of its own for errors: one that comes after an abort has no other, and would be thrown.
    const answers = Object.assign(new EventEmitter(), {
      pause: () => this.#lines.pause(),
      resume: () => this.#lines.resume(),
    }).on('error', () => {});
    // Listens before anything can come.
    const limit = most === undefined ? {} : {highWaterMark: most, lowWaterMark: 1};
    const heard = on(answers, 'message', {close: ['done'], ...limit, ...(signal ? {signal} : {})});
    const deed = this.#stream.asked?.(`${request.op} ${subject}`, changing.has(request.op) || 'into' in request);
    this.#requests.set(id, {answers, deed});
    this.#send({...request, id});
    let isOpen = true;
    let hasAnswer = false;
    answers.once('done', () => {
      isOpen = false;
      deed?.end({code: 0, signal: undefined});
    });
    try {
      for await (const [message] of heard) {
        const {answer, error} = message as AgentAnswer;
        if (error) throw asProblem(error, subject);
        hasAnswer = true;
        yield answer;
      }
    } catch (error) {
      deed?.fail(error);
      // `on` wraps the reason.
      signal?.throwIfAborted();
      throw error;
    } finally {
      // Who has the one answer that it wants leaves before the end is told.
      if (hasAnswer && !signal?.aborted) deed?.end({code: 0, signal: undefined});
      else deed?.leave();
      this.#requests.delete(id);
      if (most !== undefined) this.#lines.resume();
      if (isOpen) this.#send({op: 'cancel', id});
    }
  }

  /** Says something to what runs: nothing is answered, and no activity notes it. */
  tell(request: Request): void {
    this.#send({...request, id: ++this.#last});
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

const problemOf: Readonly<Record<string, ProblemCode>> = {
  ENOENT: 'host.file-missing',
  ENOTDIR: 'host.file-missing',
  EACCES: 'host.file-denied',
  EPERM: 'host.file-denied',
  EBADMSG: 'host.file-damaged',
  EPROTONOSUPPORT: 'host.no-zstd',
  EILSEQ: 'reader.bad-pattern',
  ETIMEDOUT: 'reader.slow-pattern',
  ENOSPC: 'store.full',
  EDQUOT: 'store.full',
  EROFS: 'store.denied',
  EXDEV: 'archive.in-logs',
};

/** Those whose words say more than the path. */
const telling: ReadonlySet<ProblemCode | undefined> = new Set([undefined, 'host.file-damaged', 'reader.bad-pattern']);

function asProblem({errno, message}: {readonly errno: string; readonly message: string}, subject: string): Problem {
  const code = problemOf[errno];
  return new Problem(code ?? 'host.agent-failed', oneLine(telling.has(code) ? `${subject}: ${message}` : subject, 500));
}

/** Throws `host.agent-failed` where the answer is not what was asked for. */
export function expectShape<T extends v.GenericSchema>(schema: T, answer: unknown, subject: string): v.InferOutput<T> {
  const parsed = v.safeParse(schema, answer);
  if (parsed.success) return parsed.output;
  throw new Problem('host.agent-failed', oneLine(`${subject}: its answer has another shape than expected`, 500));
}
