import {expect, test} from 'vitest';
import type {Dag, Run} from '../../../src/airflow/api.ts';
import {scheduledCleanUpsCheck} from '../../../src/health/checks/scheduled-clean-ups.ts';
import type {Evidence} from '../../../src/health/evidence.ts';
import {judge} from '../../../src/health/judge.ts';
import type {FoundSchedule} from '../../../src/logs/schedule/found.ts';
import {type CleanUpDag, isCleanUpDag} from '../../../src/logs/schedule/found-dags.ts';
import {unit} from '../units/fake-host.ts';
import {evidence, facts, host, nowMs, seen, units, unseen, volume} from './evidences.ts';

const hourMs = 3_600_000;
const timer: FoundSchedule = {
  kind: 'timer',
  name: 'windsock-log-clean-up.timer',
  does: '/usr/local/sbin/windsock-log-clean-up',
  lastRunMs: nowMs - 5 * hourMs,
  lastResult: 'done',
  nextRunMs: nowMs + 19 * hourMs,
};
const dag: Dag = {
  id: 'airflow-log-cleanup',
  displayName: 'airflow-log-cleanup',
  paused: false,
  owners: [],
  tags: [],
  schedule: {kind: 'cron', expression: '15 3 * * *'},
  nextRunAtMs: nowMs + hourMs,
  hasImportErrors: false,
};
const run: Run = {dagId: dag.id, id: 'r', state: 'success', type: 'scheduled', endedAtMs: nowMs - hourMs, conf: {}};

const ofTimer = (changes: Partial<FoundSchedule>) =>
  judge(
    evidence({
      hosts: [
        {
          ...host(seen(units([unit({})]))),
          schedules: seen({host: 'af-1', found: [{...timer, ...changes}]}),
        },
      ],
    }),
    [scheduledCleanUpsCheck],
  ).map(({level, text}) => `${level}: ${text}`);

const ofDag = (changes: Partial<Dag>, last: Run | undefined = run) => {
  const found: CleanUpDag = {dag: {...dag, ...changes}, last};
  return judge(evidence({cleanUpDags: seen([found])}), [scheduledCleanUpsCheck]).map(
    ({level, text}) => `${level}: ${text}`,
  );
};

test('a timer that was turned off, failed or is overdue is a finding; one that runs is none', () => {
  expect(ofTimer({})).toEqual(['ok: windsock-log-clean-up.timer on af-1 cleans up logs (last run 5 h ago).']);
  expect(ofTimer({isOff: true})).toEqual(['warning: windsock-log-clean-up.timer on af-1 cleans up logs, but is off.']);
  expect(ofTimer({lastResult: 'failed'})).toEqual([
    'warning: The last clean-up of logs by windsock-log-clean-up.timer on af-1 failed (last run 5 h ago).',
  ]);
  expect(ofTimer({nextRunMs: nowMs - 2 * hourMs})).toEqual([expect.stringMatching(/^warning: .* is overdue/)]);
});

test('a line of cron that used to tell of its runs and does so no more is overdue; one that never told is not known', () => {
  const line = {kind: 'cron' as const, name: '/etc/cron.d/windsock-log-clean-up'};
  const {lastRunMs: _, lastResult: __, nextRunMs: ___, ...silent} = timer;
  const of = (found: FoundSchedule) =>
    judge(evidence({hosts: [{...host(seen(units([unit({})]))), schedules: seen({host: 'af-1', found: [found]})}]}), [
      scheduledCleanUpsCheck,
    ]).map(({level}) => level);
  expect(of({...silent, ...line, lastRunMs: nowMs - 20 * hourMs})).toEqual(['ok']);
  expect(of({...silent, ...line, lastRunMs: nowMs - 50 * hourMs})).toEqual(['warning']);
  expect(of({...silent, ...line})).toEqual(['ok']);
});

