import type {
  AirflowHealth,
  AnonymousAccess,
  ConfigExposure,
  ImportError,
  Job,
  Page,
  PageAccess,
  Pool,
} from '../airflow/api.ts';
import type {Installation} from '../config/installation.ts';
import type {Seen} from '../live/live.ts';
import type {CutOff} from '../logs/clean-result.ts';
import type {FoundSchedules} from '../logs/schedule/found.ts';
import type {CleanUpDag} from '../logs/schedule/found-dags.ts';
import type {HostUnits} from '../units/unit.ts';
import type {DagCount} from './dag-count.ts';
import type {HostFacts} from './host-facts.ts';
import type {LoginTrial} from './login-trial.ts';
import type {Workload} from './workload.ts';

/** All that the checks judge by: what was seen, with its age. Checks ask nobody. Holds secrets: not for printing. */
export type Evidence = {
  /** By the clock of this machine. */
  readonly nowMs: number;
  /** Absent where the profile names no API. */
  readonly airflow?: Seen<AirflowHealth>;
  readonly version?: string;
  readonly access?: Seen<AnonymousAccess>;
  readonly pageAccess?: Seen<PageAccess>;
  readonly configExposure?: Seen<ConfigExposure>;
  readonly importErrors?: Seen<Page<ImportError>>;
  readonly workload?: Seen<Workload>;
  readonly pools?: Seen<Page<Pool>>;
  /** Empty where the version has no list of jobs (2.x). */
  readonly jobs?: Seen<readonly Job[]>;
  readonly dagCount?: Seen<DagCount>;
  readonly cleanUpDags?: Seen<readonly CleanUpDag[]>;
  /** Absent until somebody wants it. */
  readonly loginTrial?: Seen<LoginTrial>;
  /** What windsock itself did and did not come to the end of. */
  readonly cutOffs?: Seen<readonly CutOff[]>;
  /** One entry for each host of the profile. */
  readonly hosts: readonly HostEvidence[];
};

export type HostEvidence = {
  readonly host: string;
  readonly units: Seen<HostUnits>;
  readonly installation: Seen<Installation>;
  readonly facts: Seen<HostFacts>;
  readonly schedules?: Seen<FoundSchedules>;
};

/** A value that is good enough to judge by, or undefined. */
export function fresh<T>(seen: Seen<T> | undefined): T | undefined {
  return seen === undefined || seen.problem !== undefined ? undefined : seen.value;
}

/** When a value was said, for a `Fact` about it. */
export const saidAt = (seen: Seen<unknown> | undefined): {readonly atMs?: number} =>
  seen?.atMs === undefined ? {} : {atMs: seen.atMs};

/** When it could not be found out, for a `Fact` that says why. */
export const failedAt = (seen: Seen<unknown> | undefined): {readonly atMs?: number} =>
  seen?.failedAtMs === undefined ? {} : {atMs: seen.failedAtMs};

/** Asked twice a minute at least: what is older comes from before a sleep of this machine, and tells nothing of now. */
const tooOldMs = 90_000;

/** What Airflow says of its health, where it says so now. */
export function answered({airflow, nowMs}: Evidence): AirflowHealth | undefined {
  const health = fresh(airflow);
  return health === undefined || nowMs - health.answeredAtMs > tooOldMs ? undefined : health;
}
