import type {HasFailed} from './failed-runs.ts';
import type {LogClass, LogFile} from './layout.ts';
import type {Rule} from './rule.ts';

/** Files that were written within this time may be written again. */
export const quietMs = 3_600_000;

/** Why a file stays that the rule would take. */
export type Reason =
  | 'open'
  | 'young'
  | 'running'
  | 'no-right'
  | 'not-understood'
  | 'failed'
  | 'perhaps-failed'
  | 'no-room';

/** A listed file, as much of it as decides. */
export type Candidate = {
  readonly what: LogFile;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly isOpen: boolean;
  readonly mayRemove: boolean;
};

/**
 * `empty`: its content goes, and the file stays for the process that writes it; `rotate`: the same, after what it holds was copied
 * to a file beside it.
 */
export type Verdict = 'delete' | 'empty' | 'rotate' | {readonly stays: Reason} | undefined;

export type Surroundings = {
  /** By the clock of the host. */
  readonly nowMs: number;
  /** Tasks that run according to Airflow, as `taskKey` names them. */
  readonly running: ReadonlySet<string>;
  /** Where the rule asks for it. */
  readonly hasFailed?: HasFailed;
  /** What is free for copies. */
  readonly roomBytes?: number;
  /** What the volume must get rid of to be where the rule wants it. */
  readonly wanted?: {readonly bytes: number; readonly inodes: number};
};

/** In the old layout the run is a date, and does not tell which run it is: then all of its task count. */
export const taskKey = (dagId: string, runId: string | undefined, taskId: string): string =>
  JSON.stringify([dagId, runId ?? null, taskId]);

const minuteMs = 60_000;

/**
 * Decides by a rule which files go, in passes over the same files: `observe` all, then where `weighs` `weigh` all, then
 * `decide`. What it keeps does not grow with the number of files.
 */
export class Selection {
  readonly #rule: Rule;
  readonly #around: Surroundings;
  readonly #classes: ReadonlySet<LogClass> | undefined;
  readonly #dagIds: ReadonlySet<string> | undefined;
  /** The newest runs of each DAG. */
  readonly #runs = new Map<string, Map<string, number>>();
  /** How much there is of each minute. */
  readonly #minutes = new Map<number, {bytes: number; files: number}>();
  /** What is newer than this minute stays; of the minute itself goes as much as is wanted. */
  #limit: {minute: number; bytes: number; files: number} | undefined;

  constructor(rule: Rule, around: Surroundings) {
    this.#rule = rule;
    this.#around = around;
    this.#classes = rule.classes === undefined || rule.classes.length === 0 ? undefined : new Set(rule.classes);
    this.#dagIds = rule.dagIds === undefined || rule.dagIds.length === 0 ? undefined : new Set(rule.dagIds);
  }

  /** Whether the files are to be weighed before they are decided about. */
  get weighs(): boolean {
    return this.#rule.downTo !== undefined;
  }

  /**
   * Keeps as many runs as the rule does, those with the newest files: one that was pushed out and turns out to be newer
   * comes in again.
   */
  observe({what: {dagId, runId, date}, mtimeMs}: Candidate): void {
    const keep = this.#rule.keepRunsPerDag ?? 0;
    const run = runId ?? date;
    if (keep === 0 || dagId === undefined || run === undefined) return;
    let runs = this.#runs.get(dagId);
    if (runs === undefined) {
      runs = new Map();
      this.#runs.set(dagId, runs);
    }
    const known = runs.get(run);
    if (known !== undefined) {
      if (mtimeMs > known) runs.set(run, mtimeMs);
      return;
    }
    if (runs.size >= keep) {
      let oldest: [string, number] | undefined;
      for (const entry of runs) if (oldest === undefined || entry[1] < oldest[1]) oldest = entry;
      if (oldest === undefined || oldest[1] >= mtimeMs) return;
      runs.delete(oldest[0]);
    }
    runs.set(run, mtimeMs);
  }

