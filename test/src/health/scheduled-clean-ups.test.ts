import {expect, test} from 'vitest';
import type {Dag, Run} from '../../../src/airflow/api.ts';
import {scheduledCleanUpsCheck} from '../../../src/health/checks/scheduled-clean-ups.ts';
import {judge} from '../../../src/health/judge.ts';
import type {FoundSchedule} from '../../../src/logs/schedule/found.ts';
import {type CleanUpDag, isCleanUpDag} from '../../../src/logs/schedule/found-dags.ts';
import {unit} from '../units/fake-host.ts';
import {evidence, host, nowMs, seen, units} from './evidences.ts';

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
