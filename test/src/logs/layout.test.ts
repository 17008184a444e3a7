import {describe, expect, test} from 'vitest';
import {type LogFile, type LogPlaces, layoutOf, whatIs} from '../../../src/logs/layout.ts';

const folder = '/var/log/airflow';
const read = (path: string, places?: LogPlaces): LogFile => whatIs(path.split('/'), layoutOf(folder, places));

const run = 'scheduled__2026-09-01T02:00:00+00:00';
const task = {class: 'task', dagId: 'etl', runId: run, taskId: 'load'};

describe('the layout of 2.3 to 3.3', () => {
  test.each<[string, object]>([
    [`dag_id=etl/run_id=${run}/task_id=load/attempt=1.log`, {...task, tryNumber: 1}],
    [`dag_id=etl/run_id=${run}/task_id=load/map_index=12/attempt=3.log`, {...task, mapIndex: 12, tryNumber: 3}],
    [`dag_id=etl/run_id=${run}/task_id=load/attempt=1.log.trigger.7.log`, {...task, tryNumber: 1}],
    [`dag_id=etl/run_id=${run}/task_id=load/attempt=1.log.SchedulerJob.log`, {...task, tryNumber: 1}],
    [`dag_id=etl/run_id=${run}/task_id=load/attempt=1.log.1`, {...task, tryNumber: 1}],
    [`dag_id=etl/run_id=${run}/task_id=load/attempt=1.log.gz`, {...task, tryNumber: 1}],
    [
      `dag_id=etl/run_id=a b\n"c"/task_id=g.load/attempt=1.log`,
      {...task, runId: 'a b\n"c"', taskId: 'g.load', tryNumber: 1},
    ],
    [
      'dag_id=\udcff/run_id=r/task_id=t/attempt=1.log',
      {class: 'task', dagId: '\udcff', runId: 'r', taskId: 't', tryNumber: 1},
    ],
  ])('%j is the log of a try', (path, expected) => expect(read(path)).toEqual(expected));

  test.each([
    `dag_id=etl/run_id=${run}/task_id=load/core.1234`,
    `dag_id=etl/run_id=${run}/attempt=1.log`,
    `dag_id=etl/run_id=${run}/task_id=load/deep/attempt=1.log`,
    `dag_id=etl/run_id=${run}/task_id=load/attempt=1.log\n`,
    `dag_id=etl/run_id=${run}/task_id=load/attempt=one.log`,
    'dag_id=etl',
    'lost+found/#123',
    'airflow.db',
    'my-backup.tar.gz',
    '2026/attempt=1.log',
    '',
  ])('%j is not understood', path => expect(read(path)).toEqual({class: 'unknown'}));
});

test.each<[string, object]>([
  [
    'etl/load/2021-03-01T00:00:00+00:00/2.log',
    {dagId: 'etl', taskId: 'load', date: '2021-03-01T00:00:00+00:00', tryNumber: 2},
  ],
  [
    'scheduler/load/2021-03-01T00:00:00+00:00/1.log',
    {dagId: 'scheduler', taskId: 'load', date: '2021-03-01T00:00:00+00:00', tryNumber: 1},
  ],
])('%j is the log of a try in the layout of 1.10 to 2.2', (path, expected) =>
  expect(read(path)).toEqual({class: 'task', ...expected}),
);

test('a folder that only looks like a DAG of the old layout is not understood', () => {
  expect(read('etl/load/notes/2.log')).toEqual({class: 'unknown'});
});

test.each<[string, LogFile]>([
  ['scheduler/2026-09-01/etl.py.log', {class: 'dag-file', date: '2026-09-01'}],
  ['scheduler/2026-09-01/native_dags/example_dags/tutorial.py.log', {class: 'dag-file', date: '2026-09-01'}],
  ['dag_processor/2026-09-01/dags-folder/etl.py.log', {class: 'dag-file', date: '2026-09-01'}],
  ['dag_processor_manager/dag_processor_manager.log', {class: 'manager'}],
  ['dag_processor_manager/dag_processor_manager.log.5', {class: 'manager', isRotated: true}],
  ['airflow-triggerer.err', {class: 'triggerer'}],
  ['triggerer.log', {class: 'triggerer'}],
  ['airflow-webserver.out', {class: 'webserver'}],
  ['webserver/gunicorn-access.log.1.gz', {class: 'webserver'}],
  ['airflow-api-server.log-20260901', {class: 'webserver'}],
  ['airflow-scheduler.log', {class: 'component'}],
  ['scheduler/notes.txt', {class: 'unknown'}],
  ['scheduler/2026-09-01/etl.py.bak', {class: 'unknown'}],
])('%j is a log of its class', (path, expected) => expect(read(path)).toEqual(expected));

