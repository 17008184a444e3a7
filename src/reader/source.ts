import type {Levels} from '../host/agent-log.ts';
import type {LogLine} from './line.ts';

/** Which entries are shown: all, or those of at least a level with the lines that belong to them. */
export type LevelFilter = 'all' | 'warning' | 'error';

export type ReadRequest = {
  /** Where a line begins, as a line of the same source says it. Undefined: the start, or with `back` the end. */
  readonly at: string | undefined;
  /** The lines before `at` in place of those from it on. */
  readonly back: boolean;
  readonly count: number;
  readonly level: LevelFilter;
};

/** Consecutive lines. `end` is where the next one begins, and `start` where the first does; with a filter, how far was looked. */
export type LogWindow = {
  readonly lines: readonly LogLine[];
  readonly start: string;
  readonly end: string;
  readonly isStart: boolean;
  readonly isEnd: boolean;
};

/** `error`: the next entry that is an error. A regular expression or plain text otherwise; lower case finds upper case, too. */
export type Wanted = {readonly text: string; readonly isRegex: boolean} | 'error';

/** A log that is read in windows, wherever it is. Throws `Problem`. */
export interface LogSource {
  /** "Journal of scheduler on af-1". */
  readonly title: string;
  /** Where somebody begins to read: what is compressed has its end far away. */
  begin(): Promise<'start' | 'end'>;
  read(request: ReadRequest, signal?: AbortSignal): Promise<LogWindow>;
  /**
   * Where the next line begins that matches, behind the one at `at` (before it, with `back`); undefined where there is none.
   * Where the log is on a host, it is searched there.
   */
  find(wanted: Wanted, at: string | undefined, back: boolean, signal?: AbortSignal): Promise<string | undefined>;
  /** Where the first entry begins that is not older; undefined where all are. */
  placeOfTime(ms: number, signal?: AbortSignal): Promise<string | undefined>;
  /** Where the line with this number begins (the first is 1); undefined where lines are not counted. */
  placeOfNumber(number: number, signal?: AbortSignal): Promise<string | undefined>;
  /** How many lines are before; undefined where lines are not counted. */
  numberOf(at: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Entries, warnings and errors over time, more exactly with each. */
  levels(buckets: number, signal?: AbortSignal): AsyncIterable<Levels>;
  /** Each time that lines may have come. Goes on until `signal`; throws what cannot heal by itself. */
  watch(signal: AbortSignal, onProblem: (problem: Error | undefined) => void): AsyncIterable<void>;
  close(): void;
}
