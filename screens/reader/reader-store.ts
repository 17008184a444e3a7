import {createStore, type StoreApi} from 'zustand/vanilla';
import {expectProblem, type Problem} from '../../src/problems/problem.ts';
import type {LogLine} from '../../src/reader/line.ts';
import type {LevelFilter, LogSource, LogWindow, Wanted} from '../../src/reader/source.ts';
import type {When} from '../../src/reader/when.ts';
import {type Look, rowsOf} from './rows.ts';

/** So many lines are asked for at once, and kept in all: the rest is where it is. */
const page = 500;
const most = 4_000;
/** Nearer than this to what is not loaded, it is asked for. */
const margin = 250;

export type ReaderState = {
  readonly lines: readonly LogLine[];
  /** The first line of the log is the first of `lines`, the last the last. */
  readonly isStart: boolean;
  readonly isEnd: boolean;
  readonly cursor: number;
  readonly top: number;
  readonly following: boolean;
  /** Lines may still come. */
  readonly live: boolean;
  readonly wraps: boolean;
  readonly raw: boolean;
  readonly level: LevelFilter;
  /** What takes its time. */
  readonly busy: string | undefined;
  readonly problem: Problem | undefined;
  readonly wanted: Wanted | undefined;
};

const empty: ReaderState = {
  lines: [],
  isStart: false,
  isEnd: false,
  cursor: 0,
  top: 0,
  following: false,
  live: true,
  wraps: false,
  raw: false,
  level: 'all',
  busy: 'Reading …',
  problem: undefined,
  wanted: undefined,
};

/** Some lines of a log around a cursor; more are asked for before they are needed. */
export class ReaderStore {
  readonly state: StoreApi<ReaderState> = createStore<ReaderState>(() => empty);
  readonly source: LogSource;
  readonly #say: (text: string) => void;
  #jump = new AbortController();
  #extending: {before?: Promise<void> | undefined; after?: Promise<void> | undefined} = {};
  #owed = 0;
  #rows = 20;
  #look: Look = {columns: 80, wraps: false, raw: false, ascii: false};

  constructor(source: LogSource, say: (text: string) => void) {
    this.source = source;
    this.#say = say;
  }

