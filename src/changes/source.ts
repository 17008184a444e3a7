import type {Installation} from '../config/installation.ts';
import type {Host} from '../host/host.ts';
import type {HostUnits} from '../units/unit.ts';
import type {Change} from './change.ts';

/** One place on a host that tells of changes. Those of a host are asked at the same time, and none waits for another. */
export type ChangeSource = {
  readonly id: string;
  /** What it tells of, for "… not known: why": "Units and boots in the journal". */
  readonly title: string;
  /** Throws `Problem`. */
  readonly read: (context: ChangeContext) => Promise<Told>;
};

/** What a source is given. Points of time of the host are by its own clock: `here` makes them those of this machine. */
export type ChangeContext = {
  readonly host: Host;
  readonly units: () => Promise<HostUnits>;
  readonly installation: () => Promise<Installation>;
  /** What is older is not asked for; by the clock of the host. */
  readonly sinceMs: number;
  /** How far the clock of the host is ahead of this machine's; negative: behind. */
  readonly aheadMs: number;
  readonly here: (hostMs: number) => number;
  readonly signal: AbortSignal;
};

export type Told = {
  readonly changes: readonly Change[];
  /** Whole sentences: what this answer does not hold, and why. */
  readonly remarks: readonly string[];
};

/** How long a source may work on the host; what it has found by then is told as cut. */
export const budgetS = 5;

/** Some more for the way there and back, and for a login. */
export const answerMs = (budgetS + 15) * 1000;
