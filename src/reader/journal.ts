import type {Levels} from '../host/agent-log.ts';
import type {Host} from '../host/host.ts';
import {chosenLines, followJournal, type JournalLine, lastLines} from '../units/journal.ts';
import {inheritLevels, type Level, type LogLine, readLine} from './line.ts';
import {levelPattern} from './patterns.ts';
import type {LogSource, LogWindow, ReadRequest, Wanted} from './source.ts';
import {levelsOf, passes} from './text.ts';

/** So many of the newest entries are counted over time: the journal keeps no counts of its own. */
const countedEntries = 5_000;
/** With a filter, so many entries are looked at for one window. */
const filteredPage = 2_000;

/** The journal of a unit. A position is a cursor of journald. */
export class JournalLog implements LogSource {
  readonly title: string;
  readonly #host: Host;
  readonly #unit: string;

  constructor(title: string, host: Host, unit: string) {
    this.title = title;
    this.#host = host;
    this.#unit = unit;
  }

  async begin(): Promise<'start' | 'end'> {
    return 'end';
  }

  async read({at, back, count, level}: ReadRequest, signal?: AbortSignal): Promise<LogWindow> {
    const wanted = level === 'all' ? count : filteredPage;
    const page = await this.#page(at, back, wanted, signal);
    const lines = inheritLevels(page.lines.map(logLine)).filter(line => passes(line, level));
    const shown = back ? lines.slice(-count) : lines.slice(0, count);
    const isAll = shown.length === lines.length;
    const first = page.lines.at(0)?.cursor ?? at ?? '';
    const last = page.next ?? page.lines.at(-1)?.cursor ?? at ?? '';
    return {
      lines: shown,
      start: isAll || !back ? first : (shown.at(0)?.at ?? first),
      end: isAll || back ? last : (shown.at(-1)?.at ?? last),
      isStart: back ? page.isOver && isAll : at === undefined,
      isEnd: back ? at === undefined : page.isOver && isAll,
    };
  }

  /** A window from a cursor on holds that entry, one before a cursor does not. */
  async #page(at: string | undefined, back: boolean, count: number, signal?: AbortSignal) {
    if (at === undefined && back) {
      const lines = await lastLines(this.#host, this.#unit, count, signal);
      return {lines, isOver: lines.length < count};
    }
    const options = at === undefined ? [] : [`--cursor=${at}`];
    const lines: JournalLine[] = [];
    let next: string | undefined;
    for await (const line of this.#lines([...options, ...(back ? ['-r'] : [])], signal)) {
      if (back && line.cursor === at) continue;
      if (lines.length === count) {
        next = line.cursor;
        break;
      }
      lines.push(line);
    }
    const isOver = next === undefined;
    if (back) return {lines: lines.reverse(), isOver};
    return {lines, isOver, next};
  }

  async find(wanted: Wanted, at: string | undefined, back: boolean, signal?: AbortSignal): Promise<string | undefined> {
    if (wanted !== 'error') return (await this.#first([grep(wanted)], at, back, signal))?.cursor;
    const [said, told] = await Promise.all([
      this.#first([`--grep=${levelPattern('error')}`, '--case-sensitive=yes'], at, back, signal),
      this.#first(['--priority=3'], at, back, signal),
    ]);
    if (said === undefined || told === undefined) return (said ?? told)?.cursor;
    return said.atMs < told.atMs !== back ? said.cursor : told.cursor;
  }

  /** The first entry that journalctl chooses behind a cursor, or before it. */
  async #first(
    options: readonly string[],
    at: string | undefined,
    back: boolean,
    signal?: AbortSignal,
  ): Promise<JournalLine | undefined> {
    const from = at === undefined ? [] : [`--cursor=${at}`];
    for await (const line of this.#lines([...from, ...options, ...(back ? ['-r'] : [])], signal)) {
      if (line.cursor !== at) return line;
    }
    return undefined;
  }

  async placeOfTime(ms: number, signal?: AbortSignal): Promise<string | undefined> {
    for await (const line of this.#lines([`--since=@${Math.ceil(ms / 1000)}`], signal)) return line.cursor;
    return undefined;
  }

  async placeOfNumber(): Promise<string | undefined> {
    return undefined;
  }

  async numberOf(): Promise<number | undefined> {
    return undefined;
  }

  async *levels(buckets: number, signal?: AbortSignal): AsyncGenerator<Levels> {
    const lines = await lastLines(this.#host, this.#unit, countedEntries, signal);
    yield levelsOf(inheritLevels(lines.map(logLine)), buckets, lines.length === countedEntries);
  }

  async *watch(signal: AbortSignal, onProblem: (problem: Error | undefined) => void): AsyncGenerator<void> {
    for await (const _ of followJournal(this.#host, this.#unit, {lines: 0, signal, onProblem})) yield;
  }

  close(): void {}

  async *#lines(options: readonly string[], signal?: AbortSignal): AsyncGenerator<JournalLine> {
    signal?.throwIfAborted();
    yield* chosenLines(this.#host, this.#unit, options, signal ?? new AbortController().signal);
    signal?.throwIfAborted();
  }
}

/** journald's own priority counts where the text says no level. */
function logLine({atMs, priority, text, cursor}: JournalLine): LogLine {
  const read = readLine(cursor, text);
  const belongs = read.atMs === undefined && /^\s|^Traceback |^\w+(\.\w+)*(Error|Exception)\b/.test(text);
  const level: Level | undefined =
    read.level ?? (priority <= 3 ? 'error' : priority === 4 ? 'warning' : belongs ? undefined : 'info');
  return level === undefined ? read : {...read, atMs, level};
}

function grep(wanted: Exclude<Wanted, 'error'>): string {
  // journalctl takes a pattern in lower case for one of any case.
  return `--grep=${wanted.isRegex ? wanted.text : wanted.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
}
