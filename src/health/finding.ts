/** From worst to best. `unknown`: it could not be found out, and the finding says whom it could not ask. */
export const levels = ['critical', 'warning', 'unknown', 'note', 'ok'] as const;

export type Level = (typeof levels)[number];

/** The answer of a check: what is so — why — what to do. */
export type Finding = {
  /** The check that found it. */
  readonly check: string;
  /** What tells it from other findings of the same check: a unit, a volume. */
  readonly about: string;
  readonly level: Level;
  /** What is so, and why where it is known: one or two sentences. */
  readonly text: string;
  /** What to do, in one sentence; absent where all is well. */
  readonly hint?: string;
  /** What the cure acts on, where a key of this screen does it. */
  readonly cure?: Cure;
  /** The logs that fill a volume: a clean-up cures it. */
  readonly fullOfLogs?: LogsOfHost;
  /** The clean-up that was cut off: another one cures it, or it is dismissed by its id. */
  readonly cutOff?: LogsOfHost & {readonly id: string};
  /** The unit whose journal belongs to it, where no key cures it. */
  readonly unit?: {readonly host: string; readonly unit: string};
  /** The screen where it is cured. */
  readonly see?: Place;
  /** The values that led to it: at least one, but where nobody could be asked. */
  readonly evidence: readonly Fact[];
};

/** A host, and a log folder of it. */
export type LogsOfHost = {readonly host: string; readonly folder: string};

/** A screen, by its key and title. */
export type Place = {readonly key: string; readonly title: string};

export type Cure = {readonly kind: 'restart' | 'start'; readonly host: string; readonly unit: string};

export type Fact = {
  readonly name: string;
  readonly value: string;
  /** Who said so: "GET /health", "systemctl on af-1". */
  readonly source: string;
  /** When it was said, by the clock of this machine. */
  readonly atMs?: number;
};

const rank = (level: Level) => levels.indexOf(level);

/** Worst first; otherwise the order of the checks. */
export function byLevel(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => rank(a.level) - rank(b.level));
}
