import type {AirflowHealth, AnonymousAccess, ImportError, Page} from '../airflow/api.ts';
import type {Seen} from '../live/live.ts';
import type {Volume} from '../logs/volumes.ts';
import type {HostUnits} from '../units/unit.ts';
import type {Workload} from './workload.ts';

/** All that the checks judge by: what was seen, with its age. Checks ask nobody. */
export type Evidence = {
  /** By the clock of this machine. */
  readonly nowMs: number;
  /** Absent where the profile names no API. */
  readonly airflow?: Seen<AirflowHealth>;
  readonly version?: string;
  readonly access?: Seen<AnonymousAccess>;
  readonly importErrors?: Seen<Page<ImportError>>;
  readonly workload?: Seen<Workload>;
  /** One entry for each host of the profile. */
  readonly hosts: readonly HostEvidence[];
};

export type HostEvidence = {
  readonly host: string;
  readonly units: Seen<HostUnits>;
  readonly volumes: Seen<readonly Volume[]>;
};

/** A value that is good enough to judge by, or undefined. */
export function fresh<T>(seen: Seen<T> | undefined): T | undefined {
  return seen === undefined || seen.problem !== undefined ? undefined : seen.value;
}

/** Asked twice a minute at least: what is older comes from before a sleep of this machine, and tells nothing of now. */
const tooOldMs = 90_000;

/** What Airflow says of its health, where it says so now. */
export function answered({airflow, nowMs}: Evidence): AirflowHealth | undefined {
  const health = fresh(airflow);
  return health === undefined || nowMs - health.answeredAtMs > tooOldMs ? undefined : health;
}
