import * as v from 'valibot';
import type {Levels} from '../host/agent-log.ts';
import type {LogLine} from './line.ts';
import type {LogSource, LogWindow, ReadRequest, Wanted} from './source.ts';
import {matcher} from './text.ts';

/** A log with the word that its lines are marked by. */
export type NamedLog = {readonly name: string; readonly source: LogSource};

/** For each log its last line before a place; null where none is. */
type Before = readonly (string | null)[];

const position = v.pipe(v.string(), v.parseJson(), v.tuple([v.number(), v.string(), v.array(v.nullable(v.string()))]));

/** Lines of one log with the time that each counts as: without one of its own, that of the line before. */
type Page = {readonly lines: readonly (LogLine & {readonly whenMs: number})[]; readonly isAll: boolean};

/** Several logs by time. A position names a line and, for each log, the last line before it; so any window can begin there. */
export class MergedLog implements LogSource {
  readonly title: string;
  readonly #logs: readonly NamedLog[];

  constructor(title: string, logs: readonly NamedLog[]) {
    this.title = title;
    this.#logs = logs;
  }

  async begin(): Promise<'start' | 'end'> {
    return 'end';
  }

  async read({at, back, count, level}: ReadRequest, signal?: AbortSignal): Promise<LogWindow> {
    const before = at === undefined ? undefined : placeOf(at).before;
    const pages = await this.#each(async (source, index) => {
      const last = before?.[index];
      if (!back) {
        const read = await source.read({at: last ?? undefined, back: false, count: count + 1, level}, signal);
        const lines = read.lines[0]?.at === last ? read.lines.slice(1) : read.lines;
        return timed(lines, read.isEnd);
      }
      if (last === null) return timed([], true);
      const read = await source.read({at: last, back: true, count: count + 1, level}, signal);
      const own = last === undefined ? [] : (await source.read({at: last, back: false, count: 1, level}, signal)).lines;
      return timed([...read.lines, ...own.filter(line => line.at === last)], read.isStart);
    });
    return back ? this.#backward(pages, count, at) : this.#forward(pages, count, before, at);
  }

  #forward(pages: readonly Page[], count: number, before: Before | undefined, at: string | undefined): LogWindow {
    const taken = pages.map(() => 0);
    const last = pages.map((_, index) => before?.[index] ?? null);
    const lines: LogLine[] = [];
    while (lines.length < count) {
      // What is not read yet may come before.
      if (pages.some(({lines: own, isAll}, index) => taken[index] === own.length && !isAll)) break;
      const next = least(pages.map(({lines: own}, index) => own[taken[index] ?? 0]?.whenMs));
      const line = next === undefined ? undefined : pages[next]?.lines[taken[next] ?? 0];
      if (next === undefined || line === undefined) break;
      lines.push(this.#marked(line, next, last));
      taken[next] = (taken[next] ?? 0) + 1;
      last[next] = line.at;
    }
    const isEnd = pages.every(({lines: own, isAll}, index) => isAll && taken[index] === own.length);
    return {
      lines,
      start: lines[0]?.at ?? at ?? '',
      end: lines.at(-1)?.at ?? at ?? '',
      isStart: last.length === 0 || (before ?? [null]).every(each => each === null),
      isEnd,
    };
  }

  #backward(pages: readonly Page[], count: number, at: string | undefined): LogWindow {
    const left = pages.map(({lines}) => lines.length);
    const lines: LogLine[] = [];
    while (lines.length < count) {
      // The first of a page is not taken: what is before it is not known.
      if (pages.some(({isAll}, index) => !isAll && (left[index] ?? 0) <= 1)) break;
      const next = greatest(pages.map(({lines: own}, index) => own[(left[index] ?? 0) - 1]?.whenMs));
      const line = next === undefined ? undefined : pages[next]?.lines[(left[next] ?? 0) - 1];
      if (next === undefined || line === undefined) break;
      left[next] = (left[next] ?? 0) - 1;
      const before = pages.map(({lines: own}, index) => own[(left[index] ?? 0) - 1]?.at ?? null);
      lines.unshift(this.#marked(line, next, before));
    }
    const isStart = left.every(count => count === 0) && pages.every(({isAll}) => isAll);
    return {
      lines,
      start: lines[0]?.at ?? at ?? '',
      end: at ?? lines.at(-1)?.at ?? '',
      isStart,
      isEnd: at === undefined,
    };
  }

  #marked({whenMs: _, ...line}: Page['lines'][number], index: number, before: Before): LogLine {
    return {...line, at: JSON.stringify([index, line.at, before]), from: this.#logs[index]?.name ?? ''};
  }

  async find(wanted: Wanted, at: string | undefined, back: boolean, signal?: AbortSignal): Promise<string | undefined> {
    const place = at === undefined ? undefined : placeOf(at);
    const found = await this.#each(async (source, index) => {
      if (place === undefined) return source.find(wanted, undefined, back, signal);
      if (index === place.index) return source.find(wanted, place.own, back, signal);
      const last = place.before[index];
      if (last === null || last === undefined) return back ? undefined : source.find(wanted, undefined, back, signal);
      if (back) {
        const [line] = (await source.read({at: last, back: false, count: 1, level: 'all'}, signal)).lines;
        if (line !== undefined && matcher(wanted)(line)) return line.at;
      }
      return source.find(wanted, last, back, signal);
    });
    const times = await this.#each(async (source, index) => {
      const own = found[index];
      if (own === undefined) return undefined;
      return (await source.read({at: own, back: false, count: 1, level: 'all'}, signal)).lines[0]?.atMs ?? 0;
    });
    const index = back ? greatest(times) : least(times);
    const own = index === undefined ? undefined : found[index];
    if (index === undefined || own === undefined) return undefined;
    return this.#place(index, own, times[index] ?? 0, signal);
  }

  async placeOfTime(ms: number, signal?: AbortSignal): Promise<string | undefined> {
    const places = await this.#each(source => source.placeOfTime(ms, signal));
    const times = await this.#each(async (source, index) => {
      const own = places[index];
      if (own === undefined) return undefined;
      return (await source.read({at: own, back: false, count: 1, level: 'all'}, signal)).lines[0]?.atMs;
    });
    const index = least(times);
    const own = index === undefined ? undefined : places[index];
    return index === undefined || own === undefined ? undefined : this.#place(index, own, times[index] ?? ms, signal);
  }

  /** A line of one log, among those of the others by time. */
  async #place(index: number, own: string, ms: number, signal?: AbortSignal): Promise<string> {
    const before = await this.#each(async (source, each) => {
      const at = each === index ? own : await source.placeOfTime(ms, signal);
      const {lines} = await source.read({at, back: true, count: 1, level: 'all'}, signal);
      return lines.at(-1)?.at ?? null;
    });
    return JSON.stringify([index, own, before]);
  }

  async placeOfNumber(): Promise<string | undefined> {
    return undefined;
  }

  async numberOf(): Promise<number | undefined> {
    return undefined;
  }

  async *levels(buckets: number, signal?: AbortSignal): AsyncGenerator<Levels> {
    const counted = await this.#each(async source => {
      let last: Levels | undefined;
      for await (const levels of source.levels(buckets, signal)) last = levels;
      return last;
    });
    const known = counted.flatMap(each =>
      each?.firstMs === undefined || each.lastMs === undefined
        ? []
        : [{...each, firstMs: each.firstMs, lastMs: each.lastMs}],
    );
    if (known.length === 0) return;
    const firstMs = Math.min(...known.map(each => each.firstMs));
    const lastMs = Math.max(...known.map(each => each.lastMs));
    const sums = Array.from({length: buckets}, (): [number, number, number] => [0, 0, 0]);
    for (const each of known) {
      for (const [index, amounts] of each.buckets.entries()) {
        const ms = each.firstMs + ((index + 0.5) / each.buckets.length) * (each.lastMs - each.firstMs);
        const sum = sums[Math.min(buckets - 1, Math.floor(((ms - firstMs) / (lastMs - firstMs + 1)) * buckets))];
        if (sum !== undefined) for (const place of [0, 1, 2] as const) sum[place] += amounts[place];
      }
    }
    yield {firstMs, lastMs, buckets: sums, isSampled: known.some(each => each.isSampled), isDone: true};
  }

  async *watch(signal: AbortSignal, onProblem: (problem: Error | undefined) => void): AsyncGenerator<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    let news = Promise.withResolvers<void>();
    let running = this.#logs.length;
    let failure: unknown;
    for (const {source} of this.#logs) {
      void (async () => {
        for await (const _ of source.watch(both, onProblem)) news.resolve();
      })()
        .catch(error => {
          failure ??= error;
        })
        .finally(() => {
          running -= 1;
          news.resolve();
        });
    }
    try {
      while (running > 0) {
        await news.promise;
        news = Promise.withResolvers<void>();
        if (failure !== undefined) throw failure;
        if (signal.aborted) return;
        yield;
      }
    } finally {
      stop.abort();
    }
  }

  close(): void {
    for (const {source} of this.#logs) source.close();
  }

  #each<T>(work: (source: LogSource, index: number) => Promise<T>): Promise<readonly T[]> {
    return Promise.all(this.#logs.map(({source}, index) => work(source, index)));
  }
}

function placeOf(at: string): {readonly index: number; readonly own: string; readonly before: Before} {
  const [index, own, before] = v.parse(position, at);
  return {index, own, before};
}

function timed(lines: readonly LogLine[], isAll: boolean): Page {
  let whenMs = lines.find(({atMs}) => atMs !== undefined)?.atMs ?? 0;
  const own = lines.map(line => {
    whenMs = line.atMs ?? whenMs;
    return {...line, whenMs};
  });
  return {lines: own, isAll};
}

/** The index of the smallest that is there, the first of equals. */
function least(values: readonly (number | undefined)[]): number | undefined {
  let found: number | undefined;
  for (const [index, value] of values.entries()) {
    const best = found === undefined ? undefined : values[found];
    if (value !== undefined && (best === undefined || value < best)) found = index;
  }
  return found;
}

/** The index of the greatest, the last of equals. */
function greatest(values: readonly (number | undefined)[]): number | undefined {
  let found: number | undefined;
  for (const [index, value] of values.entries()) {
    const best = found === undefined ? undefined : values[found];
    if (value !== undefined && (best === undefined || value >= best)) found = index;
  }
  return found;
}