describe("a log_filename_template of one's own", () => {
  const byDay = '{{ ds }}/{{ ti.dag_id }}/{{ ti.task_id }}-{{ ti.run_id }}/try_{{ try_number }}.log';

  test('is read, and the defaults stay understood beside it', () => {
    const places = {
      logTemplate:
        'tasks/{{ dag.dag_id }}/{{ run_id }}/{{ task.task_id }}/{%% if ti.map_index >= 0 %%}{{ ti.map_index }}/{%% endif %%}{{ try_number|default(ti.try_number) }}.txt',
    };
    expect(read('tasks/etl/r1/load/4.txt', places)).toEqual({
      class: 'task',
      dagId: 'etl',
      runId: 'r1',
      taskId: 'load',
      tryNumber: 4,
    });
    expect(read('tasks/etl/r1/load/0/4.txt', places)).toMatchObject({mapIndex: 0, tryNumber: 4});
    expect(read('tasks/etl/r1/load/notes.txt', places)).toEqual({class: 'unknown'});
    expect(read(`dag_id=etl/run_id=${run}/task_id=load/attempt=1.log`, places)).toEqual({...task, tryNumber: 1});
  });

  test('two ids in one name are not told apart', () => {
    expect(read('2026-09-01/etl/load-r_1/try_2.log', {logTemplate: byDay})).toEqual({
      class: 'task',
      date: '2026-09-01',
      dagId: 'etl',
      tryNumber: 2,
    });
  });

  test('what a filter makes of an id is no id', () => {
    const logTemplate = '{{ ti.dag_id }}/{{ ti.task_id }}/{{ ti.run_id | replace(":", "_") }}/{{ try_number }}.log';
    expect(read('etl/load/r_1/2.log', {logTemplate})).toEqual({
      class: 'task',
      dagId: 'etl',
      taskId: 'load',
      tryNumber: 2,
    });
  });

  test('of the old kind, with single braces', () => {
    const places = {logTemplate: 'old/{dag_id}/{task_id}/{execution_date}/{try_number}.log'};
    expect(read('old/etl/load/2019-01-01T00:00:00/1.log', places)).toMatchObject({
      class: 'task',
      dagId: 'etl',
      taskId: 'load',
    });
  });

  test.each([
    '{{ ti.hostname }}/{{ x }}.log',
    '{% for a in b %}{{ ti.dag_id }}/{{ ti.task_id }}{% endfor %}',
    'all.log',
    '',
  ])('%j, that would take any file or cannot be read, takes none', logTemplate => {
    expect(read('anything/at.log', {logTemplate})).toEqual({class: 'unknown'});
    expect(read('all.log', {logTemplate})).toEqual({class: 'unknown'});
  });

  test('signs in it that mean something in a pattern are themselves', () => {
    expect(
      read('aXb/etl/load/1.log', {logTemplate: 'a.b/{{ ti.dag_id }}/{{ ti.task_id }}/{{ try_number }}.log'}),
    ).toEqual({class: 'unknown'});
  });
});

test('folders of their own for parse logs and the manager log are read, below the log folder or as one', () => {
  const places = {
    dagFileLogFolders: ['/var/log/airflow/parse', '/srv/parse'],
    managerLog: '/var/log/airflow/dpm/manager.log',
  };
  expect(read('parse/2026-09-01/etl.py.log', places)).toMatchObject({class: 'dag-file'});
  expect(read('dpm/manager.log.2', places)).toEqual({class: 'manager', isRotated: true});
  expect(whatIs(['2026-09-01', 'etl.py.log'], layoutOf('/srv/parse', places))).toMatchObject({class: 'dag-file'});
  expect(read('2026-09-01/etl.py.log', places)).toEqual({class: 'unknown'});
});
