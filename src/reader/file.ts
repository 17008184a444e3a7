import {setTimeout as wait} from 'node:timers/promises';
import {type AgentLog, type Levels, longestLine} from '../host/agent-log.ts';
import {Problem} from '../problems/problem.ts';
import {inheritLevels, readLine} from './line.ts';
import {entryPattern, levelPattern, timePattern} from './patterns.ts';
import type {LogSource, LogWindow, ReadRequest, Wanted} from './source.ts';

/** A log that was opened, and what ends all that it needs. */
export type OpenedLog = {readonly log: AgentLog; close(): void};

/** After these the file is opened again. */
const heals: ReadonlySet<string> = new Set(['host.lost', 'host.unreachable', 'host.timeout', 'host.agent-failed']);

/** A file on a host, plain or compressed. A position is the offset of a line. Opened when first needed, and again after a loss. */
export class FileLog implements LogSource {
  readonly title: string;
  readonly #open: () => Promise<OpenedLog>;
  #opened: Promise<OpenedLog> | undefined;

  constructor(title: string, open: () => Promise<OpenedLog>) {
    this.title = title;
    this.#open = open;
  }

  begin(): Promise<'start' | 'end'> {
    return this.#with(async log => (log.isPacked ? 'start' : 'end'));
  }

  read({at, back, count, level}: ReadRequest, signal?: AbortSignal): Promise<LogWindow> {
    const filter = level === 'all' ? {} : {filter: {keep: levelPattern(level), begin: timePattern}};
    return this.#with(async log => {
      let found = await log.lines({at: offsetOf(at), back, count, ...filter}, signal);
      // A filter says how far it looked when its time is over.
      while (found.lines.length === 0 && !(back ? found.isStart : found.isEnd)) {
        found = await log.lines({at: back ? found.start : found.end, back, count, ...filter}, signal);
      }
      const lines = found.lines.map(([offset, , text, whole]) =>
        readLine(String(offset), text.replace(/\r$/, ''), whole > longestLine ? whole : undefined),
      );
      const {start, end, isStart, isEnd} = found;
      return {lines: inheritLevels(lines), start: String(start), end: String(end), isStart, isEnd};
    });
  }

  find(wanted: Wanted, at: string | undefined, back: boolean, signal?: AbortSignal): Promise<string | undefined> {
    return this.#with(async log => {
      const from = back ? offsetOf(at) : await this.#behind(log, at, signal);
      const pattern =
        wanted === 'error'
          ? {pattern: levelPattern('error'), isRegex: true, ignoreCase: false}
          : {pattern: wanted.text, isRegex: wanted.isRegex, ignoreCase: wanted.text === wanted.text.toLowerCase()};
      for await (const {found, isOver} of log.search({at: from, back, ...pattern}, signal)) {
        if (isOver) return found === undefined ? undefined : String(found);
      }
      return undefined;
    });
  }

  async #behind(log: AgentLog, at: string | undefined, signal?: AbortSignal): Promise<number | undefined> {
    if (at === undefined) return undefined;
    return (await log.lines({at: offsetOf(at), back: false, count: 1}, signal)).end;
  }

  placeOfTime(ms: number, signal?: AbortSignal): Promise<string | undefined> {
    return this.#with(async log => String(await log.time(ms, timePattern, signal)));
  }

  placeOfNumber(number: number, signal?: AbortSignal): Promise<string | undefined> {
    return this.#with(async log => String(await log.offset(Math.max(0, number - 1), signal)));
  }

  numberOf(at: string, signal?: AbortSignal): Promise<number | undefined> {
    return this.#with(log => log.number(Number(at), signal));
  }

  async *levels(buckets: number, signal?: AbortSignal): AsyncGenerator<Levels> {
    const {log} = await this.#log();
    yield* log.levels({entry: entryPattern, buckets}, signal);
  }

  async *watch(signal: AbortSignal, onProblem: (problem: Error | undefined) => void): AsyncGenerator<void> {
    let failures = 0;
    for (let size = 0; !signal.aborted; ) {
      try {
        const {log} = await this.#log();
        if (failures > 0) yield;
        if (log.isPacked) return;
        for await (const grown of log.watch(size, signal)) {
          if (failures > 0) onProblem(undefined);
          failures = 0;
          size = grown.size;
          yield;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Problem) || !heals.has(error.code)) throw error;
        this.#forget();
        onProblem(error);
        failures += 1;
        await wait(Math.min(30_000, 500 * 2 ** Math.min(failures, 6)), undefined, {signal, ref: false}).catch(() => {});
      }
    }
  }

  close(): void {
    this.#forget();
  }

  async #with<T>(use: (log: AgentLog) => Promise<T>): Promise<T> {
    try {
      return await use((await this.#log()).log);
    } catch (error) {
      if (error instanceof Problem && heals.has(error.code)) this.#forget();
      throw error;
    }
  }

  #log(): Promise<OpenedLog> {
    this.#opened ??= this.#open().catch(error => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  #forget(): void {
    this.#opened?.then(
      ({close}) => close(),
      () => {},
    );
    this.#opened = undefined;
  }
}

const offsetOf = (at: string | undefined): number | undefined => (at === undefined ? undefined : Number(at));
