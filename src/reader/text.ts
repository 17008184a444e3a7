import type {Levels} from '../host/agent-log.ts';
import {inheritLevels, type Level, type LogLine, readLine} from './line.ts';
import type {LogSource, LogWindow, ReadRequest, Wanted} from './source.ts';

/** What came of a text, whole lines or not; `isOver`: nothing more will come. */
export type TextPart = {readonly text: string; readonly isOver: boolean};

const askEveryMs = 3_000;
const rank: Readonly<Record<Level, number>> = {debug: 0, info: 1, warning: 2, error: 3};

/** A log that comes as a text and is held here: that of a task by the API. A position is the index of a line. */
export class TextLog implements LogSource {
  readonly title: string;
  readonly #next: (signal?: AbortSignal) => Promise<TextPart>;
  #lines: readonly LogLine[] = [];
  #rest = '';
  #isOver = false;
  #first: Promise<void> | undefined;

  /** `next` gives what came since it was asked last. */
  constructor(title: string, next: (signal?: AbortSignal) => Promise<TextPart>) {
    this.title = title;
    this.#next = next;
  }

  async begin(): Promise<'start' | 'end'> {
    return 'end';
  }

  async read({at, back, count, level}: ReadRequest, signal?: AbortSignal): Promise<LogWindow> {
    await this.#begun(signal);
    const all = this.#lines.length;
    const from = at === undefined ? (back ? all : 0) : Math.min(Number(at), all);
    const lines: LogLine[] = [];
    let place = from;
    while (lines.length < count && (back ? place > 0 : place < all)) {
      const line = this.#lines[back ? place - 1 : place];
      if (line !== undefined && passes(line, level)) lines.push(line);
      place += back ? -1 : 1;
    }
    const [start, end] = back ? [place, from] : [from, place];
    if (back) lines.reverse();
    return {lines, start: String(start), end: String(end), isStart: start === 0, isEnd: end === all};
  }

  async find(wanted: Wanted, at: string | undefined, back: boolean, signal?: AbortSignal): Promise<string | undefined> {
    await this.#begun(signal);
    const matches = matcher(wanted);
    const all = this.#lines.length;
    for (let place = at === undefined ? (back ? all : -1) : Number(at); ; ) {
      place += back ? -1 : 1;
      const line = this.#lines[place];
      if (line === undefined) return undefined;
      if (matches(line)) return line.at;
    }
  }

  async placeOfTime(ms: number, signal?: AbortSignal): Promise<string | undefined> {
    await this.#begun(signal);
    return this.#lines.find(({atMs}) => atMs !== undefined && atMs >= ms)?.at;
  }

  async placeOfNumber(number: number): Promise<string | undefined> {
    return String(Math.max(0, number - 1));
  }

  async numberOf(at: string): Promise<number | undefined> {
    return Number(at);
  }

  async *levels(buckets: number, signal?: AbortSignal): AsyncGenerator<Levels> {
    await this.#begun(signal);
    yield levelsOf(this.#lines, buckets);
  }

  async *watch(signal: AbortSignal): AsyncGenerator<void> {
    await this.#begun(signal);
    while (!this.#isOver) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, askEveryMs);
        signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer);
            resolve();
          },
          {once: true},
        );
      });
      if (signal.aborted) return;
      const before = this.#lines.length;
      await this.#more(signal);
      if (this.#lines.length > before) yield;
    }
  }

  close(): void {}

  #begun(signal?: AbortSignal): Promise<void> {
    this.#first ??= this.#more(signal).catch(error => {
      this.#first = undefined;
      throw error;
    });
    return this.#first;
  }

  async #more(signal?: AbortSignal): Promise<void> {
    const {text, isOver} = await this.#next(signal);
    this.#isOver = isOver;
    const texts = (this.#rest + text).split('\n');
    this.#rest = texts.pop() ?? '';
    if (isOver && this.#rest !== '') texts.push(this.#rest);
    const start = this.#lines.length;
    const read = texts.map((line, index) => readLine(String(start + index), line));
    // The line before may be the one that these belong to.
    this.#lines = [...this.#lines, ...inheritLevels([...this.#lines.slice(-1), ...read]).slice(start === 0 ? 0 : 1)];
  }
}

export const passes = ({level}: LogLine, filter: 'all' | 'warning' | 'error'): boolean =>
  filter === 'all' || (level !== undefined && rank[level] >= rank[filter]);

/** Whether a line is what is looked for, where it is looked for here. */
export function matcher(wanted: Wanted): (line: LogLine) => boolean {
  if (wanted === 'error') return ({level, atMs}) => level === 'error' && atMs !== undefined;
  const {text, isRegex} = wanted;
  const ignoreCase = text === text.toLowerCase();
  if (isRegex) {
    const pattern = new RegExp(text, ignoreCase ? 'i' : '');
    return line => pattern.test(line.text);
  }
  return line => (ignoreCase ? line.text.toLowerCase() : line.text).includes(text);
}

/** Counts lines that are here. */
export function levelsOf(lines: readonly LogLine[], count: number, isSampled = false): Levels {
  const entries = lines.flatMap(({atMs, level}) => (atMs === undefined ? [] : [{atMs, level}]));
  const none = {firstMs: undefined, lastMs: undefined, buckets: [], isSampled, isDone: true};
  if (entries.length === 0) return none;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const {atMs} of entries) {
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  const buckets = Array.from({length: count}, (): [number, number, number] => [0, 0, 0]);
  for (const {atMs, level} of entries) {
    const bucket = buckets[Math.min(count - 1, Math.floor(((atMs - firstMs) / (lastMs - firstMs + 1)) * count))];
    if (bucket === undefined) continue;
    bucket[0] += 1;
    if (level === 'warning') bucket[1] += 1;
    if (level === 'error') bucket[2] += 1;
  }
  return {firstMs, lastMs, buckets, isSampled, isDone: true};
}
