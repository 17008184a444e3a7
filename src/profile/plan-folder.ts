import {randomBytes} from 'node:crypto';
import {appendFileSync, createReadStream} from 'node:fs';
import {mkdir, open, readdir, readFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream';
import {createGunzip, gzipSync} from 'node:zlib';
import {type Line, splitLines} from '../host/lines.ts';
import {Problem} from '../problems/problem.ts';

/** So many clean-ups are kept that were begun, each with its plan and its result. */
const keptResults = 50;
/** Of plans that nobody ran so many are kept, and what was written within the hour: somebody may be looking at it. */
const keptPlans = 10;
const keptMs = 3_600_000;
const resultEnding = '.result.jsonl';
const longestLine = 64 * 1024 * 1024;
const chunkLength = 64 * 1024;

/** What is written line by line, as JSON, compressed, and read again from its start. */
export type LineFile = {
  readonly path: string;
  write(value: unknown): Promise<void>;
  /** After it nothing can be written, and it can be read. */
  end(): Promise<void>;
  read(): AsyncIterable<unknown>;
  remove(): Promise<void>;
};

/** What a clean-up did so far, each line on the disk before the next thing is done. */
export type ResultFile = {
  readonly path: string;
  write(value: unknown): void;
  /** Writes after what may have been cut off in the middle of a line. */
  add(value: unknown): void;
};

/** A result by its first line; there may be many more. */
export type KeptResult = {
  readonly id: string;
  readonly path: string;
  /** Undefined where it is none. */
  readonly first: unknown;
  readonly lines: () => Promise<readonly unknown[]>;
};

/**
 * Where plans of clean-ups and their results are kept on this side: nothing is written on the host, which may have no room.
 * Only their owner may read them.
 */
export class PlanFolder {
  readonly #path: string;

  constructor(state: string) {
    this.#path = join(state, 'plans');
  }

  /** Throws `logs.state`. */
  async create(name: string): Promise<LineFile> {
    const path = join(this.#path, `${name}.jsonl.gz`);
    await this.#within(() => mkdir(this.#path, {recursive: true, mode: 0o700}));
    return this.#within(() => newLineFile(path));
  }

  /** A name for what belongs together, in the order of time. */
  newId(nowMs: number): string {
    return `${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`;
  }

  result(id: string): ResultFile {
    const path = join(this.#path, `${id}${resultEnding}`);
    const append = (text: string) => {
      try {
        appendFileSync(path, text, {mode: 0o600});
      } catch (error) {
        throw refusal(error);
      }
    };
    return {
      path,
      write: value => append(`${JSON.stringify(value)}\n`),
      add: value => append(`\n${JSON.stringify(value)}\n`),
    };
  }

  /** The results that are kept, the newest first. */
  async results(): Promise<readonly KeptResult[]> {
    const names = (await this.#names()).filter(name => name.endsWith(resultEnding)).toReversed();
    return Promise.all(
      names.slice(0, keptResults).map(async name => {
        const path = join(this.#path, name);
        const id = name.slice(0, -resultEnding.length);
        const first = await this.#within(() => beginningOf(path));
        const lines = async () => (await this.#within(() => readFile(path, 'utf8'))).split('\n').flatMap(parsed);
        return {id, path, first: parsed(first.split('\n')[0] ?? '')[0], lines};
      }),
    );
  }

  /** Throws away what is older than the newest; a plan without a result does not push out one that has it. */
  async prune(nowMs = Date.now()): Promise<void> {
    const names = await this.#names();
    const byId = Map.groupBy(names, name => name.slice(0, name.indexOf('.')));
    const newestFirst = [...byId].toSorted(([a], [b]) => (a < b ? 1 : -1));
    const hasResult = ([, own]: [string, string[]]) => own.some(name => name.endsWith(resultEnding));
    const run = newestFirst.filter(hasResult).slice(keptResults);
    const notRun = newestFirst.filter(each => !hasResult(each)).slice(keptPlans);
    await Promise.all([
      ...run.flatMap(([, own]) => own.map(name => this.#remove(name))),
      ...notRun.flatMap(([, own]) => own.map(name => this.#remove(name, nowMs - keptMs))),
    ]);
  }

  /** Where something was written to it since, it stays. */
  async #remove(name: string, beforeMs = Number.POSITIVE_INFINITY): Promise<void> {
    const path = join(this.#path, name);
    await this.#within(async () => {
      const written = await stat(path).catch(() => undefined);
      if (written !== undefined && written.mtimeMs < beforeMs) await rm(path, {force: true});
    });
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#path)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw refusal(error);
    }
  }

  async #within<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw refusal(error);
    }
  }
}

/** Parts that are compressed each for itself are one file of gzip together. */
async function newLineFile(path: string): Promise<LineFile> {
  const file = await open(path, 'wx', 0o600);
  let waiting: string[] = [];
  let length = 0;
  const flush = async () => {
    const text = waiting.join('');
    waiting = [];
    length = 0;
    try {
      await file.write(gzipSync(text, {level: 1}));
    } catch (error) {
      throw refusal(error);
    }
  };
  return {
    path,
    write: async value => {
      const line = `${JSON.stringify(value)}\n`;
      waiting.push(line);
      length += line.length;
      if (length > chunkLength) await flush();
    },
    end: async () => {
      try {
        await flush();
      } finally {
        await file.close();
      }
    },
    read: () => linesOf(path),
    remove: () => rm(path, {force: true}),
  };
}

async function* linesOf(path: string): AsyncGenerator<unknown> {
  // A failure anywhere is that of the last one, which is read here.
  const lines = pipeline(createReadStream(path), createGunzip(), splitLines(longestLine), () => {});
  try {
    for await (const {text} of lines as AsyncIterable<Line>) yield JSON.parse(text);
  } catch (error) {
    throw refusal(error);
  }
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const {buffer, bytesRead} = await file.read({buffer: Buffer.alloc(chunkLength)});
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function parsed(line: string): unknown[] {
  try {
    return line === '' ? [] : [JSON.parse(line)];
  } catch {
    // The last line of what was killed while it wrote.
    return [];
  }
}

function refusal(error: unknown): Error {
  if (error instanceof Error && 'syscall' in error) return new Problem('logs.state', error.message);
  return error instanceof Error ? error : new Error(String(error));
}
