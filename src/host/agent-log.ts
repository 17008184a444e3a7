import * as v from 'valibot';
import {Problem} from '../problems/problem.ts';
import {oneLine} from '../text.ts';
import {expectShape} from './agent-answers.ts';
import type {Conversation} from './agent-conversation.ts';

/** Which lines are wanted: `at` is an offset at which a line begins; undefined is the start, or with `back` the end. */
export type LinesRequest = {
  readonly at: number | undefined;
  /** The lines before `at` in place of those from it on. */
  readonly back: boolean;
  readonly count: number;
  /** Only entries whose first line matches `keep`, with what belongs to them: the lines before the next that matches `begin`. */
  readonly filter?: {readonly keep: string; readonly begin: string};
};

export type SearchRequest = {
  readonly at: number | undefined;
  readonly back: boolean;
  readonly pattern: string;
  readonly isRegex: boolean;
  readonly ignoreCase: boolean;
};

/** Offsets are those of what is unpacked. The log goes on over a rotation: offsets of what was before stay good. */
export type AgentLog = {
  readonly realPath: string;
  /** Compressed: it is read where it is. */
  readonly isPacked: boolean;
  /** Of a filter, maybe fewer than there are: `end` (`start` with `back`) says how far was looked. */
  lines(request: LinesRequest, signal?: AbortSignal): Promise<LogLines>;
  /** How far was looked, now and then; at last where the line begins, or that there is none (`found` undefined). */
  search(request: SearchRequest, signal?: AbortSignal): AsyncIterable<SearchProgress>;
  /** How many lines are before the one at `at`, in the file that it is in. */
  number(at: number, signal?: AbortSignal): Promise<number>;
  /** Where the line begins that `number` lines are before. */
  offset(number: number, signal?: AbortSignal): Promise<number>;
  /** Where the first entry begins that is not older. `time` is a pattern with the groups of `timePattern`. */
  time(ms: number, time: string, signal?: AbortSignal): Promise<number>;
  /** Entries, warnings and errors over time, more exactly with each answer; the last `isDone`. */
  levels(request: LevelsRequest, signal?: AbortSignal): AsyncIterable<Levels>;
  /** Each time that something came, or another file took its place. Goes on until it is left. */
  watch(size: number, signal?: AbortSignal): AsyncIterable<{readonly size: number; readonly isRotated: boolean}>;
  close(): Promise<void>;
};

export type LevelsRequest = {
  readonly entry: string;
  readonly buckets: number;
  readonly firstMs?: number | undefined;
  readonly lastMs?: number | undefined;
};

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const maybe = v.pipe(
  v.nullable(v.number()),
  v.transform(value => value ?? undefined),
);

const logLines = v.object({
  /** Where it begins, its bytes with the line feed, its text (the beginning of a very long one), and the bytes of the whole text. */
  lines: v.array(v.tuple([count, count, v.string(), count])),
  start: count,
  end: count,
  isStart: v.boolean(),
  isEnd: v.boolean(),
  /** Undefined where it takes unpacking all to know it. */
  size: maybe,
});

export type LogLines = v.InferOutput<typeof logLines>;

const searchProgress = v.object({at: count, found: v.optional(v.nullable(count))});

export type SearchProgress = {readonly at: number; readonly found?: number; readonly isOver: boolean};

const levels = v.object({
  firstMs: maybe,
  lastMs: maybe,
  /** Entries, warnings, errors of equal spans from the first to the last time. */
  buckets: v.array(v.tuple([count, count, count])),
  /** Only parts of a very large log were looked at. */
  isSampled: v.boolean(),
  isDone: v.boolean(),
});

export type Levels = v.InferOutput<typeof levels>;

const opened = v.object({log: count, realPath: v.string(), isPacked: v.boolean()});
const grown = v.object({size: count, isRotated: v.boolean()});

/** The most text that one answer brings. */
const maxBytes = 1024 * 1024;
/** Bytes of a line that are given; of a longer one its beginning. */
export const longestLine = 64 * 1024;

/** Throws `host.file-missing`, `host.file-denied`, `host.file-damaged`, `host.no-zstd`. */
export async function openLog(conversation: Conversation, path: string, signal?: AbortSignal): Promise<AgentLog> {
  const one = async <T extends v.GenericSchema>(schema: T, request: {readonly op: string}, stop = signal) => {
    for await (const answer of conversation.ask(request, path, stop)) return expectShape(schema, answer, path);
    throw new Problem('host.agent-failed', oneLine(`${path}: it answered with nothing`, 500));
  };
  const {log, realPath, isPacked} = await one(opened, ask('log_open', {path}));
  return {
    realPath,
    isPacked,
    lines: ({at = null, back, count: wanted, filter}, stop) => {
      const {keep, begin} = filter ?? {keep: null, begin: null};
      return one(
        logLines,
        ask('log_lines', {log, at, back, count: wanted, keep, begin, maxBytes, lineBytes: longestLine}),
        stop,
      );
    },
    async *search({at = null, ...request}, stop) {
      for await (const answer of conversation.ask(ask('log_search', {log, at, ...request}), path, stop)) {
        const {at: reached, found} = expectShape(searchProgress, answer, path);
        yield {at: reached, isOver: found !== undefined, ...(typeof found === 'number' ? {found} : {})};
      }
    },
    number: async (at, stop) => (await one(v.object({number: count}), ask('log_number', {log, at}), stop)).number,
    offset: async (number, stop) => (await one(v.object({at: count}), ask('log_offset', {log, number}), stop)).at,
    time: async (ms, time, stop) => (await one(v.object({at: count}), ask('log_time', {log, ms, time}), stop)).at,
    async *levels({entry, buckets, firstMs = null, lastMs = null}, stop) {
      const request = ask('log_levels', {log, entry, buckets, firstMs, lastMs});
      for await (const answer of conversation.ask(request, path, stop)) yield expectShape(levels, answer, path);
    },
    async *watch(size, stop) {
      const request = ask('log_watch', {log, size});
      for await (const answer of conversation.ask(request, path, stop)) yield expectShape(grown, answer, path);
    },
    close: async () => {
      await one(v.object({}), ask('log_close', {log}));
    },
  };
}

const ask = (op: string, more: Readonly<Record<string, unknown>>) => ({op, ...more});
