import {randomBytes} from 'node:crypto';
import {appendFileSync, createReadStream, createWriteStream} from 'node:fs';
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {Transform} from 'node:stream';
import {finished} from 'node:stream/promises';
import {createGunzip, createGzip} from 'node:zlib';
import {splitLines} from '../host/lines.ts';
import {Problem} from '../problems/problem.ts';

/** Plans and results of this many clean-ups are kept. */
const keptPlans = 50;
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
    const path = join(this.#path, `${id}.result.jsonl`);
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

  /** The results that are kept, the newest first, each with what was said in its lines. */
  async results(): Promise<
    readonly {readonly id: string; readonly path: string; readonly lines: readonly unknown[]}[]
  > {
    const names = (await this.#names()).filter(name => name.endsWith('.result.jsonl')).toReversed();
    return Promise.all(
      names.slice(0, keptPlans).map(async name => {
        const path = join(this.#path, name);
        const text = await this.#within(() => readFile(path, 'utf8'));
        return {id: name.slice(0, -'.result.jsonl'.length), path, lines: text.split('\n').flatMap(parsed)};
      }),
    );
  }

  /** Throws away what is older than the newest fifty. */
  async prune(): Promise<void> {
    const names = await this.#names();
    const ids = [...new Set(names.map(name => name.split('.')[0] ?? name))].sort().toReversed();
    const old = new Set(ids.slice(keptPlans));
    await Promise.all(
      names.filter(name => old.has(name.split('.')[0] ?? name)).map(name => rm(join(this.#path, name), {force: true})),
    );
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

function newLineFile(path: string): LineFile {
  const gzip = createGzip({level: 1});
  const file = createWriteStream(path, {mode: 0o600, flags: 'wx'});
  gzip.pipe(file);
  // A failure is told by whoever waits for the end, or writes next.
  const written = finished(file);
  written.catch(error => gzip.destroy(error));
  gzip.on('error', () => {});
  let waiting = '';
  const flush = async () => {
    const text = waiting;
    waiting = '';
    if (gzip.errored) throw refusal(gzip.errored);
    if (gzip.write(text)) return;
    await Promise.race([new Promise<void>(resolve => gzip.once('drain', resolve)), written]).catch(error => {
      throw refusal(error);
    });
  };
  return {
    path,
    write: async value => {
      waiting += `${JSON.stringify(value)}\n`;
      if (waiting.length > chunkLength) await flush();
    },
    end: async () => {
      await flush();
      gzip.end();
      await written.catch(error => {
        throw refusal(error);
      });
    },
    read: () => linesOf(path),
    remove: () => rm(path, {force: true}),
  };
}

async function* linesOf(path: string): AsyncGenerator<unknown> {
  const source = createReadStream(path);
  const lines = source
    .pipe(createGunzip())
    .pipe(splitLines(longestLine))
    .pipe(
      new Transform({
        objectMode: true,
        transform: ({text}: {text: string}, _encoding, done) => done(null, JSON.parse(text)),
      }),
    );
  source.on('error', error => lines.destroy(refusal(error)));
  try {
    for await (const value of lines) yield value;
  } finally {
    source.destroy();
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
