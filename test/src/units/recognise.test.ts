import {describe, expect, test} from 'vitest';
import {componentOfCommand, componentOfScript, kindOfProcess} from '../../../src/units/recognise.ts';

describe('a command', () => {
  test.each([
    ['/opt/airflow/venv/bin/airflow scheduler', 'scheduler'],
    ['/bin/airflow webserver --pid /run/airflow/webserver.pid', 'webserver'],
    ['/bin/bash -c source /home/airflow/airflow_venv/bin/activate && airflow api-server', 'api-server'],
    [`/bin/bash -c 'source /x/activate && exec airflow dag-processor'`, 'dag-processor'],
    ['/usr/bin/python3 -m airflow triggerer', 'triggerer'],
    ['/usr/bin/env airflow celery worker -q big', 'worker'],
    ['/usr/bin/airflow celery flower', 'flower'],
    ['/usr/bin/airflow edge worker', 'worker'],
    ['/usr/bin/airflow kerberos', 'kerberos'],
    ['/usr/bin/airflow standalone', 'standalone'],
    ['/usr/bin/su - airflow -c "airflow scheduler -D"', 'scheduler'],
    ['/usr/bin/docker run --rm apache/airflow:2.10.4 scheduler', 'scheduler'],
    ['/venv/bin/gunicorn airflow.www.app:cached_app() -b :8080', 'webserver'],
    ['/venv/bin/celery --app airflow.providers.celery.executors.celery_executor.app worker', 'worker'],
  ])('%s starts the %s', (command, component) => {
    expect(componentOfCommand(command)).toBe(component);
  });

  test.each([
    '/opt/airflow/venv/bin/airflow db clean --yes',
    '/usr/bin/airflow dags backfill scheduler',
    '/usr/local/bin/airflow-backup scheduler',
    '/usr/bin/journalctl -fu airflow-scheduler',
    '/usr/bin/celery -A project worker',
    '/usr/sbin/sshd -D',
  ])('%s starts none', command => {
    expect(componentOfCommand(command)).toBeUndefined();
  });
});

describe('a wrapper script', () => {
  test('that names one component starts it', () => {
    expect(componentOfScript(['cd /opt/airflow', 'exec /opt/airflow/bin/airflow scheduler'], '/x/run')).toBe(
      'scheduler',
    );
  });
  test('that hands its arguments on starts what the unit asks for', () => {
    expect(componentOfScript(['exec airflow "$@"'], '/x/run celery worker')).toBe('worker');
    expect(componentOfScript(['exec "$HOME/bin/airflow" $1'], '/x/run triggerer')).toBe('triggerer');
  });
  test('that knows several starts the one that the unit names, or none', () => {
    const lines = ['web) airflow webserver ;;', 'airflow scheduler'];
    expect(componentOfScript(lines, '/x/run scheduler')).toBe('scheduler');
    expect(componentOfScript(lines, '/x/run all')).toBeUndefined();
  });
  test('is not judged by its comments', () => {
    expect(componentOfScript(['# after airflow scheduler', 'echo airflow'], '/x/run')).toBeUndefined();
  });
});

describe('a process', () => {
  test.each([
    ['/opt/airflow/venv/bin/python /opt/airflow/venv/bin/airflow scheduler', 'scheduler'],
    ['airflow api_server -- host:127.0.0.1 port:18010', 'api-server'],
    ['gunicorn: master [airflow-webserver]', 'webserver'],
    ['[celeryd: celery@w1:MainProcess] -active- (celery worker)', 'worker'],
    ['/usr/local/bin/python3.12 -m airflow standalone', 'standalone'],
  ])('%s is the %s', (title, component) => {
    expect(kindOfProcess(title)).toEqual({main: component});
  });

  test.each([
    'airflow scheduler -- DagFileProcessorManager',
    'airflow scheduler - DagFileProcessor /opt/airflow/dags/a.py',
    'airflow worker -- LocalExecutor: <idle>',
    'airflow worker -- 01a20468-8d5e-7e7e-8b95-930cdf68965d',
    'airflow serve-logs',
    'airflow task runner: etl load manual__1 16',
    `airflow task supervisor: ['airflow', 'tasks', 'run', 'etl', 'load', 'manual__1']`,
    'gunicorn: master [gunicorn]',
    '[ready] gunicorn: worker [airflow-webserver]',
    '[celeryd: celery@w1:ForkPoolWorker-1]',
    '/opt/airflow/venv/bin/python /opt/airflow/venv/bin/airflow tasks run etl load manual__1 --local',
  ])('%s is a child', title => {
    expect(kindOfProcess(title)).toBe('child');
  });

  test.each([
    '/bin/bash -c source /x && airflow scheduler',
    'sudo -u airflow airflow scheduler',
    'vim /etc/systemd/system/airflow scheduler',
    'grep airflow scheduler',
    '/usr/bin/python3 /opt/airflow/venv/bin/airflow db clean',
    '/usr/bin/python3 /usr/bin/supervisord -n',
    '',
  ])('%s is none of Airflow', title => {
    expect(kindOfProcess(title)).toBeUndefined();
  });
});
