import {setTimeout as wait} from 'node:timers/promises';
import type {AirflowApi} from '../airflow/api.ts';
import type {Host} from '../host/host.ts';
import {Problem} from '../problems/problem.ts';
import type {Unit} from './unit.ts';

/** What the operations on units need of the open profile. */
export type UnitContext = {
  readonly host: (name: string) => Host;
  /** Absent where the profile names no API: then no heartbeat is waited for. */
  readonly airflow?: (() => Promise<AirflowApi>) | undefined;
  readonly profileName: string;
  /** The word that confirms every operation of a protected profile. */
  readonly protect?: string;
  readonly now: () => number;
  /** Lets some time pass; rejects when the signal aborts. Default: a timer. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** As much of a unit as names it. */
export type UnitName = Pick<Unit, 'name' | 'host' | 'component'>;

export const pause = (context: UnitContext, ms: number, signal: AbortSignal): Promise<void> =>
  context.pause === undefined ? wait(ms, undefined, {signal}) : context.pause(ms, signal);

/** A plan is not kept waiting by a web server that hangs: that may be what is to be restarted. */
const patienceMs = 8_000;

/** Asks Airflow. Undefined where the profile names no API; a problem, not thrown, where it does not answer in time. */
export async function askAirflow<T>(
  {airflow}: UnitContext,
  signal: AbortSignal,
  ask: (api: AirflowApi, signal: AbortSignal) => Promise<T>,
): Promise<T | Problem | undefined> {
  if (airflow === undefined) return undefined;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const late = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), {once: true});
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([airflow().then(api => ask(api, limit)), late]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) return error.code === 'airflow.no-api' ? undefined : error;
    if (limit.aborted) return new Problem('airflow.timeout', `nothing came for ${patienceMs / 1000} s`);
    throw error;
  }
}