  /** Reads until `signal`, and follows. */
  async open(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#jump.abort(), {once: true});
    await this.#go('Reading …', async stop => {
      if ((await this.source.begin()) === 'start') await this.#show(undefined, false, stop);
      else await this.#show(undefined, true, stop);
    });
    try {
      for await (const _ of this.source.watch(signal, problem => this.#problem(problem))) await this.#news(signal);
      if (!signal.aborted) this.#set({live: false, following: false});
    } catch (error) {
      if (!signal.aborted) this.#set({problem: expectProblem(error), live: false, following: false});
    }
  }

  setSize(columns: number, rows: number, ascii: boolean): void {
    this.#rows = Math.max(1, rows);
    this.#look = {...this.#look, columns, ascii};
    this.#set({});
  }

  get look(): Look {
    return this.#look;
  }

  line(): LogLine | undefined {
    const {lines, cursor} = this.#state;
    return lines[cursor];
  }

  move(by: number): void {
    const {cursor, lines, isStart, isEnd} = this.#state;
    const wanted = cursor + by;
    const target = Math.max(0, Math.min(lines.length - 1, wanted));
    // What is not loaded yet is gone to when it is.
    this.#owed = (wanted > target && !isEnd) || (wanted < target && !isStart) ? wanted - target : 0;
    this.#moveTo(target);
  }

  movePages(pages: number): void {
    const {top, lines} = this.#state;
    let rows = 0;
    let shown = 0;
    while (top + shown < lines.length && rows < this.#rows) rows += this.#height(top + shown++);
    this.move(Math.sign(pages) * Math.max(1, Math.floor(Math.abs(pages) * Math.max(1, shown - 1))));
  }

  first(): void {
    this.#owed = 0;
    if (this.#state.isStart) this.#moveTo(0);
    else void this.#go('Going to the start …', stop => this.#show(undefined, false, stop));
  }

  last(): void {
    this.#owed = 0;
    if (this.#state.isEnd) this.#moveTo(this.#state.lines.length - 1);
    else void this.#go('Going to the end …', stop => this.#show(undefined, true, stop));
  }

  follow(): void {
    if (this.#state.following) this.#set({following: false});
    else this.last();
  }

  /** All, warnings and errors, errors. */
  nextLevel(): void {
    const levels = ['all', 'warning', 'error'] as const;
    const level = levels[(levels.indexOf(this.#state.level) + 1) % levels.length] ?? 'all';
    const at = this.line()?.at;
    this.#set({level});
    void this.#go('Reading …', stop => (at === undefined ? this.#show(undefined, true, stop) : this.#around(at, stop)));
  }

  toggle(what: 'wraps' | 'raw'): void {
    this.#look = {...this.#look, [what]: !this.#look[what]};
    this.#set({[what]: this.#look[what]});
  }

  search(wanted: Wanted, back: boolean): void {
    if (wanted !== 'error') this.#set({wanted});
    void this.#go(wanted === 'error' ? 'Looking for an error …' : 'Searching …', async stop => {
      const found = await this.source.find(wanted, this.line()?.at, back, stop);
      if (found !== undefined) return this.#around(found, stop);
      const what = wanted === 'error' ? 'error' : 'match';
      const other = wanted === 'error' ? (back ? 'e' : 'E') : back ? 'n' : 'N';
      this.#say(`No ${what} ${back ? 'before' : 'after'} this line. ${other} looks ${back ? 'after' : 'before'} it.`);
    });
  }

  goTo(when: When): void {
    void this.#go('Going there …', async stop => {
      const place =
        'ms' in when ? await this.source.placeOfTime(when.ms, stop) : await this.source.placeOfNumber(when.line, stop);
      if (place !== undefined) return this.#around(place, stop);
      if ('line' in when) this.#say('The journal does not count its lines.');
      else await this.#show(undefined, true, stop);
    });
  }

  /** Ends what takes its time. False where nothing does. */
  cancel(): boolean {
    if (this.#state.busy === undefined) return false;
    this.#jump.abort();
    this.#set({busy: undefined});
    return true;
  }

  /** Something that takes its time and can be cancelled. */
  async during(busy: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await this.#go(busy, work);
  }

  get #state(): ReaderState {
    return this.state.getState();
  }

  async #go(busy: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#jump.abort();
    const jump = new AbortController();
    this.#jump = jump;
    this.#set({busy});
    try {
      await work(jump.signal);
      if (!jump.signal.aborted) this.#set({busy: undefined, problem: undefined});
    } catch (error) {
      if (jump.signal.aborted) return;
      this.#set({busy: undefined, problem: expectProblem(error)});
    }
  }

  async #show(at: string | undefined, back: boolean, signal: AbortSignal): Promise<void> {
    const found = await this.source.read({at, back, count: page, level: this.#state.level}, signal);
    signal.throwIfAborted();
    this.#put(found, back ? found.lines.length - 1 : 0);
  }

  /** The line at a place, with what is before and after it. */
  async #around(at: string, signal: AbortSignal): Promise<void> {
    const {level} = this.#state;
    const [before, after] = await Promise.all([
      this.source.read({at, back: true, count: page / 2, level}, signal),
      this.source.read({at, back: false, count: page, level}, signal),
    ]);
    signal.throwIfAborted();
    const whole = {...after, lines: [...before.lines, ...after.lines], start: before.start, isStart: before.isStart};
    this.#put(whole, Math.min(before.lines.length, whole.lines.length - 1));
    // A third from the top, so that what led there is seen.
    const {cursor} = this.#state;
    this.#set({top: Math.max(0, cursor - Math.floor(this.#rows / 3))});
  }

  #put({lines, isStart, isEnd}: LogWindow, cursor: number): void {
    this.#owed = 0;
    this.#extending = {};
    const at = Math.max(0, cursor);
    this.#set({
      lines,
      isStart,
      isEnd,
      cursor: at,
      top: at,
      following: this.#state.live && isEnd && at === lines.length - 1,
    });
  }

  #moveTo(cursor: number): void {
    const {lines, isEnd, live} = this.#state;
    this.#set({cursor, following: live && isEnd && cursor === lines.length - 1});
    const {isStart} = this.#state;
    if (!isEnd && cursor > lines.length - margin) void this.#extend('after');
    if (!isStart && cursor < margin) void this.#extend('before');
  }

  #extend(side: 'before' | 'after'): Promise<void> {
    const running = this.#extending[side];
    if (running !== undefined) return running;
    const work = this.#load(side)
      .catch(error => {
        if (this.#extending[side] === work) this.#set({problem: expectProblem(error)});
      })
      .finally(() => {
        if (this.#extending[side] !== work) return;
        this.#extending[side] = undefined;
        const owed = this.#owed;
        if (owed !== 0) this.move(owed);
      });
    this.#extending[side] = work;
    return work;
  }

  async #load(side: 'before' | 'after'): Promise<void> {
    const before = this.#state;
    const edge = side === 'after' ? before.lines.at(-1) : before.lines[0];
    // From the last line on: it may have been longer since.
    const request = {at: edge?.at, back: side === 'before', count: page + 1, level: before.level};
    const found = await this.source.read(request);
    const now = this.#state;
    const isSame = (side === 'after' ? now.lines.at(-1) : now.lines[0])?.at === edge?.at && now.level === before.level;
    if (!isSame) return;
    if (side === 'before') {
      const lines = [...found.lines, ...now.lines].slice(0, most);
      const added = found.lines.length;
      const isEnd = now.isEnd && lines.length === now.lines.length + added;
      this.#set({lines, isStart: found.isStart, isEnd, cursor: now.cursor + added, top: now.top + added});
      return;
    }
    const kept = found.lines[0]?.at === edge?.at ? now.lines.slice(0, -1) : now.lines;
    const all = [...kept, ...found.lines];
    const gone = Math.max(0, all.length - most);
    const isStart = now.isStart && gone === 0;
    const cursor = now.following && found.isEnd ? all.length - gone - 1 : Math.max(0, now.cursor - gone);
    this.#set({lines: all.slice(gone), isEnd: found.isEnd, isStart, cursor, top: Math.max(0, now.top - gone)});
  }

  async #news(signal: AbortSignal): Promise<void> {
    if (!this.#state.isEnd) return;
    await this.#extend('after');
    // More came than one page, and somebody waits at the end for it.
    while (!signal.aborted && this.#state.following && !this.#state.isEnd) {
      if (this.#state.problem !== undefined) return;
      await this.#extend('after');
    }
  }

  #problem(problem: Error | undefined): void {
    this.#set({problem: problem === undefined ? undefined : expectProblem(problem)});
  }

  #height(index: number): number {
    const line = this.#state.lines[index];
    return line === undefined ? 0 : Math.min(this.#rows, rowsOf(line, this.#look).length);
  }

  /** Changes the state, and moves the window as little as possible so that the cursor is in it. */
  #set(change: Partial<ReaderState>): void {
    this.state.setState(change);
    const {lines, cursor, isEnd} = this.#state;
    let {top} = this.#state;
    top = Math.max(0, Math.min(top, cursor));
    let rows = 0;
    for (let index = cursor; index >= top; index--) {
      rows += this.#height(index);
      if (rows > this.#rows) {
        top = Math.min(cursor, index + 1);
        break;
      }
    }
    // No blank rows while there are lines before.
    let below = 0;
    for (let index = top; index < lines.length && below < this.#rows; index++) below += this.#height(index);
    while (isEnd && top > 0 && below + this.#height(top - 1) <= this.#rows) below += this.#height(--top);
    if (top !== this.#state.top) this.state.setState({top});
  }
}