  weigh(file: Candidate): void {
    if (this.#byRule(file) !== 'delete') return;
    const minute = Math.floor(file.mtimeMs / minuteMs);
    const there = this.#minutes.get(minute);
    if (there === undefined) this.#minutes.set(minute, {bytes: file.bytes, files: 1});
    else {
      there.bytes += file.bytes;
      there.files += 1;
    }
  }

  decide(file: Candidate): Verdict {
    const verdict = this.#byRule(file);
    if (verdict !== 'delete' || !this.weighs) return verdict;
    this.#limit ??= this.#findLimit();
    const minute = Math.floor(file.mtimeMs / minuteMs);
    if (minute < this.#limit.minute) return 'delete';
    if (minute > this.#limit.minute || (this.#limit.bytes <= 0 && this.#limit.files <= 0)) return undefined;
    this.#limit.bytes -= file.bytes;
    this.#limit.files -= 1;
    return 'delete';
  }

  /** All but how much is wanted. */
  #byRule({what, bytes, mtimeMs, isOpen, mayRemove}: Candidate): Verdict {
    const {nowMs, running} = this.#around;
    const {olderThanMs} = this.#rule;
    if (what.class === 'unknown') {
      const isOld = olderThanMs === undefined || mtimeMs < nowMs - olderThanMs;
      return isOld && this.#classes === undefined && this.#dagIds === undefined ? {stays: 'not-understood'} : undefined;
    }
    if (this.#classes?.has(what.class) === false) return undefined;
    if (this.#dagIds !== undefined && (what.dagId === undefined || !this.#dagIds.has(what.dagId))) return undefined;
    const isYoung = mtimeMs > nowMs - quietMs;
    // It grows as long as the processor lives, and has no age: it is emptied only where somebody asks for its class.
    if (what.class === 'manager' && what.isRotated !== true && (isOpen || isYoung)) {
      if (this.#classes === undefined) return isOpen ? {stays: 'open'} : {stays: 'young'};
      if (bytes === 0) return undefined;
      if (this.#rule.growing !== 'rotate') return 'empty';
      return bytes < (this.#around.roomBytes ?? Number.POSITIVE_INFINITY) ? 'rotate' : {stays: 'no-room'};
    }
    if (mtimeMs >= nowMs - (olderThanMs ?? 0)) return undefined;
    const run = what.runId ?? what.date;
    if (what.dagId !== undefined && run !== undefined && this.#runs.get(what.dagId)?.has(run)) return undefined;
    const failed = this.#isKept(what, mtimeMs);
    if (failed !== undefined) return {stays: failed};
    if (isYoung) return {stays: 'young'};
    if (isOpen) return {stays: 'open'};
    if (what.dagId !== undefined && what.taskId !== undefined) {
      if (running.has(taskKey(what.dagId, what.runId, what.taskId))) return {stays: 'running'};
    }
    return mayRemove ? 'delete' : {stays: 'no-right'};
  }

  /** What is not known to have succeeded stays as long as what failed. */
  #isKept(what: LogFile, mtimeMs: number): 'failed' | 'perhaps-failed' | undefined {
    const {failedOlderThanMs} = this.#rule;
    if (failedOlderThanMs === undefined || what.class !== 'task') return undefined;
    if (mtimeMs < this.#around.nowMs - failedOlderThanMs) return undefined;
    const failed = this.#around.hasFailed?.(what, mtimeMs);
    return failed === undefined ? 'perhaps-failed' : failed ? 'failed' : undefined;
  }

  #findLimit(): {minute: number; bytes: number; files: number} {
    let {bytes, inodes: files} = this.#around.wanted ?? {bytes: 0, inodes: 0};
    if (bytes <= 0 && files <= 0) return {minute: Number.NEGATIVE_INFINITY, bytes: 0, files: 0};
    for (const minute of [...this.#minutes.keys()].sort((a, b) => a - b)) {
      const there = this.#minutes.get(minute) ?? {bytes: 0, files: 0};
      if (there.bytes >= bytes && there.files >= files) return {minute, bytes, files};
      bytes -= there.bytes;
      files -= there.files;
    }
    return {minute: Number.POSITIVE_INFINITY, bytes: 0, files: 0};
  }
}
