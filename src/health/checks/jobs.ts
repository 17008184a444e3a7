import type {Job} from '../../airflow/api.ts';
import type {Seen} from '../../live/live.ts';
import {oneLine} from '../../text.ts';
import {age} from '../../words.ts';
import type {Check} from '../check.ts';
import {fresh, saidAt} from '../evidence.ts';
import {lateAfterMs} from '../heartbeat.ts';
import {notFoundOut} from '../not-found-out.ts';

/** A row of a process that was killed stays; after a day nobody waits for it. */
const forgottenMs = 24 * 3_600_000;

/** Airflow's health names one scheduler only: of several, each reports (3.0 and later). */
export const jobsCheck: Check = {
  id: 'jobs',
  question: 'Does each of several schedulers, triggerers and DAG processors report?',
  judge: evidence => {
    const {jobs, nowMs} = evidence;
    const listed = fresh(jobs);
    if (listed === undefined) return notFoundOut(evidence, jobs, 'jobs', 'Which schedulers report');
    if (listed.length === 0) return [];
    const sinceMs = nowMs - (jobs?.atMs ?? nowMs);
    const ages = listed.flatMap(job => (job.heartbeatAgeMs === undefined ? [] : [{job, ageMs: job.heartbeatAgeMs}]));
    const alive = ages.filter(({ageMs}) => ageMs <= lateAfterMs).map(({job}) => job);
    const missing = ages.filter(({job, ageMs}) => ageMs > lateAfterMs && ageMs < forgottenMs && isMissed(job, alive));
    if (missing.length === 0) {
      const text = `Each scheduler, triggerer and DAG processor reports (${alive.length}).`;
      const facts = ages.slice(0, most).map(({job, ageMs}) => fact(job, ageMs, jobs));
      return [{about: 'jobs', level: 'ok', text, evidence: facts}];
    }
    return missing.map(({job, ageMs}) => {
      const host = oneLine(job.hostname, 60);
      return {
        about: String(job.id),
        level: 'warning',
        text: `The ${job.component} on ${host} last reported ${age(ageMs + sinceMs)} ago; another one still does.`,
        hint: `Start it again on ${host}; a row that was left behind is gone when "airflow db clean" removes it.`,
        evidence: [
          fact(job, ageMs, jobs),
          ...ages
            .filter(each => each.job.component === job.component && alive.includes(each.job))
            .map(each => fact(each.job, each.ageMs, jobs)),
        ],
      };
    });
  },
};

/** So many of them are evidence enough. */
const most = 20;

const fact = (job: Job, ageMs: number, jobs: Seen<readonly Job[]> | undefined) => ({
  name: `${oneLine(job.type, 40)} on ${oneLine(job.hostname, 60)}`,
  value: `job ${job.id}, ${oneLine(job.state, 20)}, heartbeat ${age(ageMs)} old`,
  source: 'the API: jobs',
  ...saidAt(jobs),
});

/** Where none of its kind lives, the check of the component says so; where one lives on its machine, it was started again. */
function isMissed({component, hostname, state}: Job, alive: readonly Job[]): boolean {
  const same = alive.filter(other => other.component === component);
  return (
    component !== 'other' && state === 'running' && same.length > 0 && !same.some(other => other.hostname === hostname)
  );
}
