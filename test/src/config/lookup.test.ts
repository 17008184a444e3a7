import {describe, expect, test} from 'vitest';
import {parseDocument} from '../../../src/config/document.ts';
import {settings} from '../../../src/config/effective.ts';
import {readFolders} from '../../../src/config/folders.ts';
import {lookup} from '../../../src/config/lookup.ts';

const airflowHome = '/opt/airflow';
const read = (cfg: string, env: Record<string, string> = {}) =>
  settings({
    document: parseDocument(Buffer.from(cfg)),
    homes: new Map(),
    environments: [
      {
        unit: 'u',
        variables: new Map(Object.entries(env).map(([name, value]) => [name, {value, from: {kind: 'unit'}}])),
      },
    ],
  });
const logFolder = (cfg: string, version?: string, env?: Record<string, string>) =>
  lookup(read(cfg, env), 'logging', 'base_log_folder', {airflowHome, version})?.value;

describe('an option that moved is found where its version looks', () => {
  const both = '[core]\nbase_log_folder = /core\n[logging]\nbase_log_folder = /logging\n';

  test.each([
    ['1.10.15', '/core'],
    ['2.0.2', '/logging'],
    ['2.11.0', '/logging'],
    ['3.3.2', '/logging'],
    [undefined, '/logging'],
  ])('%s', (version, found) => expect(logFolder(both, version)).toBe(found));

  test('an old name still counts in 2.x, not in 3.x', () => {
    const old = '[core]\nbase_log_folder = /core\n';
    expect(logFolder(old, '2.11.0')).toBe('/core');
    expect(logFolder(old, undefined)).toBe('/core');
    expect(logFolder(old, '3.0.0')).toBe('/opt/airflow/logs');
  });

  test('a variable with the old name wins against a line with the new one', () => {
    expect(logFolder(both, '2.5.3', {AIRFLOW__CORE__BASE_LOG_FOLDER: '/env'})).toBe('/env');
  });

  test('the database is in [core] before 2.3, and there still read by 3.3', () => {
    const database = (cfg: string, version: string) =>
      lookup(read(cfg), 'database', 'sql_alchemy_conn', {airflowHome, version})?.value;
    const sets = (section: string) => `[${section}]\nsql_alchemy_conn = sqlite:////x.db\n`;
    expect(database(sets('database'), '2.2.5')).toBe('sqlite:////opt/airflow/airflow.db');
    expect(database(sets('core'), '2.2.5')).toBe('sqlite:////x.db');
    expect(database(sets('core'), '3.3.2')).toBe('sqlite:////x.db');
  });

  test('an option that a version does not have is not there', () => {
    const at = (section: string, option: string, version: string) =>
      lookup(read(''), section, option, {airflowHome, version})?.value;
    expect(at('scheduler', 'child_process_log_directory', '2.11.0')).toBe('/opt/airflow/logs/scheduler');
    expect(at('scheduler', 'child_process_log_directory', '3.0.0')).toBeUndefined();
    expect(at('logging', 'dag_processor_child_process_log_directory', '3.0.0')).toBe('/opt/airflow/logs/dag_processor');
    expect(at('logging', 'dag_processor_manager_log_location', '3.0.0')).toBeUndefined();
  });
});

test('[DEFAULT] counts after the section itself; ignored lines and other options do not count', () => {
  const cfg = '[DEFAULT]\ndags_folder = /default\n[core]\nDAGS_FOLDER = /upper\n';
  const found = (text: string) => lookup(read(text), 'core', 'dags_folder', {airflowHome});
  expect(found(cfg)).toMatchObject({section: 'DEFAULT', value: '/default'});
  expect(found(`${cfg}dags_folder = /core\n`)).toMatchObject({section: 'core', value: '/core'});
  expect(lookup(read(''), 'core', 'parallelism', {airflowHome})).toBeUndefined();
});

describe('the folders of an installation', () => {
  test('by default', () => {
    expect(readFolders(read(''), {airflowHome, version: '2.11.0'})).toEqual({
      logFolder: '/opt/airflow/logs',
      otherLogFolders: [],
      logTemplate: undefined,
      dagFileLogFolders: ['/opt/airflow/logs/scheduler'],
      managerLog: '/opt/airflow/logs/dag_processor_manager/dag_processor_manager.log',
      dagsFolder: '/opt/airflow/dags',
      databaseFile: '/opt/airflow/airflow.db',
    });
  });

  test('with the names of the logs where the configuration says them', () => {
    const cfg = '[core]\nlog_filename_template = {{ ti.dag_id }}/{{ ti.task_id }}.log\n';
    expect(readFolders(read(cfg), {airflowHome, version: '2.2.5'}).logTemplate).toBe(
      '{{ ti.dag_id }}/{{ ti.task_id }}.log',
    );
  });

  test('with the logs of the DAG files left behind when only the log folder was moved', () => {
    const moved =
      '[logging]\nbase_log_folder = /var/log/airflow/\n[database]\nsql_alchemy_conn = postgresql://u:p@h/d\n';
    expect(readFolders(read(moved), {airflowHome, version: '2.11.0'})).toMatchObject({
      logFolder: '/var/log/airflow/',
      otherLogFolders: ['/opt/airflow/logs/scheduler', '/opt/airflow/logs/dag_processor_manager'],
      databaseFile: undefined,
    });
    expect(readFolders(read(moved), {airflowHome, version: '3.3.2'}).otherLogFolders).toEqual([
      '/opt/airflow/logs/dag_processor',
    ]);
  });
});