test('a rule of logrotate that logrotate has not gone through for two days is overdue', () => {
  const {
    lastResult: _,
    nextRunMs: __,
    ...rule
  } = {...timer, kind: 'logrotate' as const, name: '/etc/logrotate.d/airflow'};
  const of = (lastRunMs: number) =>
    judge(
      evidence({
        hosts: [{...host(seen(units([unit({})]))), schedules: seen({host: 'af-1', found: [{...rule, lastRunMs}]})}],
      }),
      [scheduledCleanUpsCheck],
    ).map(({level, hint}) => `${level}: ${hint}`);
  expect(of(nowMs - 26 * hourMs)).toEqual(['ok: undefined']);
  expect(of(nowMs - 50 * hourMs)).toEqual(['warning: What starts logrotate: is logrotate.timer on, or does cron run?']);
});

/** A log volume of 40 GB with 20 GB free, of which a day takes so much, watched for so long. */
const ofGrowing = (
  gigabytesPerDay: number,
  hours: number,
  changes: Partial<Evidence> = {},
  found: FoundSchedule[] = [],
) => {
  const growth = {
    bytesPerDay: gigabytesPerDay * 1e9,
    inodesPerDay: 0,
    overMs: hours * hourMs,
    from: 'samples' as const,
  };
  const logs = {...volume(0.5), totalBytes: 40e9, usedBytes: 20e9, freeBytes: 20e9, growth};
  const folders = [{path: '/var/log/airflow', role: 'logs' as const}];
  const seenHost = {
    ...host(seen(units([unit({})])), 'af-1', {facts: seen(facts({volumes: [{...logs, folders}]}))}),
    schedules: seen({host: 'af-1', found}),
  };
  return judge(evidence({cleanUpDags: seen([]), hosts: [seenHost], ...changes}), [scheduledCleanUpsCheck])
    .filter(({level}) => level === 'note')
    .map(({text}) => text.replace(volume(0).mountPoint, 'MOUNT'));
};

test('that nothing cleans up is told where the log volume will be full before long', () => {
  expect(ofGrowing(1, 48)).toEqual([
    'Nothing that windsock can see cleans up the logs of af-1; MOUNT will be full in 20 days.',
  ]);
  expect(ofGrowing(1, 5)).toEqual([]);
  expect(ofGrowing(0.1, 48)).toEqual([]);
  expect(ofGrowing(-1, 48)).toEqual([]);
});

test('a clean-up that is on keeps that from being said; one that is off does not', () => {
  expect(ofGrowing(1, 48, {}, [timer])).toEqual([]);
  expect(ofGrowing(1, 48, {}, [{...timer, isOff: true}])).toHaveLength(1);
  expect(ofGrowing(1, 48, {cleanUpDags: seen([{dag, last: run}])})).toEqual([]);
  expect(ofGrowing(1, 48, {cleanUpDags: seen([{dag: {...dag, paused: true}, last: run}])})).toHaveLength(1);
  expect(ofGrowing(1, 48, {cleanUpDags: unseen})).toEqual([]);
});

test('a DAG that cleaned up and is paused, failed or overdue is a finding; a paused one that never ran is an example', () => {
  expect(ofDag({})).toEqual([expect.stringMatching(/^ok: /)]);
  expect(ofDag({paused: true})).toEqual([expect.stringMatching(/^warning: .* is paused/)]);
  expect(
    judge(evidence({cleanUpDags: seen([{dag: {...dag, paused: true}, last: undefined}])}), [scheduledCleanUpsCheck]),
  ).toEqual([]);
  expect(ofDag({}, {...run, state: 'failed'})).toEqual([expect.stringMatching(/^warning: The last run of .* failed/)]);
  expect(ofDag({nextRunAtMs: nowMs - 8 * hourMs})).toEqual([expect.stringMatching(/^warning: .* is overdue by 8 h/)]);
});

test('DAGs that clean up logs are told by their names and the tags of windsock', () => {
  const names = ['airflow-log-cleanup', 'airflow_log_cleanup', 'clean_airflow_logs', 'log_clean_up', 'delete_old_logs'];
  for (const id of names) expect(isCleanUpDag({id, tags: []})).toBe(true);
  for (const id of ['etl_logs', 'clean_orders', 'catalog_cleanup', 'login', 'airflow-db-cleanup'])
    expect(isCleanUpDag({id, tags: []})).toBe(false);
  expect(isCleanUpDag({id: 'x', tags: ['windsock', 'maintenance']})).toBe(true);
});
