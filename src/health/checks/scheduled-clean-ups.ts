import {fullInWords, soonFull} from '../../logs/growth.ts';
import type {FoundSchedule} from '../../logs/schedule/found.ts';
import type {CleanUpDag} from '../../logs/schedule/found-dags.ts';
import {oneLine} from '../../text.ts';
import {age, bytes} from '../../words.ts';
import type {Check, Judgement} from '../check.ts';
import {type Evidence, fresh, type HostEvidence, saidAt} from '../evidence.ts';
import type {Fact} from '../finding.ts';

const hourMs = 3_600_000;
/** Who has longer than this may come to it later. */
const withinMs = 90 * 24 * hourMs;

/** What cleans up logs by itself goes on doing so. What nobody ever let run may be an example, and is none. */
export const scheduledCleanUpsCheck: Check = {
  id: 'scheduled-clean-ups',
  question: 'Do the clean-ups of logs that run by themselves still run?',
  see: {key: '4', title: 'Logs'},
  judge: ({hosts, cleanUpDags, nowMs}) => [
    ...hosts.flatMap(({host, schedules}) =>
      (fresh(schedules)?.found ?? []).map(found => ofHost(host, found, nowMs, saidAt(schedules))),
    ),
    ...(fresh(cleanUpDags) ?? []).flatMap(found => ofDag(found, nowMs, saidAt(cleanUpDags)) ?? []),
    ...(nobodyByDag(cleanUpDags) ? hosts.flatMap(nobody) : []),
  ],
};

/** No DAG does it; false while that is not known. A profile without an API has nobody to ask. */
const nobodyByDag = (dags: Evidence['cleanUpDags']): boolean =>
  dags === undefined || (fresh(dags)?.every(({dag}) => dag.paused) ?? false);

/** Nothing keeps the logs of a host from filling their volume, which they will do before long. */
function nobody({host, schedules, facts}: HostEvidence): readonly Judgement[] {
  if (fresh(schedules)?.found.every(({isOff}) => isOff === true) !== true) return [];
  return (fresh(facts)?.volumes ?? []).flatMap(volume => {
    const folder = volume.folders.find(({role}) => role === 'logs');
    const full = soonFull(volume);
    if (folder === undefined || full?.isSure !== true || full.ms > withinMs) return [];
    const evidence: readonly Fact[] = [
      {name: 'free', value: bytes(volume.freeBytes), source: `statvfs on ${host}`, ...saidAt(facts)},
      {
        name: 'grows a day',
        value: bytes(volume.growth?.bytesPerDay ?? 0),
        source: `seen by windsock over ${age(volume.growth?.overMs ?? 0)}`,
      },
      {
        name: 'cleans up',
        value: 'nothing',
        source: `timers, cron and logrotate on ${host}, DAGs`,
        ...saidAt(schedules),
      },
    ];
    return [
      {
        about: `${host} ${volume.mountPoint} nothing`,
        level: 'note' as const,
        text: `Nothing that windsock can see cleans up the logs of ${host}; ${volume.mountPoint} will be full in ${fullInWords(full.ms)}.`,
        hint: 'N on screen 4 makes a rule run every day.',
        evidence,
      },
    ];
  });
}

type At = {readonly atMs?: number};

function ofHost(host: string, found: FoundSchedule, nowMs: number, at: At): Judgement {
  const {kind, name, does, lastRunMs, lastResult, nextRunMs, isOff} = found;
  const what = `${name} on ${host}`;
  const source = `${kind === 'timer' ? 'systemctl' : kind} on ${host}`;
  const evidence: readonly Fact[] = [
    {name: 'does', value: does === '' ? '(not told)' : does, source, ...at},
    {name: 'last run', value: lastRunMs === undefined ? 'not known' : `${age(nowMs - lastRunMs)} ago`, source, ...at},
    ...(lastResult === undefined ? [] : [{name: 'last result', value: lastResult, source, ...at}]),
    ...(nextRunMs === undefined
      ? []
      : [{name: 'next run', value: `in ${age(Math.max(0, nextRunMs - nowMs))}`, source, ...at}]),
  ];
  const about = `${host} ${name}`;
  const unit = kind === 'timer' ? {unit: {host, unit: name.replace(/\.timer$/, '.service')}} : {};
  const bad = (text: string, hint: string): Judgement => ({about, level: 'warning', text, hint, evidence, ...unit});
  if (isOff === true)
    return bad(
      `${what} cleans up logs, but is off.`,
      `systemctl enable --now ${name} turns it on; delete it where it is not wanted.`,
    );
  if (lastResult === 'failed')
    return bad(
      `The last clean-up of logs by ${what} failed${ago(lastRunMs, nowMs)}.`,
      'What it said tells why: l shows the journal of a timer.',
    );
  if (nextRunMs !== undefined && nextRunMs < nowMs - hourMs)
    return bad(
      `${what} cleans up logs, and is overdue${ago(lastRunMs, nowMs)}.`,
      'Look at the timer with systemctl list-timers.',
    );
  // A line of windsock runs every day, and tells each time that it did; logrotate goes through its rules every day.
  if (kind !== 'timer' && lastRunMs !== undefined && nowMs - lastRunMs > 49 * hourMs)
    return bad(
      `${what} cleans up logs, and is overdue${ago(lastRunMs, nowMs)}.`,
      kind === 'cron'
        ? 'Does cron run, and does its log name this line?'
        : 'What starts logrotate: is logrotate.timer on, or does cron run?',
    );
  return {about, level: 'ok', text: `${what} cleans up logs${ago(lastRunMs, nowMs)}.`, evidence};
}

const ago = (lastRunMs: number | undefined, nowMs: number): string =>
  lastRunMs === undefined ? '' : ` (last run ${age(Math.max(0, nowMs - lastRunMs))} ago)`;

function ofDag({dag, last}: CleanUpDag, nowMs: number, at: At): Judgement | undefined {
  const id = oneLine(dag.id, 80);
  const lastMs = last?.endedAtMs ?? last?.startedAtMs;
  const evidence: readonly Fact[] = [
    {name: 'state', value: dag.paused ? 'paused' : 'on', source: 'the API', ...at},
    {
      name: 'last run',
      value: last === undefined ? 'none' : `${last.state}${ago(lastMs, nowMs)}`,
      source: 'the API',
      ...at,
    },
  ];
  const about = `dag ${id}`;
  const bad = (text: string, hint: string): Judgement => ({about, level: 'warning', text, hint, evidence});
  if (dag.paused)
    return last === undefined
      ? undefined
      : bad(`The DAG ${id} cleans up logs, and is paused${ago(lastMs, nowMs)}.`, 'P on screen 2 unpauses it.');
  if (last?.state === 'failed')
    return bad(
      `The last run of ${id}, which cleans up logs, failed${ago(lastMs, nowMs)}.`,
      'Screen 2 shows the run and its log.',
    );
  if (dag.nextRunAtMs !== undefined && dag.nextRunAtMs < nowMs - 6 * hourMs)
    return bad(
      `The DAG ${id} cleans up logs, and is overdue by ${age(nowMs - dag.nextRunAtMs)}.`,
      'Does the scheduler report? Does a run of it wait for long? Screen 2 shows them.',
    );
  return {about, level: 'ok', text: `The DAG ${id} cleans up logs${ago(lastMs, nowMs)}.`, evidence};
}
